import { sql } from 'kysely'
import type { ServerContext } from '../context.js'
import type { Queryable, QuotaAction } from '../db/schema.js'
import { errors } from '../errors.js'

const HOUR = 3_600_000

/** Calls per user and hour, as the service allows them. */
const PER_HOUR: Record<QuotaAction, number> = {
  ConfirmSignUp: 15,
  ResendConfirmationCode: 5,
  ForgotPassword: 5,
  ConfirmForgotPassword: 15,
  ChangePassword: 5,
  GetUserAttributeVerificationCode: 5,
  VerifyUserAttribute: 15,
}

/**
 * Counts a call. It stays counted whatever becomes of the call: this is what limits guesses at a code. Only a call
 * beyond the limit need not be: there is nothing to guess at.
 *
 * @throws LimitExceededException
 */
export async function spendQuota(
  context: ServerContext,
  db: Queryable,
  subject: string,
  action: QuotaAction,
): Promise<void> {
  const now = context.clock.now()
  const expired = sql<boolean>`quotas.window_started_at <= ${now - HOUR}`
  const { used } = await db
    .insertInto('quotas')
    .values({ subject, action, used: 1, window_started_at: now, last_used_at: now })
    .onConflict((conflict) =>
      conflict.columns(['subject', 'action']).doUpdateSet({
        used: sql<number>`case when ${expired} then 1 else quotas.used + 1 end`,
        window_started_at: sql<number>`case when ${expired} then ${now} else quotas.window_started_at end`,
        last_used_at: now,
      }),
    )
    .returning('used')
    .executeTakeFirstOrThrow()
  if (used > PER_HOUR[action]) throw errors.attemptLimitExceeded()
}

/** Whether the subject has done this within so many milliseconds. */
export async function usedWithin(
  context: ServerContext,
  db: Queryable,
  subject: string,
  action: QuotaAction,
  milliseconds: number,
): Promise<boolean> {
  const row = await db
    .selectFrom('quotas')
    .select('last_used_at')
    .where('subject', '=', subject)
    .where('action', '=', action)
    .executeTakeFirst()
  return row !== undefined && row.last_used_at > context.clock.now() - milliseconds
}
