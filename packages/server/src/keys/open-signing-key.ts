import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import type { JWK } from 'jose'
import type { ServerContext } from '../context.js'

/** What tokens are signed with. */
export interface SigningKey {
  readonly kid: string
  readonly privateKey: KeyObject
  /** What a token signed with it begins with, base64url. */
  readonly header: string
}

/** The same, with what they are verified with. */
export interface OpenedKey extends SigningKey {
  readonly publicKey: KeyObject
  readonly jwk: JWK
}

/**
 * Opens a key as it is stored. What is published is made from it, so that no one else can change a row.
 *
 * @param typ what the header says that a token is, where it says so
 * @returns nothing for a key that was sealed under another root key
 */
export function openSigningKey(
  { rootKey }: ServerContext,
  kid: string,
  sealed: Uint8Array,
  typ?: 'JWS',
): OpenedKey | undefined {
  const pkcs8 = rootKey.open('signing-key', kid, sealed)
  if (!pkcs8) return undefined
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(privateKey)
  const { e, n } = publicKey.export({ format: 'jwk' })
  return {
    kid,
    privateKey,
    publicKey,
    header: Buffer.from(JSON.stringify({ kid, typ, alg: 'RS256' })).toString('base64url'),
    // The members in the service's order.
    jwk: { alg: 'RS256', e, kid, kty: 'RSA', n, use: 'sig' } as JWK,
  }
}
