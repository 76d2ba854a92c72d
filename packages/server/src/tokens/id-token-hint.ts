import { compactVerify } from 'jose/jws/compact/verify'
import type { ServerContext } from '../context.js'
import { verifyingKeys } from '../keys/signing-keys.js'

/**
 * The client that an ID token was issued to, which may have expired: OpenID Connect RP-Initiated Logout section 2.
 *
 * @returns nothing for what this server has not signed
 */
export async function clientOfIdToken(context: ServerContext, token: string): Promise<string | undefined> {
  const unverified = claimsIn(token.split('.')[1] ?? '')
  const issuer = textIn(unverified, 'iss') ?? ''
  const keys = await verifyingKeys(context, issuer.slice(issuer.lastIndexOf('/') + 1))
  try {
    const { payload } = await compactVerify(
      token,
      ({ kid = '' }) => {
        const key = keys.get(kid)
        if (!key) throw new Error('There is no such key.')
        return key
      },
      { algorithms: ['RS256'] },
    )
    // Of the tokens that are signed with these keys, only ID tokens have an audience.
    return textIn(JSON.parse(Buffer.from(payload).toString()), 'aud')
  } catch {
    return undefined
  }
}

function claimsIn(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString())
  } catch {
    return undefined
  }
}

/** A member of what is not trusted, if it is a text. */
function textIn(claims: unknown, name: string): string | undefined {
  const value = typeof claims === 'object' && claims !== null ? Reflect.get(claims, name) : undefined
  return typeof value === 'string' ? value : undefined
}
