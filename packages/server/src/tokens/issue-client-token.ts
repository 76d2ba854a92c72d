import type { AppClient } from '../clients/app-client.js'
import { accessTokenLifetime } from '../clients/lifetimes.js'
import type { ServerContext } from '../context.js'
import { randomUuid } from '../crypto/random.js'
import { signingKeys } from '../keys/signing-keys.js'
import { overridden } from './overridden.js'
import { signClaims } from './sign-claims.js'
import type { ClientTokenOverrides } from './token-overrides.js'

export interface IssuedClientToken {
  readonly AccessToken: string
  /** Seconds until it expires. */
  readonly ExpiresIn: number
  readonly TokenType: 'Bearer'
}

/** Signs an access token for a client that speaks for itself. There is no sign-in that it could be refreshed by. */
export async function issueClientToken(
  context: ServerContext,
  client: AppClient,
  granted: readonly string[],
  overrides: ClientTokenOverrides | undefined,
): Promise<IssuedClientToken> {
  const iat = Math.floor(context.clock.now() / 1000)
  const ExpiresIn = Math.floor(accessTokenLifetime(client) / 1000)
  const keys = await signingKeys(context, client.userPoolId)
  const AccessToken = await signClaims(keys.access, {
    ...overridden({}, overrides?.access),
    sub: client.id,
    token_use: 'access',
    scope: (overrides?.scopes ?? granted).join(' '),
    auth_time: iat,
    iss: context.issuer(client.userPoolId),
    exp: iat + ExpiresIn,
    iat,
    version: 2,
    jti: randomUuid(context),
    client_id: client.id,
  })
  return { AccessToken, ExpiresIn, TokenType: 'Bearer' }
}
