import { timingSafeEqual } from 'node:crypto'
import { sql } from 'kysely'
import type { ServerContext } from '../context.js'
import type { CodePurpose, Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import type { User } from '../users/user.js'

const HOUR = 3_600_000
const LIFETIME: Record<CodePurpose, number> = {
  'sign-up': 24 * HOUR,
  'verify-attribute': 24 * HOUR,
  'reset-password': HOUR,
}
/** Wrong answers per hour before the service stops listening. */
const MAX_ATTEMPTS = 15

/** Six digits, leading zeros included, without a bias. */
function randomCode(context: ServerContext): string {
  // 4,294,000,000 is the largest multiple of a million below 2^32.
  for (;;) {
    const number = context.randomBytes(4).readUInt32BE()
    if (number < 4_294_000_000) return String(number % 1_000_000).padStart(6, '0')
  }
}

/** Stored as a keyed hash: a million codes are quickly tried against a plain one. */
const mac = (context: ServerContext, userId: string, purpose: CodePurpose, attribute: string, code: string) =>
  context.rootKey.mac('verification-code', JSON.stringify([userId, purpose, attribute, code]))

/** Makes a code; an earlier one for the same purpose and attribute is no longer good. */
export async function createCode(
  context: ServerContext,
  tx: Transaction,
  user: User,
  purpose: CodePurpose,
  attribute: string,
): Promise<string> {
  const code = randomCode(context)
  const now = context.clock.now()
  const row = {
    code_mac: mac(context, user.id, purpose, attribute, code),
    created_at: now,
    expires_at: now + LIFETIME[purpose],
  }
  // A new code does not forgive earlier wrong answers until an hour has gone by since the last one was sent.
  await tx
    .insertInto('verification_codes')
    .values({ user_id: user.id, purpose, attribute, attempts: 0, ...row })
    .onConflict((conflict) =>
      conflict.columns(['user_id', 'purpose', 'attribute']).doUpdateSet({
        ...row,
        attempts: sql<number>`case when verification_codes.created_at <= ${now - HOUR} then 0 else verification_codes.attempts end`,
      }),
    )
    .execute()
  return code
}

export type CodeCheck =
  | { readonly outcome: 'correct'; readonly attribute: string }
  | { readonly outcome: 'wrong' | 'expired' | 'too-many-attempts' }

/**
 * Uses up a code. A wrong answer is counted, so the caller must commit the transaction whatever the outcome.
 */
export async function consumeCode(
  context: ServerContext,
  tx: Transaction,
  user: User,
  purpose: CodePurpose,
  code: string,
  attribute?: string,
): Promise<CodeCheck> {
  let query = tx
    .selectFrom('verification_codes')
    .selectAll()
    .where('user_id', '=', user.id)
    .where('purpose', '=', purpose)
  if (attribute !== undefined) query = query.where('attribute', '=', attribute)
  const row = await query.executeTakeFirst()
  if (!row || row.expires_at <= context.clock.now()) return { outcome: 'expired' }
  if (row.attempts >= MAX_ATTEMPTS) return { outcome: 'too-many-attempts' }
  const key = [user.id, purpose, row.attribute] as const
  if (!timingSafeEqual(mac(context, user.id, purpose, row.attribute, code), Buffer.from(row.code_mac))) {
    await tx
      .updateTable('verification_codes')
      .set({ attempts: row.attempts + 1 })
      .where('user_id', '=', key[0])
      .where('purpose', '=', key[1])
      .where('attribute', '=', key[2])
      .execute()
    return { outcome: 'wrong' }
  }
  await tx
    .deleteFrom('verification_codes')
    .where('user_id', '=', key[0])
    .where('purpose', '=', key[1])
    .where('attribute', '=', key[2])
    .execute()
  return { outcome: 'correct', attribute: row.attribute }
}

/** The protocol's answer to a code that did not work. */
export function codeError(outcome: Exclude<CodeCheck['outcome'], 'correct'>) {
  if (outcome === 'wrong') return errors.codeMismatch()
  return outcome === 'expired' ? errors.codeExpired() : errors.attemptLimitExceeded()
}
