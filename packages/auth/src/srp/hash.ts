import type { Bytes } from './bytes.js'

/**
 * SHA-256. `crypto.subtle` is there on https and localhost only, and React Native has none: then a library
 * does it, and only then is it loaded.
 */
export const sha256 = async (...parts: Bytes[]): Promise<Bytes> => {
  const data = new Uint8Array(parts.flatMap((part) => [...part]))
  const subtle = globalThis.crypto?.subtle
  return subtle
    ? new Uint8Array(await subtle.digest('SHA-256', data))
    : (await import('@noble/hashes/sha2.js')).sha256(data)
}

/** HMAC-SHA-256 (RFC 2104). No key here is longer than a block, so keys are not hashed first. */
export const hmac = async (key: Bytes, ...parts: Bytes[]): Promise<Bytes> => {
  const block = new Uint8Array(64)
  block.set(key)
  const inner = await sha256(
    block.map((byte) => byte ^ 0x36),
    ...parts,
  )
  return sha256(
    block.map((byte) => byte ^ 0x5c),
    inner,
  )
}
