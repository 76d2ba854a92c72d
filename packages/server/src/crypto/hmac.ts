import { hash } from 'node:crypto'

/** Bytes of a block of SHA-256, and of what it makes. */
const BLOCK = 64
const DIGEST = 32

/**
 * HMAC-SHA256 (RFC 2104) under one key of at most 64 bytes.
 *
 * Put together here because a sign-in takes several: to make an `Hmac` of Node takes longer than both digests in it.
 */
export function hmacSha256(key: Uint8Array): (text: string) => Buffer {
  const padded = Buffer.alloc(BLOCK)
  padded.set(key)
  const inner = padded.map((byte) => byte ^ 0x36)
  const outer = Buffer.alloc(BLOCK + DIGEST)
  outer.set(padded.map((byte) => byte ^ 0x5c))
  return (text) => {
    const digest = hash('sha256', Buffer.concat([inner, Buffer.from(text)]), 'hex')
    outer.write(digest, BLOCK, 'hex')
    return Buffer.from(hash('sha256', outer, 'hex'), 'hex')
  }
}
