import { CompactEncrypt, compactDecrypt, errors as joseErrors } from 'jose'
import type { ServerContext } from '../context.js'
import type { TokenFamily } from './token-family.js'

/** What a refresh token says: which sign-in, and which rotation of it. */
export interface RefreshTokenClaims {
  readonly familyId: string
  readonly generation: number
}

/**
 * A refresh token is an encrypted JWE in compact form (RFC 7516), as the service's are; to clients it is opaque. It
 * cannot be guessed or altered, and says nothing without its row in the database.
 */
export async function issueRefreshToken(context: ServerContext, family: TokenFamily): Promise<string> {
  const claims = [family.id, family.generation, context.randomBytes(16).toString('base64url')]
  return await new CompactEncrypt(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ cty: 'JWT', enc: 'A256GCM', alg: 'dir' })
    .encrypt(context.rootKey.refreshTokenKey)
}

/** `undefined` for anything that this server did not issue as a refresh token. */
export async function readRefreshToken(
  context: ServerContext,
  token: string,
): Promise<RefreshTokenClaims | undefined> {
  try {
    const { plaintext } = await compactDecrypt(token, context.rootKey.refreshTokenKey, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    })
    // Authenticated: this server wrote it.
    const [familyId, generation] = JSON.parse(new TextDecoder().decode(plaintext)) as [string, number]
    return { familyId, generation }
  } catch (error) {
    if (error instanceof joseErrors.JOSEError) return undefined
    throw error
  }
}
