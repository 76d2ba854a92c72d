import type { Call } from '../clients/call.js'
import { errors } from '../errors.js'
import { type GroupClaims, groupClaims } from '../groups/group-claims.js'
import { rulesOf } from '../pools/rules.js'
import type { UserPool } from '../pools/user-pool.js'
import { eventUser, runTrigger } from '../triggers/run-trigger.js'
import { type ResponseOf, TRIGGERS } from '../triggers/triggers.js'
import type { User } from '../users/user.js'

/** What of the claims of a token a function changes. */
export interface ClaimOverrides {
  readonly add: Readonly<Record<string, unknown>>
  /** Wins over what is added. */
  readonly suppress: readonly string[]
}

/** What a pool's own function makes of the tokens of a user. */
export interface TokenOverrides {
  readonly groups: GroupClaims
  readonly id: ClaimOverrides
  readonly access: ClaimOverrides
  readonly scopes: readonly string[]
}

/** What the function is told it runs for, where tokens are a user's. */
export type TokenSource = (typeof TRIGGERS.PreTokenGeneration.sources)[number]

/** Whether the pool has a function that changes tokens. */
export const changesTokens = (pool: UserPool): boolean =>
  rulesOf(pool).functions.PreTokenGeneration !== undefined

/**
 * Runs PreTokenGeneration, in the version that the pool asks for. Not in a transaction.
 *
 * @param granted the scopes of the access token, unless the function changes them
 * @returns nothing where the pool has no such function
 * @throws UserLambdaValidationException, InvalidLambdaResponseException, UnexpectedLambdaException
 */
export async function tokenOverrides(
  call: Call,
  user: User,
  source: TokenSource,
  granted: readonly string[],
): Promise<TokenOverrides | undefined> {
  if (!changesTokens(call.pool)) return undefined
  const { tokenGenerationVersion } = rulesOf(call.pool)
  const groups = await groupClaims(call.context.db, user.id)
  const request = {
    groupConfiguration: {
      groupsToOverride: groups['cognito:groups'] ?? [],
      iamRolesToOverride: groups['cognito:roles'] ?? [],
      preferredRole: groups['cognito:preferred_role'] ?? null,
    },
    clientMetadata: call.metadata,
  }
  const run = { source, user: eventUser(user) }
  if (tokenGenerationVersion === '1') {
    const answered = await runTrigger(call, TRIGGERS.PreTokenGeneration, { ...run, request })
    const { claimsOverrideDetails: details = {} } = answered
    return {
      groups: groupsOf(details.groupOverrideDetails) ?? groups,
      id: claimsOf(details),
      access: NO_CLAIMS,
      scopes: granted,
    }
  }
  const { claimsAndScopeOverrideDetails: details = {} } = await runTrigger(
    call,
    TRIGGERS.PreTokenGenerationOfScopes,
    { ...run, request: { ...request, scopes: granted } },
  )
  return {
    groups: groupsOf(details.groupOverrideDetails) ?? groups,
    id: claimsOf(details.idTokenGeneration ?? {}),
    ...accessOverrides(granted, details.accessTokenGeneration),
  }
}

/** What a pool's own function makes of the token of a client that speaks for itself. */
export type ClientTokenOverrides = Pick<TokenOverrides, 'access' | 'scopes'>

/**
 * The same for a client that speaks for itself, of which only functions of version 3 are told. Not in a transaction.
 *
 * @returns nothing where the pool has no such function
 * @throws UserLambdaValidationException, InvalidLambdaResponseException, UnexpectedLambdaException
 */
export async function clientTokenOverrides(
  call: Call,
  granted: readonly string[],
): Promise<ClientTokenOverrides | undefined> {
  if (!changesTokens(call.pool) || rulesOf(call.pool).tokenGenerationVersion !== '3') return undefined
  const { claimsAndScopeOverrideDetails: details = {} } = await runTrigger(
    call,
    TRIGGERS.PreTokenGenerationOfScopes,
    {
      source: 'ClientCredentials',
      user: { userName: call.client.id, userAttributes: {} },
      request: {
        groupConfiguration: { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null },
        scopes: granted,
        clientMetadata: call.metadata,
      },
    },
  )
  return accessOverrides(granted, details.accessTokenGeneration)
}

function accessOverrides(
  granted: readonly string[],
  details: NonNullable<
    ResponseOf<typeof TRIGGERS.PreTokenGenerationOfScopes>['claimsAndScopeOverrideDetails']
  >['accessTokenGeneration'] = {},
): ClientTokenOverrides {
  const { scopesToAdd = [], scopesToSuppress = [] } = details
  return {
    access: claimsOf(details),
    scopes: [...new Set([...granted, ...scopesToAdd])].filter((scope) => !scopesToSuppress.includes(scope)),
  }
}

const NO_CLAIMS: ClaimOverrides = { add: {}, suppress: [] }

/** What is given replaces the groups as a whole: without members it leaves none. */
function groupsOf(
  details: NonNullable<
    ResponseOf<typeof TRIGGERS.PreTokenGeneration>['claimsOverrideDetails']
  >['groupOverrideDetails'],
): GroupClaims | undefined {
  if (!details) return undefined
  const { groupsToOverride = [], iamRolesToOverride = [], preferredRole } = details
  return {
    ...(groupsToOverride.length > 0 && { 'cognito:groups': groupsToOverride }),
    ...(iamRolesToOverride.length > 0 && { 'cognito:roles': iamRolesToOverride }),
    ...(preferredRole && { 'cognito:preferred_role': preferredRole }),
  }
}

/** What functions do not change: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html */
const FIXED = new Set([
  ...[
    'acr',
    'amr',
    'at_hash',
    'aud',
    'auth_time',
    'azp',
    'client_id',
    'device_key',
    'event_id',
    'exp',
    'iat',
  ],
  ...[
    'identities',
    'iss',
    'jti',
    'nbf',
    'nonce',
    'origin_jti',
    'scope',
    'sub',
    'token_use',
    'username',
    'version',
  ],
])

/** Those of groups and of the username have the prefix, and change by groups only. */
const isFixed = (name: string): boolean => FIXED.has(name) || name.startsWith('cognito:')

/** Prefixes of the service's own. */
const RESERVED = /^(aws|dev):/

function claimsOf({
  claimsToAddOrOverride = {},
  claimsToSuppress = [],
}: {
  claimsToAddOrOverride?: Readonly<Record<string, unknown>>
  claimsToSuppress?: readonly string[]
}): ClaimOverrides {
  const names = Object.keys(claimsToAddOrOverride)
  const reserved = names.find((name) => RESERVED.test(name))
  if (reserved !== undefined)
    throw errors.unrecognizableLambdaOutput(
      new Error(`PreTokenGeneration adds the reserved claim ${reserved}.`),
    )
  return {
    add: Object.fromEntries(Object.entries(claimsToAddOrOverride).filter(([name]) => !isFixed(name))),
    suppress: claimsToSuppress.filter((name) => !isFixed(name)),
  }
}
