import { sign } from 'node:crypto'
import type { SigningKey } from '../keys/open-signing-key.js'

/**
 * Signs a JSON Web Token: RS256, in compact form (RFC 7515 section 7.1), on a thread of its own. The header is the
 * service's, without `typ`.
 *
 * Put together here because it is on the path of every sign-in and refresh, twice: Web Crypto, on which the library
 * for it rests, adds a fifth to what the signature itself takes. Tokens are verified by that library.
 */
export function signClaims(key: SigningKey, claims: Readonly<Record<string, unknown>>): Promise<string> {
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
  const signed = `${key.header}.${payload}`
  return new Promise((resolve, reject) => {
    sign('sha256', Buffer.from(signed), key.privateKey, (error, signature) => {
      if (error) reject(error)
      else resolve(`${signed}.${signature.toString('base64url')}`)
    })
  })
}
