import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import { StartError } from '../start-error.js'
import { systemRandomBytes } from './random-bytes.js'

/**
 * What the data at rest is encrypted under. Each purpose has a key of its own, derived by HKDF-SHA256 (RFC 5869), so
 * that a sealed verifier can never be read back as, say, a challenge session.
 */
export interface RootKey {
  /** AES-256-GCM. `bound` is authenticated but not stored: opening needs the same text, e.g. the row's id. */
  seal(purpose: SealPurpose, bound: string, plaintext: Uint8Array): Uint8Array
  /** The plaintext, or `undefined` for anything this key did not seal for this purpose and text. */
  open(purpose: SealPurpose, bound: string, sealed: Uint8Array): Buffer | undefined
  /** HMAC-SHA256 under a key of its own: for hashes of short codes and for answers about users that do not exist. */
  mac(purpose: MacPurpose, text: string): Buffer
  /** The 256-bit key that refresh tokens are encrypted under (JWE, `A256GCM`). */
  readonly refreshTokenKey: Uint8Array
}

export type SealPurpose = 'signing-key' | 'srp-verifier' | 'client-secret' | 'challenge'
export type MacPurpose =
  | 'verification-code'
  | 'message-count'
  | 'simulated-user'
  | 'pagination-token'
  | 'export-line'
  | 'log-subject'

const VERSION = 1
const IV_BYTES = 12
const TAG_BYTES = 16

export function createRootKey(secret: Uint8Array): RootKey {
  if (secret.length !== 32) throw new StartError('The root key must be exactly 32 bytes.')
  const keys = new Map<string, Buffer>()
  const keyFor = (purpose: string) => {
    let key = keys.get(purpose)
    if (!key) {
      key = Buffer.from(hkdfSync('sha256', secret, '', `amulet ${purpose}`, 32))
      keys.set(purpose, key)
    }
    return key
  }
  return {
    seal(purpose, bound, plaintext) {
      const iv = systemRandomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', keyFor(purpose), iv).setAAD(Buffer.from(bound))
      return Buffer.concat([
        Buffer.of(VERSION),
        iv,
        cipher.update(plaintext),
        cipher.final(),
        cipher.getAuthTag(),
      ])
    },
    open(purpose, bound, sealed) {
      const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
      if (bytes.length < 1 + IV_BYTES + TAG_BYTES || bytes[0] !== VERSION) return undefined
      const decipher = createDecipheriv('aes-256-gcm', keyFor(purpose), bytes.subarray(1, 1 + IV_BYTES))
        .setAAD(Buffer.from(bound))
        .setAuthTag(bytes.subarray(bytes.length - TAG_BYTES))
      try {
        const body = bytes.subarray(1 + IV_BYTES, bytes.length - TAG_BYTES)
        return Buffer.concat([decipher.update(body), decipher.final()])
      } catch {
        return undefined
      }
    },
    refreshTokenKey: keyFor('refresh-token'),
    mac: (purpose, text) => createHmac('sha256', keyFor(purpose)).update(text).digest(),
  }
}
