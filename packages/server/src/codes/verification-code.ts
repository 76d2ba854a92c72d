import { sql } from 'kysely'
import type { ServerContext } from '../context.js'
import { randomDigits } from '../crypto/random.js'
import type { CodePurpose, Queryable, Transaction } from '../db/schema.js'
import type { User } from '../users/user.js'

const HOUR = 3_600_000

/** Milliseconds that a code is good for. */
export const CODE_LIFETIME: Record<CodePurpose, number> = {
  'sign-up': 24 * HOUR,
  'verify-attribute': 24 * HOUR,
  'reset-password': HOUR,
}

/** After so many wrong guesses a code of six digits is void. */
const MAX_WRONG_GUESSES = 10

/** Bytes of a code in a link, which is never typed: no number of guesses finds it. */
const LINK_CODE_BYTES = 20

/** Stored as a keyed hash: a million codes are quickly tried against a plain one. */
const codeMac = (context: ServerContext, userId: string, purpose: CodePurpose, code: string) =>
  context.rootKey.mac('verification-code', codeText(userId, purpose, code))

/** Whether a stored hash is a code's. While the root key is being exchanged, codes of before are good too. */
function matcher(context: ServerContext, userId: string, purpose: CodePurpose, code: string) {
  const macs = context.rootKey.macs('verification-code', codeText(userId, purpose, code))
  return (stored: Uint8Array): boolean => macs.some((mac) => mac.equals(stored))
}

const codeText = (userId: string, purpose: CodePurpose, code: string) =>
  JSON.stringify([userId, purpose, code])

export interface NewCode {
  /** Six digits. */
  readonly code: string
  /** What a link has in place of them, if there is to be one. Either is good, and using one uses up both. */
  readonly linkCode: string | undefined
}

/**
 * Makes a code. An earlier one for the same purpose is no longer good, also where it went to another address; attributes
 * are verified each with a code of its own.
 *
 * @param user as the transaction has found or made it
 * @param options.pendingValue the new value that the code is sent to, when the attribute is to change only once it is
 *   proven
 */
export async function createCode(
  context: ServerContext,
  tx: Transaction,
  user: User,
  purpose: CodePurpose,
  attribute: string,
  { pendingValue = null, withLink }: { pendingValue?: string | null; withLink?: boolean } = {},
): Promise<NewCode> {
  if (purpose !== 'verify-attribute')
    await tx
      .deleteFrom('verification_codes')
      .where('user_id', '=', user.id)
      .where('purpose', '=', purpose)
      .execute()
  const code = randomDigits(context, 6)
  const linkCode = withLink ? context.randomBytes(LINK_CODE_BYTES).toString('base64url') : undefined
  const now = context.clock.now()
  const row = {
    code_mac: codeMac(context, user.id, purpose, code),
    link_mac: linkCode === undefined ? null : codeMac(context, user.id, purpose, linkCode),
    pending_value: pendingValue,
    created_at: now,
    expires_at: now + CODE_LIFETIME[purpose],
    wrong_guesses: 0,
    used_at: null,
  }
  await tx
    .insertInto('verification_codes')
    .values({ user_id: user.id, purpose, attribute, ...row })
    .onConflict((conflict) => conflict.columns(['user_id', 'purpose', 'attribute']).doUpdateSet(row))
    .execute()
  return { code, linkCode }
}

/**
 * What a code turns out to be. `used` and `expired` are right codes of before, and prove as much as a `right` one; they
 * are remembered until they expire, and one that was never used for a day more. `wrong` and `none` say whether there was a code to be guessed.
 */
export type CheckedCode =
  | { readonly is: 'right'; readonly attribute: string; readonly pendingValue: string | null }
  | { readonly is: 'used' | 'expired' | 'wrong' | 'none' }

/**
 * Compares a code, and counts a wrong one: right and wrong take the same statements. Of a user who does not exist there
 * is no code, which takes the same too.
 *
 * @param userId of a user that the transaction has locked, or of the one that a name without a user is taken for
 * @param options.attribute for a purpose that may have a code for each attribute
 * @param options.use whether a right code is used up
 */
export async function checkCode(
  context: ServerContext,
  tx: Transaction,
  userId: string,
  purpose: CodePurpose,
  code: string,
  { attribute, use }: { attribute?: string; use: boolean },
): Promise<CheckedCode> {
  const now = context.clock.now()
  const rows = await selectCodes(tx, userId, purpose, attribute).execute()
  const matches = matcher(context, userId, purpose, code)
  const found = rows.find(
    (row) =>
      (row.wrong_guesses < MAX_WRONG_GUESSES && matches(row.code_mac)) ||
      (row.link_mac !== null && matches(row.link_mac)),
  )
  await tx
    .updateTable('verification_codes')
    .set({
      wrong_guesses: sql<number>`wrong_guesses + ${found ? 0 : 1}`,
      used_at: found && use ? now : null,
    })
    .where('user_id', '=', userId)
    .where('purpose', '=', purpose)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .$if(attribute !== undefined, (query) => query.where('attribute', '=', attribute ?? ''))
    .execute()
  if (!found) return { is: rows.some((row) => isGood(row, now)) ? 'wrong' : 'none' }
  if (found.expires_at <= now) return { is: found.used_at === null ? 'expired' : 'none' }
  if (found.used_at !== null) return { is: 'used' }
  return { is: 'right', attribute: found.attribute, pendingValue: found.pending_value }
}

const isGood = (
  row: { expires_at: number; wrong_guesses: number; used_at: number | null },
  now: number,
): boolean => row.used_at === null && row.expires_at > now && row.wrong_guesses < MAX_WRONG_GUESSES

const selectCodes = (db: Queryable, userId: string, purpose: CodePurpose, attribute?: string) =>
  db
    .selectFrom('verification_codes')
    .selectAll()
    .where('user_id', '=', userId)
    .where('purpose', '=', purpose)
    .$if(attribute !== undefined, (query) => query.where('attribute', '=', attribute ?? ''))

/** What the code of a link turns out to be, and nothing else: it is neither counted nor used up. */
export async function lookAtLinkCode(
  context: ServerContext,
  db: Queryable,
  userId: string,
  code: string,
): Promise<'right' | 'used' | undefined> {
  const matches = matcher(context, userId, 'sign-up', code)
  const rows = await selectCodes(db, userId, 'sign-up').execute()
  const found = rows.find((row) => row.link_mac !== null && matches(row.link_mac))
  if (!found || found.expires_at <= context.clock.now()) return undefined
  return found.used_at === null ? 'right' : 'used'
}

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

/** The new value that an attribute gets once a code proves it, if it waits for one. */
export async function findPendingValue(
  context: ServerContext,
  tx: Transaction,
  user: User,
  attribute: 'email' | 'phone_number',
): Promise<string | undefined> {
  // A value that a code has proven is forgotten with the code.
  const row = await selectCodes(tx, user.id, 'verify-attribute', attribute)
    .where('expires_at', '>', context.clock.now())
    .executeTakeFirst()
  return row?.pending_value ?? undefined
}
