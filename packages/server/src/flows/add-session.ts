import { NO_AUDIT } from '../audit.js'
import { getClientOfPool } from '../clients/app-client.js'
import type { Call } from '../clients/call.js'
import type { ServerContext } from '../context.js'
import { randomUuid } from '../crypto/random.js'
import type { Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import { addUserToGroup } from '../groups/add-user-to-group.js'
import { insertGroup } from '../groups/create-group.js'
import { passwordPolicyViolation } from '../pools/password-policy.js'
import { rulesOf } from '../pools/rules.js'
import { getUserPoolForUpdate, type UserPool } from '../pools/user-pool.js'
import { issueTokens } from '../tokens/issue.js'
import { issueRefreshToken } from '../tokens/refresh-token.js'
import { API_SCOPE } from '../tokens/scopes.js'
import { createTokenFamily } from '../tokens/token-family.js'
import { tokenOverrides } from '../tokens/token-overrides.js'
import {
  assertVerifiable,
  assertWrittenByCallers,
  attributesToStore,
  validateAttributes,
} from '../users/attributes.js'
import { insertUser, nameNewUser, prepareUser } from '../users/create-user.js'
import { preparePassword, savePassword } from '../users/save-password.js'
import { saveUniqueAttributes } from '../users/save-unique-attributes.js'
import { findUser, getUserForUpdate, type User } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { findUnknownMember } from '../wire/known-members.js'
import { parse } from '../wire/parse.js'
import { list, map, required, structure } from '../wire/shape.js'

const AddedSession = structure({
  userPoolId: required(c.UserPoolId),
  userPoolClientId: required(c.ClientId),
  username: c.Username,
  password: c.Password,
  attributes: map(c.AttributeValue),
  groups: list(c.GroupName),
})

interface Wanted {
  readonly username: string
  readonly password: string | undefined
  readonly attributes: Readonly<Record<string, string>>
  readonly groups: readonly string[]
}

/**
 * Signs in a user without a proof, which saves the time that a password takes, and makes the user where there is none:
 * tests begin with it. A user who is there already gets the password, attributes and groups that are given; groups that are
 * missing are made.
 *
 * @throws InvalidParameterException, SerializationException, ResourceNotFoundException, what a function of the pool throws
 */
export async function addSession(context: ServerContext, given: unknown): Promise<object> {
  if (typeof given !== 'object' || given === null) throw errors.invalidParameter('Send a JSON object.')
  const unknown = findUnknownMember(AddedSession, given)
  if (unknown !== undefined) throw errors.invalidParameter(unknown)
  const { userPoolId, userPoolClientId, ...wanted } = parse(AddedSession, given)
  const { client, pool } = await getClientOfPool(context.db, userPoolId, userPoolClientId)
  const { username = madeUpName(context, pool), password, groups = [] } = wanted
  const attributes = attributesToStore(pool, wanted.attributes ?? {})
  const user = await ensureUser(context, pool, { username, password, attributes, groups })
  if (!user.enabled) throw errors.invalidParameter(`${username} is disabled.`)
  if (user.status !== 'CONFIRMED' && user.status !== 'EXTERNAL_PROVIDER')
    throw errors.invalidParameter(
      `${username} is ${user.status}, so there can be no session yet. With a password, the user is made CONFIRMED.`,
    )
  const call: Call = {
    context,
    client,
    pool,
    by: 'client',
    operation: 'AddSession',
    requestId: randomUuid(context),
    clientAddress: undefined,
    limitedAddress: undefined,
    userAgent: undefined,
    metadata: {},
    validationData: {},
    explain() {},
    about() {},
    audit: NO_AUDIT,
  }
  const overrides = await tokenOverrides(call, user, 'Authentication', [API_SCOPE])
  const family = await context.db.transaction().execute((tx) => createTokenFamily(call, tx, user, {}))
  const { AccessToken, IdToken = '' } = await issueTokens(context, { client, user, family, overrides })
  const tokens = {
    accessToken: AccessToken,
    idToken: IdToken,
    refreshToken: issueRefreshToken(context, family),
  }
  // A page on this machine has the system's clock. It is told how far that of the server is ahead, as by a sign-in.
  const ahead = context.clock.now() - Date.now()
  const details = { loginId: username, authFlowType: 'USER_SRP_AUTH' }
  const kept = { ...tokens, clockDrift: String(ahead), signInDetails: JSON.stringify(details) }
  const prefix = `CognitoIdentityServiceProvider.${client.id}`
  return {
    username,
    sub: user.id,
    userPoolId: pool.id,
    userPoolClientId: client.id,
    ...tokens,
    // What a browser keeps of it.
    items: {
      [`${prefix}.LastAuthUser`]: user.username,
      ...Object.fromEntries(
        Object.entries(kept).map(([name, value]) => [`${prefix}.${user.username}.${name}`, value]),
      ),
    },
  }
}

/** What a user who is told apart from all others signs in with. */
function madeUpName(context: ServerContext, pool: UserPool): string {
  const random = context.randomBytes(5)
  const name = `user-${random.toString('hex')}`
  const { usernameAttributes } = rulesOf(pool)
  if (usernameAttributes.length === 0) return name
  if (usernameAttributes.includes('email')) return `${name}@example.com`
  // No country has this code.
  return `+999${random.readUIntBE(0, 5).toString().padStart(11, '0').slice(-11)}`
}

async function ensureUser(context: ServerContext, pool: UserPool, wanted: Wanted): Promise<User> {
  const { username, password, groups } = wanted
  const violation = password === undefined ? undefined : passwordPolicyViolation(pool, password)
  if (violation) throw errors.passwordPolicyAtCreate(violation)
  assertWrittenByCallers(Object.keys(wanted.attributes))
  const existing = await findUser(context.db, pool, username)
  const save = existing
    ? await changes(context, pool, existing, wanted)
    : creation(context, pool, username, wanted)
  return await context.db.transaction().execute(async (tx) => {
    if (groups.length > 0) await getUserPoolForUpdate(tx, pool.id)
    const user = await save(tx)
    for (const group of groups) {
      await ensureGroup(context, tx, pool, group)
      await addUserToGroup(tx, user, group)
    }
    return user
  })
}

/** What is costly about a new user is done before the transaction. */
function creation(
  context: ServerContext,
  pool: UserPool,
  username: string,
  { password, attributes }: Wanted,
): (tx: Transaction) => Promise<User> {
  // Where users sign up with an address, the name is one of the attributes.
  const { typedAs } = nameNewUser(pool, '', username)
  const verified = { ...verifiedOf(pool, { [typedAs]: username, ...attributes }), ...attributes }
  const prepared = prepareUser(context, pool, {
    username,
    attributes: verified,
    password,
    status: 'CONFIRMED',
  })
  validateAttributes(pool, prepared.attributes, { requireRequired: false })
  assertVerifiable(prepared.attributes)
  return (tx) => insertUser(context, tx, pool, prepared)
}

async function changes(
  context: ServerContext,
  pool: UserPool,
  existing: User,
  { password, attributes }: Wanted,
): Promise<(tx: Transaction) => Promise<User>> {
  validateAttributes(pool, attributes, { requireRequired: false })
  const prepared =
    password === undefined ? undefined : await preparePassword(context, pool, existing, password)
  return async (tx) => {
    const user = await getUserForUpdate(tx, pool, existing.id)
    const saved =
      Object.keys(attributes).length === 0
        ? user
        : await saveUniqueAttributes(
            context,
            tx,
            pool,
            user,
            { ...user.attributes, ...verifiedOf(pool, attributes), ...attributes },
            errors.aliasExists,
          )
    return prepared ? await savePassword(context, tx, pool, saved, prepared, 'CONFIRMED') : saved
  }
}

/** An address that sign-up would have proven counts as proven. */
const verifiedOf = (pool: UserPool, attributes: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    rulesOf(pool)
      .autoVerified.filter((name) => attributes[name])
      .map((name) => [`${name}_verified`, 'true']),
  )

async function ensureGroup(
  context: ServerContext,
  tx: Transaction,
  pool: UserPool,
  name: string,
): Promise<void> {
  const row = await tx
    .selectFrom('groups')
    .select('name')
    .where('user_pool_id', '=', pool.id)
    .where('name', '=', name)
    .executeTakeFirst()
  if (row) return
  await insertGroup(context, tx, pool.id, {
    name,
    description: undefined,
    roleArn: undefined,
    precedence: undefined,
  })
}
