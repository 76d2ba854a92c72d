import { ONE, prepared } from '../db/prepared.js'
import type { LoginNameKind, Queryable, Transaction, UserStatus } from '../db/schema.js'
import { errors } from '../errors.js'
import { rulesOf } from '../pools/rules.js'
import type { UserPool } from '../pools/user-pool.js'
import { isEmail, isPhoneNumber } from '../wire/address.js'
import { type MfaSettings, NO_MFA } from './mfa-settings.js'

export interface User {
  /** The `sub`. */
  readonly id: string
  readonly userPoolId: string
  readonly username: string
  readonly status: UserStatus
  readonly enabled: boolean
  /** Without `sub`. */
  readonly attributes: Readonly<Record<string, string>>
  /** Hexadecimal. */
  readonly salt: string | null
  readonly sealedVerifier: Uint8Array | null
  /** The name that SRP mixes into the verifier. */
  readonly srpIdentity: string
  /** The second factors that the user has turned on. */
  readonly mfa: MfaSettings
  readonly passwordSetAt: number | null
  readonly signedOutAt: number | null
  readonly createdAt: number
  readonly updatedAt: number
}

export interface UserRow {
  id: string
  user_pool_id: string
  username: string
  status: UserStatus
  enabled: number
  attributes: string
  salt: string | null
  sealed_verifier: Uint8Array | null
  srp_identity: string | null
  mfa: string | null
  password_set_at: number | null
  signed_out_at: number | null
  created_at: number
  updated_at: number
}

export const userOfRow = (row: UserRow): User => ({
  id: row.id,
  userPoolId: row.user_pool_id,
  username: row.username,
  status: row.status,
  enabled: row.enabled === 1,
  // Written by this server from validated attributes.
  attributes: JSON.parse(row.attributes) as Record<string, string>,
  salt: row.salt,
  sealedVerifier: row.sealed_verifier,
  srpIdentity: row.srp_identity ?? row.username,
  // Written by this server.
  mfa: row.mfa === null ? NO_MFA : (JSON.parse(row.mfa) as MfaSettings),
  passwordSetAt: row.password_set_at,
  signedOutAt: row.signed_out_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** How a name is compared: in a case-insensitive pool usernames, e-mail addresses and preferred usernames fold. */
export const loginKey = (pool: UserPool, kind: LoginNameKind, name: string): string =>
  rulesOf(pool).caseSensitive || kind === 'phone_number' ? name : name.toLowerCase()

// All kinds there are, in the order in which they count. Without them, SQLite would rather read all names of the pool
// than the few that are equal.
const KINDS: readonly LoginNameKind[] = ['username', 'email', 'phone_number', 'preferred_username']

const usersByLoginName = prepared((db, p: { userPoolId: string; name: string }) =>
  db
    .selectFrom('login_names as n')
    .innerJoin('users as u', 'u.id', 'n.user_id')
    .selectAll('u')
    .select('n.kind')
    .where('n.user_pool_id', '=', p.userPoolId)
    .where('n.name', '=', p.name)
    .where('n.kind', 'in', KINDS),
)

/**
 * The user a typed name means: the exact username first, then an alias (or username attribute), then the `sub`. A
 * preferred username, which can be anything, comes after an address that a user has proven.
 */
export async function findUser(db: Queryable, pool: UserPool, name: string): Promise<User | undefined> {
  const { rows } = await usersByLoginName(db, { userPoolId: pool.id, name: loginKey(pool, 'username', name) })
  const [row] = rows
    .filter(({ kind }) => kind !== 'preferred_username' || !aliasForm(pool, name))
    .toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind))
  if (row) return userOfRow(row)
  return UUID.test(name) ? findUserById(db, pool.id, name) : undefined
}

/** @throws UserNotFoundException */
export async function getUser(db: Queryable, pool: UserPool, name: string): Promise<User> {
  const user = await findUser(db, pool, name)
  if (!user) throw errors.userNotFound()
  return user
}

const selectById = (db: Queryable, p: { id: string; userPoolId: string }) =>
  db
    .selectFrom('users')
    .selectAll()
    .where('id', '=', p.id)
    .where('user_pool_id', '=', p.userPoolId)
    .limit(ONE)

