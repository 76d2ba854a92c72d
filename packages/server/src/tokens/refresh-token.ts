import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { ServerContext } from '../context.js'
import type { TokenFamily } from './token-family.js'

/** What a refresh token says: which sign-in, and which rotation of it. */
export interface RefreshTokenClaims {
  readonly familyId: string
  readonly generation: number
}

/**
 * A refresh token is an encrypted JWE in compact form (RFC 7516 section 7.1) like the service's, under a key of the
 * server's own (`dir`), and opaque to clients. It cannot be guessed or altered, and says nothing without its row in
 * the database.
 *
 * Put together here because it is on the path of every sign-in and refresh: Web Crypto, on which the library for it
 * rests, hands 80 bytes to another thread and takes ten times as long.
 */
const HEADER = Buffer.from(JSON.stringify({ cty: 'JWT', enc: 'A256GCM', alg: 'dir' })).toString('base64url')
const ALGORITHM = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16

export function issueRefreshToken(context: ServerContext, family: TokenFamily): string {
  const iv = context.randomBytes(IV_BYTES)
  const [encryptionKey] = context.rootKey.refreshTokenKeys
  const cipher = createCipheriv(ALGORITHM, encryptionKey, iv).setAAD(Buffer.from(HEADER))
  const claims = JSON.stringify([family.id, family.generation])
  const ciphertext = Buffer.concat([cipher.update(claims), cipher.final()])
  const parts = [iv, ciphertext, cipher.getAuthTag()].map((part) => part.toString('base64url'))
  // The second part is empty: the key is not in the token.
  return [HEADER, '', ...parts].join('.')
}

/** `undefined` for anything that this server did not issue as a refresh token. */
export function readRefreshToken(context: ServerContext, token: string): RefreshTokenClaims | undefined {
  const [header, key, ...parts] = token.split('.')
  if (header !== HEADER || key !== '' || parts.length !== 3) return undefined
  const [iv, ciphertext, tag] = parts.map((part) => Buffer.from(part, 'base64url'))
  if (iv?.length !== IV_BYTES || tag?.length !== TAG_BYTES || !ciphertext) return undefined
  for (const decryptionKey of context.rootKey.refreshTokenKeys) {
    const decipher = createDecipheriv(ALGORITHM, decryptionKey, iv)
      .setAAD(Buffer.from(HEADER))
      .setAuthTag(tag)
    try {
      const claims = Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString()
      // Authenticated: this server wrote it.
      const [familyId, generation] = JSON.parse(claims) as [string, number]
      return { familyId, generation }
    } catch {
      // Not of this key.
    }
  }
  return undefined
}
