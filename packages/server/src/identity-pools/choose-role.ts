import type { JWTPayload } from 'jose'
import type { ServerContext } from '../context.js'
import { errors } from '../errors.js'
import type { MappingRule, RoleMapping } from '../wire/identity-pool-settings.js'
import type { ProvenLogin } from './identity.js'
import type { IdentityPool } from './identity-pool.js'
import { canonicalProvider } from './provider-name.js'
import type { IdentitySession } from './session-of.js'

/**
 * The role of an identity: by the mapping of the first login that has one, or else the role of signed-in users or of
 * guests.
 *
 * @param wanted one of the roles in the token
 * @throws InvalidIdentityPoolConfigurationException there is no role
 * @throws NotAuthorizedException the mapping denies one
 */
export function chooseRole(
  context: ServerContext,
  { pool, identity, isGuest, logins }: IdentitySession,
  wanted: string | undefined,
): string {
  const { Roles } = pool.roles
  const chosen = mappedRole(context, pool, logins, wanted)
  if (chosen.is === 'denied') throw errors.identityForbidden(identity.id)
  const role = chosen.is === 'role' ? chosen.arn : isGuest ? Roles?.unauthenticated : Roles?.authenticated
  // A role that is asked for and cannot be had is not replaced by another.
  if (wanted !== undefined && role !== wanted) throw errors.customRoleNotInToken()
  if (role === undefined) throw errors.identityPoolWithoutRoles()
  return role
}

type Chosen = { readonly is: 'role'; readonly arn: string } | { readonly is: 'default' | 'denied' }

function mappedRole(
  context: ServerContext,
  pool: IdentityPool,
  logins: readonly ProvenLogin[],
  wanted: string | undefined,
): Chosen {
  for (const login of logins) {
    const mapping = mappingOf(context, pool, login)
    if (mapping) return roleBy(mapping, login.claims, wanted)
  }
  return { is: 'default' }
}

function mappingOf(context: ServerContext, pool: IdentityPool, login: ProvenLogin): RoleMapping | undefined {
  for (const [key, mapping] of Object.entries(pool.roles.RoleMappings ?? {}))
    if (isKeyOf(context, key, login)) return mapping
  return undefined
}

/** `PROVIDER:CLIENT` for user pools, `PROVIDER` for others. */
function isKeyOf(context: ServerContext, key: string, { provider, clientId }: ProvenLogin): boolean {
  if (clientId === undefined) return key === provider
  const end = key.lastIndexOf(':')
  return canonicalProvider(context, key.slice(0, end)) === provider && key.slice(end + 1) === clientId
}

function roleBy(mapping: RoleMapping, claims: JWTPayload, wanted: string | undefined): Chosen {
  const found =
    mapping.Type === 'Token'
      ? roleOfToken(claims, wanted)
      : mapping.RulesConfiguration?.Rules.find((rule) => isMatch(rule, claims[rule.Claim]))?.RoleARN
  if (found !== undefined) return { is: 'role', arn: found }
  return { is: mapping.AmbiguousRoleResolution === 'Deny' ? 'denied' : 'default' }
}

function roleOfToken(claims: JWTPayload, wanted: string | undefined): string | undefined {
  const { 'cognito:roles': roles, 'cognito:preferred_role': preferred } = claims
  const all = Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : []
  if (wanted !== undefined) {
    if (!all.includes(wanted)) throw errors.customRoleNotInToken()
    return wanted
  }
  if (typeof preferred === 'string') return preferred
  return all.length === 1 ? all[0] : undefined
}

/** A claim that is a list matches by any of its members. One that is not in the token matches no rule. */
function isMatch({ MatchType, Value }: MappingRule, claim: unknown): boolean {
  if (claim === undefined || claim === null) return false
  const values = (Array.isArray(claim) ? claim : [claim]).map(String)
  switch (MatchType) {
    case 'Equals':
      return values.includes(Value)
    case 'NotEqual':
      return !values.includes(Value)
    case 'StartsWith':
      return values.some((value) => value.startsWith(Value))
    case 'Contains':
      return values.some((value) => value.includes(Value))
  }
}
