import { errors } from '../errors.js'
import { poolSchema } from '../pools/schema.js'
import type { UserPool } from '../pools/user-pool.js'
import type { AppClientSettings } from '../wire/user-pool-settings.js'
import { NEVER_WRITABLE } from './attribute-permissions.js'
import { accessTokenLifetime, idTokenLifetime, refreshTokenLifetime } from './lifetimes.js'
import { validateOAuth } from './validate-oauth.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/**
 * Checks what a client is created or updated with, beyond the form of each member.
 *
 * @param customScopes of the resource servers of the pool
 * @param providers names of the identity providers of the pool
 * @throws InvalidParameterException, InvalidOAuthFlowException, ScopeDoesNotExistException
 */
export function validateAppClient(
  pool: UserPool,
  settings: AppClientSettings,
  {
    hasSecret,
    customScopes,
    providers,
  }: { hasSecret: boolean; customScopes: readonly string[]; providers: readonly string[] },
): void {
  validateAuthFlows(settings)
  validateTokenValidity(settings)
  validateAttributePermissions(pool, settings)
  for (const provider of settings.SupportedIdentityProviders ?? [])
    if (provider !== 'COGNITO' && !providers.includes(provider))
      throw errors.identityProviderNotFound(provider, pool.id)
  validateOAuth(settings, hasSecret, customScopes)
}

function validateAuthFlows({ ExplicitAuthFlows: flows = [], RefreshTokenRotation }: AppClientSettings): void {
  const current = flows.filter((flow) => flow.startsWith('ALLOW_'))
  if (current.length > 0 && current.length < flows.length) throw errors.mixedAuthFlows()
  if (RefreshTokenRotation?.Feature === 'ENABLED' && flows.includes('ALLOW_REFRESH_TOKEN_AUTH'))
    throw errors.rotationWithRefreshFlow()
}

/** Access and ID tokens: 5 minutes to a day. Refresh tokens: an hour to ten years, and no less than the other two. */
function validateTokenValidity(settings: AppClientSettings): void {
  const within = (lifetime: number, min: number, max: number) => lifetime >= min && lifetime <= max
  const access = accessTokenLifetime({ settings })
  const id = idTokenLifetime({ settings })
  const refresh = refreshTokenLifetime({ settings })
  if (!within(access, 5 * MINUTE, DAY) || !within(id, 5 * MINUTE, DAY) || !within(refresh, HOUR, 3650 * DAY))
    throw errors.invalidTokenValidity()
  if (Math.max(access, id) > refresh) throw errors.tokensOutliveRefreshToken()
}

function validateAttributePermissions(pool: UserPool, settings: AppClientSettings): void {
  const schema = poolSchema(pool)
  const forClients = schema.filter(({ developerOnly }) => !developerOnly).map(({ name }) => name)
  const { ReadAttributes, WriteAttributes } = settings
  if (ReadAttributes?.some((name) => !forClients.includes(name))) throw errors.invalidReadAttributes()
  if (!WriteAttributes) return
  const required = schema.filter((attribute) => attribute.required && attribute.name !== 'sub')
  if (
    WriteAttributes.some((name) => NEVER_WRITABLE.includes(name) || !forClients.includes(name)) ||
    required.some(({ name }) => !WriteAttributes.includes(name))
  )
    throw errors.invalidWriteAttributes()
}
