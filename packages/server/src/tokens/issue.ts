import { hash } from 'node:crypto'
import { type AppClient, revocationEnabled } from '../clients/app-client.js'
import { canRead } from '../clients/attribute-permissions.js'
import { accessTokenLifetime, idTokenLifetime } from '../clients/lifetimes.js'
import type { ServerContext } from '../context.js'
import { randomUuid } from '../crypto/random.js'
import { groupClaims } from '../groups/group-claims.js'
import { signingKeys } from '../keys/signing-keys.js'
import type { User } from '../users/user.js'
import { overridden } from './overridden.js'
import { grantedScopes } from './scopes.js'
import { isSelected } from './selected-attributes.js'
import { signClaims } from './sign-claims.js'
import type { TokenFamily } from './token-family.js'
import type { TokenOverrides } from './token-overrides.js'

export interface IssuedTokens {
  readonly AccessToken: string
  /** Of a sign-in by redirect only where it asked for `openid`. */
  readonly IdToken?: string
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
    scopes: wanted,
    nonce,
  }: {
    client: AppClient
    user: User
    family: TokenFamily
    overrides?: TokenOverrides | undefined
    /** Fewer than the sign-in was granted. Default: all of them. */
    scopes?: readonly string[] | undefined
    /** Of the request of a sign-in by redirect, where it had one. */
    nonce?: string | undefined
  },
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
  const byRedirect = family.scope !== null
  const scopes = wanted ?? grantedScopes(family)
  const signAccess = () =>
    signClaims(keys.access, {
      ...overridden({}, overrides?.access),
      ...common,
      client_id: client.id,
      token_use: 'access',
      ...(byRedirect && { version: 2 }),
      scope: (overrides?.scopes ?? scopes).join(' '),
      username: user.username,
      ...(family.deviceKey && { device_key: family.deviceKey }),
      'cognito:groups': groups['cognito:groups'],
      exp: seconds(accessTokenLifetime(client)),
      ...jti(),
    })
  const signId = (ofRedirect: object) =>
    signClaims(keys.id, {
      ...overridden(attributeClaims(client, user, byRedirect ? scopes : []), overrides?.id),
      ...groups,
      ...common,
      'cognito:username': user.username,
      aud: client.id,
      token_use: 'id',
      exp: seconds(idTokenLifetime(client)),
      ...jti(),
      ...ofRedirect,
    })
  // The hash binds the two tokens of a redirect together, so there one comes after the other.
  const [AccessToken, IdToken] = byRedirect
    ? await signInTurn(signAccess, scopes.includes('openid') ? signId : undefined, nonce)
    : await Promise.all([signAccess(), signId({})])
  return {
    AccessToken,
    ...(IdToken !== undefined && { IdToken }),
    ExpiresIn: Math.floor(accessTokenLifetime(client) / 1000),
    TokenType: 'Bearer',
  }
}

async function signInTurn(
  signAccess: () => Promise<string>,
  signId: ((ofRedirect: object) => Promise<string>) | undefined,
  nonce: string | undefined,
): Promise<readonly [string, string?]> {
  const token = await signAccess()
  if (!signId) return [token]
  return [token, await signId({ at_hash: accessTokenHash(token), ...(nonce !== undefined && { nonce }) })]
}

/** `at_hash`: OpenID Connect Core section 3.1.3.6. */
const accessTokenHash = (token: string): string =>
  hash('sha256', token, 'buffer').subarray(0, 16).toString('base64url')

/**
 * The attributes that the client may read and the scopes select, in the types of OpenID Connect Core section 5.1.
 *
 * @param scopes of a sign-in by redirect
 */
function attributeClaims(client: AppClient, user: User, scopes: readonly string[]): Record<string, unknown> {
  const claims: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(user.attributes)) {
    // Where a user came from is in every ID token, as at the service.
    if (!canRead(client, name) || (name !== 'identities' && !isSelected(name, scopes))) continue
    if (name === 'email_verified' || name === 'phone_number_verified') claims[name] = value === 'true'
    else if (name === 'address') claims[name] = { formatted: value }
    else if (name === 'identities') claims[name] = identitiesClaim(value)
    else if (name === 'updated_at') claims[name] = Number(value)
    else claims[name] = value
  }
  return claims
}

/** The identities of a user at providers. In a token, all that an entry says is text. */
const identitiesClaim = (identities: string): object[] =>
  // Written by this server.
  (JSON.parse(identities) as { primary: boolean; dateCreated: number }[]).map((identity) => ({
    ...identity,
    primary: String(identity.primary),
    dateCreated: String(identity.dateCreated),
  }))
