import { createCode, forgetCodes } from '../codes/verification-code.js'
import type { ServerContext } from '../context.js'
import type { Transaction } from '../db/schema.js'
import type { CodeDestination } from '../delivery/deliver-code.js'
import { errors } from '../errors.js'
import type { UserPool } from '../pools/user-pool.js'
import { assertVerifiable, poolSchema, validateAttributes } from './attributes.js'
import { saveAttributes } from './update-user.js'
import { getUserForUpdate, holderOf, loginNamesOf, type User } from './user.js'

/** A code that an attribute change calls for; sent once the change is stored. */
export type PendingCode = CodeDestination & { readonly code: string }

const VERIFIABLE = ['email', 'phone_number'] as const

/**
 * Changes attributes: an empty value removes one. A new e-mail address or phone number is unverified; where the pool
 * verifies it, a code goes to the new value, and where the pool wants that proven first, the old value stays until
 * then.
 *
 * @throws InvalidParameterException, AliasExistsException
 */
export async function changeAttributes(
  context: ServerContext,
  tx: Transaction,
  pool: UserPool,
  userId: string,
  changes: Readonly<Record<string, string>>,
): Promise<PendingCode[]> {
  const user = await getUserForUpdate(tx, pool, userId)
  assertMutable(pool, Object.keys(changes))
  validateAttributes(pool, changes, { requireRequired: false })
  assertRequiredStay(pool, changes)

  const attributes = { ...user.attributes }
  const codes: PendingCode[] = []
  for (const [name, value] of Object.entries(changes)) {
    const verifiable = VERIFIABLE.find((attribute) => attribute === name)
    if (!verifiable || value === user.attributes[name]) {
      setOrRemove(attributes, name, value)
      continue
    }
    // An administrator who says that the new value is verified has the last word.
    const proven = value !== '' && changes[`${name}_verified`] === 'true'
    const sendsCode = value !== '' && !proven && pool.settings.AutoVerifiedAttributes?.includes(verifiable)
    const staged = sendsCode && isProvenFirst(pool, verifiable)
    if (!staged) {
      setOrRemove(attributes, name, value)
      setOrRemove(attributes, `${name}_verified`, value === '' ? '' : String(proven))
      await forgetCodes(tx, user, verifiable)
    }
    if (sendsCode) {
      const code = await createCode(context, tx, user, 'verify-attribute', name, staged ? value : null)
      codes.push({ attribute: verifiable, destination: value, code })
    }
  }
  assertVerifiable(attributes)
  await saveUniqueAttributes(context, tx, pool, user, attributes)
  return codes
}

const isProvenFirst = (pool: UserPool, attribute: 'email' | 'phone_number'): boolean =>
  pool.settings.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate?.includes(attribute) ??
  false

function setOrRemove(attributes: Record<string, string>, name: string, value: string): void {
  if (value === '') delete attributes[name]
  else attributes[name] = value
}

/**
 * Stores attributes whose values other users may hold.
 *
 * @throws AliasExistsException
 */
export async function saveUniqueAttributes(
  context: ServerContext,
  tx: Transaction,
  pool: UserPool,
  user: User,
  attributes: Readonly<Record<string, string>>,
  taken: (attribute: string) => Error = errors.aliasGivenExists,
): Promise<User> {
  for (const name of loginNamesOf(pool, user.username, attributes)) {
    const holder = await holderOf(tx, pool, name)
    if (holder !== undefined && holder !== user.id) throw taken(name.kind)
  }
  try {
    return await saveAttributes(context, tx, pool, user, attributes)
  } catch (error) {
    // Somebody else took one of the names since it was looked up; the unique key has the last word.
    if (context.isUniqueViolation(error)) throw taken(pool.settings.UsernameAttributes?.[0] ?? 'email')
    throw error
  }
}

function assertMutable(pool: UserPool, names: readonly string[]): void {
  const schema = new Map(poolSchema(pool).map((attribute) => [attribute.name, attribute]))
  for (const name of names) if (schema.get(name)?.mutable === false) throw errors.attributeNotMutable(name)
}

/** What the pool requires, and what its users sign in with, may change but not go. */
function assertRequiredStay(pool: UserPool, changes: Readonly<Record<string, string>>): void {
  const names: readonly string[] = pool.settings.UsernameAttributes ?? []
  for (const { name, required } of poolSchema(pool))
    if (changes[name] === '' && (required || (names.length === 1 && names.includes(name))))
      throw errors.attributesDoNotConform([`${name}: The attribute is required`])
}
