import { type AppClient, revocationEnabled } from '../clients/app-client.js'
import { canRead } from '../clients/attribute-permissions.js'
import { accessTokenLifetime, idTokenLifetime } from '../clients/lifetimes.js'
import type { ServerContext } from '../context.js'
import { randomUuid } from '../crypto/random.js'
import { groupClaims } from '../groups/group-claims.js'
import { signingKeys } from '../keys/signing-keys.js'
import type { User } from '../users/user.js'
import { API_SCOPE } from './api-scope.js'
import { signClaims } from './sign-claims.js'
import type { TokenFamily } from './token-family.js'
import type { ClaimOverrides, TokenOverrides } from './token-overrides.js'

export interface IssuedTokens {
  readonly AccessToken: string
  readonly IdToken: string
  /** Seconds until the access token expires. */
  readonly ExpiresIn: number
  readonly TokenType: 'Bearer'
}

/** Signs an access token and an ID token for one sign-in. The two signatures run off the event loop's thread. */
export async function issueTokens(
  context: ServerContext,
  {
    client,
    user,
    family,
    overrides,
  }: { client: AppClient; user: User; family: TokenFamily; overrides?: TokenOverrides | undefined },
): Promise<IssuedTokens> {
  const now = context.clock.now()
  const iat = Math.floor(now / 1000)
  const seconds = (milliseconds: number) => iat + Math.floor(milliseconds / 1000)
  const common = {
    sub: user.id,
    iss: context.issuer(user.userPoolId),
    ...(revocationEnabled(client) && { origin_jti: family.id }),
    // One for all tokens of a sign-in: an access token without `origin_jti` is checked by it.
    event_id: family.id,
    auth_time: Math.floor(family.authTime / 1000),
    iat,
  }
  const groups = overrides?.groups ?? (await groupClaims(context.db, user.id))
  const jti = () => (revocationEnabled(client) ? { jti: randomUuid(context) } : {})
  const keys = await signingKeys(context, user.userPoolId)
  const [AccessToken, IdToken] = await Promise.all([
    signClaims(keys.access, {
      ...overridden({}, overrides?.access),
      ...common,
      client_id: client.id,
      token_use: 'access',
      scope: overrides?.scopes.join(' ') ?? API_SCOPE,
      username: user.username,
      ...(family.deviceKey && { device_key: family.deviceKey }),
      'cognito:groups': groups['cognito:groups'],
      exp: seconds(accessTokenLifetime(client)),
      ...jti(),
    }),
    signClaims(keys.id, {
      ...overridden(attributeClaims(client, user), overrides?.id),
      ...groups,
      ...common,
      'cognito:username': user.username,
      aud: client.id,
      token_use: 'id',
      exp: seconds(idTokenLifetime(client)),
      ...jti(),
    }),
  ])
  return {
    AccessToken,
    IdToken,
    ExpiresIn: Math.floor(accessTokenLifetime(client) / 1000),
    TokenType: 'Bearer',
  }
}

/** What a function makes of claims. Those that it cannot change come after. */
function overridden(
  claims: Readonly<Record<string, unknown>>,
  overrides: ClaimOverrides | undefined,
): Readonly<Record<string, unknown>> {
  if (!overrides) return claims
  const { add, suppress } = overrides
  return Object.fromEntries(
    Object.entries({ ...claims, ...add }).filter(([name]) => !suppress.includes(name)),
  )
}

/** The attributes that the client may read, in the types of OpenID Connect Core section 5.1. */
function attributeClaims(client: AppClient, user: User): Record<string, unknown> {
  const claims: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(user.attributes)) {
    if (!canRead(client, name)) continue
    if (name === 'email_verified' || name === 'phone_number_verified') claims[name] = value === 'true'
    else if (name === 'address') claims[name] = { formatted: value }
    else if (name === 'updated_at') claims[name] = Number(value)
    else claims[name] = value
  }
  return claims
}