const userById = prepared(selectById)

export async function findUserById(db: Queryable, userPoolId: string, id: string): Promise<User | undefined> {
  const { rows } = await userById(db, { id, userPoolId })
  return rows[0] && userOfRow(rows[0])
}

const userForUpdate = prepared((db, p: { id: string; userPoolId: string }) =>
  selectById(db, p).forNoKeyUpdate(),
)

/**
 * The user as it is now, and as it stays until the transaction ends: what was read before it may have changed since.
 * A transaction that changes a user begins with this, so that it waits here and not half-way through.
 */
export async function findUserForUpdate(
  tx: Transaction,
  userPoolId: string,
  id: string,
): Promise<User | undefined> {
  const { rows } = await userForUpdate(tx, { id, userPoolId })
  return rows[0] && userOfRow(rows[0])
}

/** @throws UserNotFoundException */
export async function getUserForUpdate(tx: Transaction, pool: UserPool, id: string): Promise<User> {
  const user = await findUserForUpdate(tx, pool.id, id)
  if (!user) throw errors.userNotFound()
  return user
}

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Which alias of the pool a name reads like. Only the user who has proven the address signs in with such a name. */
export function aliasForm(pool: UserPool, name: string): 'email' | 'phone_number' | undefined {
  const aliases = rulesOf(pool).aliasAttributes
  if (aliases.includes('email') && isEmail(name)) return 'email'
  if (aliases.includes('phone_number') && isPhoneNumber(name)) return 'phone_number'
  return undefined
}

/** Whether a user came of an identity provider. One that was linked to a native user makes no such user of it. */
const isFederated = ({ attributes }: Pick<User, 'attributes'>): boolean =>
  attributes.identities !== undefined &&
  // Written by this server: the entries of `identities`.
  (JSON.parse(attributes.identities) as { primary: boolean }[]).some(({ primary }) => primary)

/**
 * Attributes whose value a user of the pool signs in with. An alias has to be verified first; a preferred username needs
 * no proof, so it is no way to sign in with an address that was not proven.
 */
export function loginNamesOf(pool: UserPool, username: string, attributes: Readonly<Record<string, string>>) {
  const names: { kind: LoginNameKind; name: string }[] = [
    { kind: 'username', name: loginKey(pool, 'username', username) },
  ]
  // A user who came of a provider signs in there. An address that a native user has too stays that user's.
  if (isFederated({ attributes })) return names
  const { usernameAttributes, aliasAttributes } = rulesOf(pool)
  for (const kind of usernameAttributes) {
    const value = attributes[kind]
    if (value) names.push({ kind, name: loginKey(pool, kind, value) })
  }
  for (const kind of aliasAttributes) {
    const value = attributes[kind]
    if (!value) continue
    const holds =
      kind === 'preferred_username' ? !aliasForm(pool, value) : attributes[`${kind}_verified`] === 'true'
    if (holds) names.push({ kind, name: loginKey(pool, kind, value) })
  }
  return names
}

/** Of these two there is one of a name: a username comes first, and would be taken for the other user's. */
const SHARED: readonly LoginNameKind[] = ['username', 'preferred_username']

/**
 * The id of the user who signs in with a name of this kind, if there is one; a username and a preferred username are of one
 * kind here. A `sub` is its user's: it is a name that counts after the others, and who could take it as one of those would be
 * taken for that user.
 */
export async function holderOf(
  tx: Transaction,
  pool: UserPool,
  { kind, name }: { kind: LoginNameKind; name: string },
): Promise<string | undefined> {
  const rows = await tx
    .selectFrom('login_names')
    .select(['user_id', 'kind'])
    .where('user_pool_id', '=', pool.id)
    .where('name', '=', name)
    .where('kind', 'in', SHARED.includes(kind) ? SHARED : [kind])
    .execute()
  const row = rows.find((each) => each.kind === kind) ?? rows[0]
  if (row) return row.user_id
  return UUID.test(name) ? (await findUserById(tx, pool.id, name))?.id : undefined
}
