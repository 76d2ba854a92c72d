import type { ServerContext } from '../context.js'
import { randomUuid } from '../crypto/random.js'
import type { LoginNameKind, Transaction, UserStatus } from '../db/schema.js'
import { errors } from '../errors.js'
import { rulesOf } from '../pools/rules.js'
import type { UserPool } from '../pools/user-pool.js'
import { isEmail, isPhoneNumber } from '../wire/address.js'
import { passwordColumns, srpIdentityOf } from './password.js'
import { releaseAliases } from './release-aliases.js'
import { aliasForm, holderOf, loginNamesOf, type User, userOfRow } from './user.js'
import { writeLoginNames, writeSearchAttributes } from './user-index.js'

export interface NewUser {
  /** The `sub`. Default: a random one. */
  readonly id?: string
  /** As typed: in a username-attribute pool the e-mail address or phone number. A provider's user is named after it. */
  readonly username: string
  readonly attributes: Readonly<Record<string, string>>
  /** Absent for a user who signs in without one. */
  readonly password: string | undefined
  readonly status: UserStatus
}

/** A user that is ready to be stored. Making it costs a modular exponentiation: do it before the transaction. */
export interface PreparedUser {
  readonly row: ReturnType<typeof newRow>
  readonly attributes: Readonly<Record<string, string>>
  /** Which of the user's names was typed as the username. */
  readonly typedAs: LoginNameKind
}

/**
 * Gives a new user its `sub`, its username and its password verifier.
 *
 * @throws InvalidParameterException the username has not the form that the pool asks for
 */
export function prepareUser(context: ServerContext, pool: UserPool, user: NewUser): PreparedUser {
  const id = user.id ?? randomUuid(context)
  const { username, typedAs } =
    user.status === 'EXTERNAL_PROVIDER'
      ? ({ username: user.username, typedAs: 'username' } as const)
      : nameNewUser(pool, id, user.username)
  const attributes =
    typedAs === 'username' ? { ...user.attributes } : { ...user.attributes, [typedAs]: user.username }
  return { row: newRow(context, pool, id, username, user, attributes), attributes, typedAs }
}

/**
 * The username of a new user, which is the id where users sign up with an address, and which name was typed.
 *
 * @throws InvalidParameterException the typed name has not the form that the pool asks for
 */
export function nameNewUser(
  pool: UserPool,
  id: string,
  typedName: string,
): { username: string; typedAs: LoginNameKind } {
  if (rulesOf(pool).usernameAttributes.length > 0)
    return { username: id, typedAs: usernameAttribute(pool, typedName) }
  assertNotOfAliasForm(pool, typedName)
  return { username: typedName, typedAs: 'username' }
}

/**
 * Stores a prepared user. Uniqueness is the database's decision, so two sign-ups at once cannot both win.
 *
 * @param options `taken`: the answer when the username is taken; its words differ by operation. `takeOverAliases`:
 *   an e-mail address or phone number that is another user's alias becomes this one's
 * @throws UsernameExistsException
 */
export async function insertUser(
  context: ServerContext,
  tx: Transaction,
  pool: UserPool,
  { row, attributes, typedAs }: PreparedUser,
  { taken: usernameTaken = errors.usernameExists, takeOverAliases = false } = {},
): Promise<User> {
  await tx.insertInto('users').values(row).execute()
  const user = userOfRow(row)
  if (takeOverAliases) await releaseAliases(context, tx, pool, user, attributes, true)
  const names = loginNamesOf(pool, user.username, attributes)
  const taken = await takenNames(tx, pool, user.id, names)
  if (taken.includes('username') || taken.includes(typedAs)) throw usernameTaken()
  if (taken[0]) throw errors.accountWithAttributeExists(taken[0])
  try {
    await writeLoginNames(tx, pool, user.id, names)
  } catch (error) {
    if (context.isUniqueViolation(error)) throw usernameTaken()
    throw error
  }
  await writeSearchAttributes(tx, pool, user.id, attributes)
  return user
}

async function takenNames(
  tx: Transaction,
  pool: UserPool,
  userId: string,
  names: ReturnType<typeof loginNamesOf>,
) {
  const taken: LoginNameKind[] = []
  // One after the other: asked for several at once, SQLite would rather read all names of the pool.
  for (const name of names) {
    // Where users sign up with an address, the username is the random id.
    if (name.name === userId) continue
    if (await holderOf(tx, pool, name)) taken.push(name.kind)
  }
  return taken
}

function newRow(
  context: ServerContext,
  pool: UserPool,
  id: string,
  username: string,
  user: NewUser,
  attributes: Readonly<Record<string, string>>,
) {
  const now = context.clock.now()
  const password =
    user.password === undefined
      ? {
          salt: null,
          sealed_verifier: null,
          // A sign-in by SRP is told of it whether or not there is a password.
          srp_identity: srpIdentityOf(pool, { id, username }),
          password_set_at: null,
        }
      : passwordColumns(context, pool, { id, username }, user.password)
  return {
    id,
    user_pool_id: pool.id,
    username,
    status: user.status,
    enabled: 1,
    attributes: JSON.stringify(attributes),
    ...password,
    mfa: null,
    signed_out_at: null,
    created_at: now,
    updated_at: now,
  }
}

/** Which attribute a typed username is, in a pool whose users sign up with their address. */
export function usernameAttribute(pool: UserPool, username: string): 'email' | 'phone_number' {
  const allowed = rulesOf(pool).usernameAttributes
  if (allowed.includes('email') && isEmail(username)) return 'email'
  if (allowed.includes('phone_number') && isPhoneNumber(username)) return 'phone_number'
  throw errors.usernameShouldBe(
    allowed.length === 2
      ? 'either an email or a phone number'
      : allowed[0] === 'email'
        ? 'an email'
        : 'a phone number',
  )
}

function assertNotOfAliasForm(pool: UserPool, username: string): void {
  const form = aliasForm(pool, username)
  if (!form) return
  const name = form === 'email' ? 'email' : 'phone number'
  throw errors.usernameLooksLikeAlias(name, name)
}
