import type { ServerContext } from '../context.js'
import { randomDigits } from '../crypto/random.js'
import type { CodePurpose, Queryable, Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import type { User } from '../users/user.js'

const HOUR = 3_600_000

/** Milliseconds that a code is good for. */
export const CODE_LIFETIME: Record<CodePurpose, number> = {
  'sign-up': 24 * HOUR,
  'verify-attribute': 24 * HOUR,
  'reset-password': HOUR,
}

/** Stored as a keyed hash: a million codes are quickly tried against a plain one. */
const codeMac = (context: ServerContext, user: User, purpose: CodePurpose, code: string) =>
  context.rootKey.mac('verification-code', codeText(user, purpose, code))

/** What a code may be stored as: while the root key is being exchanged, codes of before are good too. */
const codeMacs = (context: ServerContext, user: User, purpose: CodePurpose, code: string) =>
  context.rootKey.macs('verification-code', codeText(user, purpose, code))

const codeText = (user: User, purpose: CodePurpose, code: string) => JSON.stringify([user.id, purpose, code])

/**
 * Makes a code. An earlier one for the same purpose is no longer good, also where it went to another address; attributes
 * are verified each with a code of its own.
 *
 * @param user as the transaction has found or made it
 * @param pendingValue the new value that the code is sent to, when the attribute is to change only once it is proven
 */
export async function createCode(
  context: ServerContext,
  tx: Transaction,
  user: User,
  purpose: CodePurpose,
  attribute: string,
  pendingValue: string | null = null,
): Promise<string> {
  if (purpose !== 'verify-attribute')
    await tx
      .deleteFrom('verification_codes')
      .where('user_id', '=', user.id)
      .where('purpose', '=', purpose)
      .where('attribute', '!=', attribute)
      .execute()
  const code = randomDigits(context, 6)
  const now = context.clock.now()
  const row = {
    code_mac: codeMac(context, user, purpose, code),
    pending_value: pendingValue,
    created_at: now,
    expires_at: now + CODE_LIFETIME[purpose],
  }
  await tx
    .insertInto('verification_codes')
    .values({ user_id: user.id, purpose, attribute, ...row })
    .onConflict((conflict) => conflict.columns(['user_id', 'purpose', 'attribute']).doUpdateSet(row))
    .execute()
  return code
}

export interface ConsumedCode {
  readonly attribute: string
  readonly pendingValue: string | null
}

/**
 * Uses up a code. How often one may guess is limited by the quota of the operation, which counts also what fails here.
 *
 * @param attribute for a purpose that may have a code for each attribute
 * @throws CodeMismatchException, ExpiredCodeException
 */
export async function consumeCode(
  context: ServerContext,
  tx: Transaction,
  user: User,
  purpose: CodePurpose,
  code: string,
  attribute?: string,
): Promise<ConsumedCode> {
  const now = context.clock.now()
  // Finding and removing it is one statement: of two right answers at once, one finds it.
  const consumed = await tx
    .deleteFrom('verification_codes')
    .where('user_id', '=', user.id)
    .where('purpose', '=', purpose)
    .where('code_mac', 'in', codeMacs(context, user, purpose, code))
    .where('expires_at', '>', now)
    .$if(attribute !== undefined, (query) => query.where('attribute', '=', attribute ?? ''))
    .returning(['attribute', 'pending_value'])
    .executeTakeFirst()
  if (consumed) return { attribute: consumed.attribute, pendingValue: consumed.pending_value }
  const other = await findCode(tx, user, purpose, attribute)
  throw other && other.expiresAt > now ? errors.codeMismatch() : errors.codeExpired()
}

/**
 * Refuses a code that is wrong, without using up one that is right: for what should happen before much work is done.
 *
 * @throws CodeMismatchException, ExpiredCodeException
 */
export async function assertCode(
  context: ServerContext,
  db: Queryable,
  user: User,
  purpose: CodePurpose,
  code: string,
): Promise<void> {
  const pending = await pendingCodes(context, db, user, purpose)
  if (pending.length === 0) throw errors.codeExpired()
  const macs = codeMacs(context, user, purpose, code)
  if (!pending.some((row) => macs.some((mac) => mac.equals(row.code_mac)))) throw errors.codeMismatch()
}

/** Whether the user has a code for this purpose that is still good. */
export const hasCode = async (
  context: ServerContext,
  db: Queryable,
  user: User,
  purpose: CodePurpose,
): Promise<boolean> => (await pendingCodes(context, db, user, purpose)).length > 0

const pendingCodes = (context: ServerContext, db: Queryable, user: User, purpose: CodePurpose) =>
  db
    .selectFrom('verification_codes')
    .select('code_mac')
    .where('user_id', '=', user.id)
    .where('purpose', '=', purpose)
    .where('expires_at', '>', context.clock.now())
    .execute()

/**
 * Makes the codes that went to a user's address or number worthless, for whatever purpose. An address that is replaced
 * no longer speaks for the user, nor does its code prove the one that takes its place.
 */
export async function forgetCodes(
  tx: Transaction,
  user: User,
  attribute: 'email' | 'phone_number',
): Promise<void> {
  await tx
    .deleteFrom('verification_codes')
    .where('user_id', '=', user.id)
    .where('attribute', '=', attribute)
    .execute()
}

/** When a user's pending code expires, and what it was sent to if that is not the attribute's present value. */
export async function findCode(
  tx: Transaction,
  user: User,
  purpose: CodePurpose,
  attribute?: string,
): Promise<{ expiresAt: number; pendingValue: string | null } | undefined> {
  const row = await tx
    .selectFrom('verification_codes')
    .select(['expires_at', 'pending_value'])
    .where('user_id', '=', user.id)
    .where('purpose', '=', purpose)
    .$if(attribute !== undefined, (query) => query.where('attribute', '=', attribute ?? ''))
    .executeTakeFirst()
  return row && { expiresAt: row.expires_at, pendingValue: row.pending_value }
}
