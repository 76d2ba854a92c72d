import { sql } from 'kysely'
import type { ServerContext } from '../context.js'
import type { CodeBudget, Transaction } from '../db/schema.js'
import { errors } from '../errors.js'

const HOUR = 3_600_000

interface Budget {
  readonly budget: CodeBudget
  readonly limit: number
  readonly window: number
}

/** Wrong codes of a second factor that an account has, over all sessions, clients and nodes. */
const SECOND_FACTOR: readonly Budget[] = [
  { budget: 'second factor an hour', limit: 10, window: HOUR },
  { budget: 'second factor a day', limit: 30, window: 24 * HOUR },
]

/** The same of first factors, at which strangers guess. So they have a budget of their own, and longer codes. */
const FIRST_FACTOR: readonly Budget[] = [{ budget: 'first factor an hour', limit: 20, window: HOUR }]

/** Wrong passkeys of sign-ins without a name that a client address has. Whole offices have one address. */
const UNNAMED: readonly Budget[] = [{ budget: 'unnamed passkeys an hour', limit: 100, window: HOUR }]

/**
 * Counts a code of a second factor that was checked; a right one is not forgiven the wrong ones before it, for who has
 * the password guesses again and again. One statement for right and wrong, as for passwords: once the budget is used up,
 * both are refused alike.
 *
 * @throws NotAuthorizedException the budget is used up: roll the transaction back
 */
export const countCodeAttempt = countBy(SECOND_FACTOR)

/** Counts a code of a first factor in the same way. */
export const countFirstCodeAttempt = countBy(FIRST_FACTOR)

/** Counts a passkey of a sign-in without a name in the same way; the subject stands for a client address. */
export const countUnnamedAttempt = countBy(UNNAMED)

function countBy(budgets: readonly Budget[]) {
  return async (context: ServerContext, tx: Transaction, subject: string, right: boolean): Promise<void> => {
    const now = context.clock.now()
    const over = sql<boolean>`wrong_codes.expires_at <= ${now}`
    const limit = sql<number>`case wrong_codes.budget ${sql.join(
      budgets.map(({ budget, limit }) => sql`when ${sql.lit(budget)} then ${sql.lit(limit)}`),
      sql` `,
    )} end`
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto('wrong_codes')
      .values(
        budgets.map(({ budget, window }) => ({
          subject,
          budget,
          used: right ? 0 : 1,
          expires_at: now + window,
        })),
      )
      .onConflict((conflict) =>
        conflict
          .columns(['subject', 'budget'])
          .doUpdateSet({
            used: sql<number>`case when ${over} then excluded.used else wrong_codes.used + excluded.used end`,
            expires_at: sql<number>`case when ${over} then excluded.expires_at else wrong_codes.expires_at end`,
          })
          .where(sql<boolean>`${over} or wrong_codes.used < ${limit}`),
      )
      .executeTakeFirst()
    if (numInsertedOrUpdatedRows !== BigInt(budgets.length)) throw errors.passwordAttemptsExceeded()
  }
}
