import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { StartError } from '../start-error.js'
import { hmacSha256 } from './hmac.js'
import { systemRandomBytes } from './random-bytes.js'

/**
 * What the data at rest is encrypted under. Each purpose has a key of its own, derived by HKDF-SHA256 (RFC 5869), so
 * that a sealed verifier can never be read back as, say, a challenge session.
 *
 * While the root key is being exchanged there is a previous one as well: what was made under it is still accepted, and
 * nothing is made under it any more.
 */
export interface RootKey {
  /** AES-256-GCM. `bound` is authenticated but not stored: opening needs the same text, e.g. the row's id. */
  seal(purpose: SealPurpose, bound: string, plaintext: Uint8Array): Uint8Array
  /** The plaintext, or `undefined` for anything that was not sealed for this purpose and text. */
  open(purpose: SealPurpose, bound: string, sealed: Uint8Array): Buffer | undefined
  /** HMAC-SHA256 under a key of its own: for hashes of short codes and for answers about users that do not exist. */
  mac(purpose: MacPurpose, text: string): Buffer
  /** To compare with what was made earlier: `mac` first, then the same under the previous root key. */
  macs(purpose: MacPurpose, text: string): readonly Buffer[]
  /**
   * The 256-bit keys that refresh tokens are encrypted under (JWE, `A256GCM`). New ones are under the first; the others
   * are of earlier root keys.
   */
  readonly refreshTokenKeys: readonly [Uint8Array, ...Uint8Array[]]
}

export type SealPurpose =
  | 'signing-key'
  | 'srp-verifier'
  | 'client-secret'
  | 'challenge'
  | 'kept-key'
  | 'software-token'
  | 'passkey-registration'
  | 'device-verifier'
  | 'page-step'
  | 'identity-provider'
  | 'provider-request'
  | 'provider-answer'
export type MacPurpose =
  | 'verification-code'
  | 'message-count'
  | 'simulated-user'
  | 'pagination-token'
  | 'export-line'
  | 'log-subject'
  | 'sign-in-code'
  | 'csrf'
  | 'no-passkey'
  | 'provider-request'

/** What there is of earlier root keys. */
export interface EarlierKeys {
  /** 32 bytes. */
  readonly previous?: Uint8Array | undefined
  /** Of root keys before this one, for refresh tokens that have not expired. */
  readonly refreshTokenKeys?: readonly Uint8Array[]
  /** Of the first root key: what is told of a user who does not exist never changes. */
  readonly simulatedUserKey?: Uint8Array | undefined
}

const VERSION = 1
const IV_BYTES = 12
const TAG_BYTES = 16

export function createRootKey(secret: Uint8Array, earlier: EarlierKeys = {}): RootKey {
  const current = derivedKeys(secret)
  const previous = earlier.previous && derivedKeys(earlier.previous)
  const all = previous ? [current, previous] : [current]
  const macUnder = (keyFor: (purpose: string) => Buffer) =>
    eachOnce((purpose: MacPurpose) => {
      const key = purpose === 'simulated-user' ? earlier.simulatedUserKey : undefined
      return hmacSha256(key ?? keyFor(purpose))
    })
  const macFor = macUnder(current)
  const macsFor = previous ? [macFor, macUnder(previous)] : [macFor]
  return {
    seal(purpose, bound, plaintext) {
      const iv = systemRandomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', current(purpose), iv).setAAD(Buffer.from(bound))
      return Buffer.concat([
        Buffer.of(VERSION),
        iv,
        cipher.update(plaintext),
        cipher.final(),
        cipher.getAuthTag(),
      ])
    },
    open(purpose, bound, sealed) {
      for (const keyFor of all) {
        const plaintext = openUnder(keyFor(purpose), bound, sealed)
        if (plaintext) return plaintext
      }
      return undefined
    },
    mac: (purpose, text) => macFor(purpose)(text),
    macs: (purpose, text) => macsFor.map((macFor) => macFor(purpose)(text)),
    refreshTokenKeys: [
      current('refresh-token'),
      ...(previous ? [previous('refresh-token')] : []),
      ...(earlier.refreshTokenKeys ?? []),
    ],
  }
}

/** The key that a root key has for a purpose. */
export const derivedKey = (secret: Uint8Array, purpose: 'refresh-token' | 'simulated-user'): Buffer =>
  derivedKeys(secret)(purpose)

function derivedKeys(secret: Uint8Array): (purpose: string) => Buffer {
  if (secret.length !== 32) throw new StartError('The root key must be exactly 32 bytes.')
  return eachOnce((purpose) => Buffer.from(hkdfSync('sha256', secret, '', `amulet ${purpose}`, 32)))
}

/** The same for each purpose, without making it again. */
function eachOnce<P extends string, T>(make: (purpose: P) => T): (purpose: P) => T {
  const made = new Map<P, T>()
  return (purpose) => {
    let known = made.get(purpose)
    if (known === undefined) {
      known = make(purpose)
      made.set(purpose, known)
    }
    return known
  }
}

function openUnder(key: Buffer, bound: string, sealed: Uint8Array): Buffer | undefined {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  if (bytes.length < 1 + IV_BYTES + TAG_BYTES || bytes[0] !== VERSION) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 1 + IV_BYTES))
    .setAAD(Buffer.from(bound))
    .setAuthTag(bytes.subarray(bytes.length - TAG_BYTES))
  try {
    const body = bytes.subarray(1 + IV_BYTES, bytes.length - TAG_BYTES)
    return Buffer.concat([decipher.update(body), decipher.final()])
  } catch {
    return undefined
  }
}
