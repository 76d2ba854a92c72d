import type { PoolCall } from '../clients/call.js'
import { createCode, forgetCodes } from '../codes/verification-code.js'
import type { Transaction } from '../db/schema.js'
import { countMessages } from '../delivery/count-messages.js'
import { errors } from '../errors.js'
import { rulesOf } from '../pools/rules.js'
import { poolSchema } from '../pools/schema.js'
import type { UserPool } from '../pools/user-pool.js'
import {
  assertInSchema,
  assertVerifiable,
  assertWrittenByCallers,
  validateAttributes,
} from '../users/attributes.js'
import type { CodeDestination } from '../users/code-destination.js'
import { saveUniqueAttributes } from '../users/save-unique-attributes.js'
import { getUserForUpdate, type User } from '../users/user.js'

/** A code that an attribute change calls for; sent once the change is stored. */
export type PendingCode = CodeDestination & { readonly code: string }

const VERIFIABLE = ['email', 'phone_number'] as const

/**
 * Changes attributes: an empty value removes one. A new e-mail address or phone number is unverified; where the pool
 * verifies it, a code goes to the new value, and where the pool wants that proven first, the old value stays until
 * then.
 *
 * @returns the user as stored, and the codes that are to be sent
 * @throws InvalidParameterException, AliasExistsException, LimitExceededException
 */
export async function changeAttributes(
  call: PoolCall,
  tx: Transaction,
  userId: string,
  changes: Readonly<Record<string, string>>,
): Promise<{ changed: User; codes: PendingCode[] }> {
  const { context, pool } = call
  const user = await getUserForUpdate(tx, pool, userId)
  assertInSchema(pool, Object.keys(changes))
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
    const sendsCode = value !== '' && !proven && rulesOf(pool).autoVerified.includes(verifiable)
    const staged = sendsCode && rulesOf(pool).provenFirst.includes(verifiable)
    if (!staged) {
      setOrRemove(attributes, name, value)
      setOrRemove(attributes, `${name}_verified`, value === '' ? '' : String(proven))
      await forgetCodes(tx, user, verifiable)
    }
    if (sendsCode) {
      const pendingValue = staged ? value : null
      const { code } = await createCode(context, tx, user, 'verify-attribute', name, { pendingValue })
      codes.push({ attribute: verifiable, destination: value, code })
    }
  }
  assertVerifiable(attributes)
  const changed = await saveUniqueAttributes(context, tx, pool, user, attributes)
  const messages = codes.map((to) => ({ to, asked: 'unproven' as const }))
  if (!(await countMessages(call, tx, messages))) throw errors.attemptLimitExceeded()
  return { changed, codes }
}

function setOrRemove(attributes: Record<string, string>, name: string, value: string): void {
  if (value === '') delete attributes[name]
  else attributes[name] = value
}

function assertMutable(pool: UserPool, names: readonly string[]): void {
  assertWrittenByCallers(names)
  const schema = new Map(poolSchema(pool).map((attribute) => [attribute.name, attribute]))
  for (const name of names) if (schema.get(name)?.mutable === false) throw errors.attributeNotMutable(name)
}

/** What the pool requires, and what its users sign in with, may change but not go. */
function assertRequiredStay(pool: UserPool, changes: Readonly<Record<string, string>>): void {
  const names: readonly string[] = rulesOf(pool).usernameAttributes
  for (const { name, required } of poolSchema(pool))
    if (changes[name] === '' && (required || (names.length === 1 && names.includes(name))))
      throw errors.attributesDoNotConform([`${name}: The attribute is required`])
}
