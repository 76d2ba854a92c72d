import type { Bytes } from './bytes.js'

// `crypto.subtle` is there on https and localhost only; React Native has none. Then a library does it, and
// only then is it loaded.

export async function sha256(data: Bytes): Promise<Bytes> {
  const subtle = globalThis.crypto?.subtle
  if (subtle) return new Uint8Array(await subtle.digest('SHA-256', data))
  const { sha256 } = await import('@noble/hashes/sha2.js')
  return sha256(data)
}

export async function hmac(key: Bytes, data: Bytes): Promise<Bytes> {
  const subtle = globalThis.crypto?.subtle
  if (subtle) {
    const hmacKey = await subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
    return new Uint8Array(await subtle.sign('HMAC', hmacKey, data))
  }
  const [{ hmac }, { sha256 }] = await Promise.all([
    import('@noble/hashes/hmac.js'),
    import('@noble/hashes/sha2.js'),
  ])
  return hmac(sha256, key, data)
}
