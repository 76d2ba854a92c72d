import { sql } from 'kysely'
import type { ServerContext } from '../context.js'
import { prepared } from '../db/prepared.js'
import type { Queryable, Transaction } from '../db/schema.js'
import { errors } from '../errors.js'

/** Wrong passwords that are forgiven before the first lock. */
const FREE_FAILURES = 5
/** Milliseconds: the longest lock, and how long without a wrong password until all is forgotten. */
const LONGEST = 900_000

/** After 5 wrong passwords 1 second, doubling with each further one. */
const lockFor = (failures: number): number =>
  failures < FREE_FAILURES ? 0 : Math.min(LONGEST, 1000 * 2 ** (failures - FREE_FAILURES))

/**
 * Refuses a password, right or wrong, while the subject is locked. Attempts during a lock are not counted and do not
 * prolong it.
 *
 * @throws NotAuthorizedException
 */
export async function assertNotLockedOut(
  context: ServerContext,
  db: Queryable,
  subject: string,
): Promise<void> {
  await failuresOf(context, db, subject)
}

const failedPasswords = prepared((db, p: { subject: string }) =>
  db.selectFrom('failed_passwords').select(['failures', 'last_failed_at']).where('subject', '=', p.subject),
)

/** The number of wrong passwords that are not forgiven yet. */
async function failuresOf(context: ServerContext, db: Queryable, subject: string): Promise<number> {
  const { rows } = await failedPasswords(db, { subject })
  const [row] = rows
  if (row && context.clock.now() < row.last_failed_at + lockFor(row.failures))
    throw errors.passwordAttemptsExceeded()
  return row?.failures ?? 0
}

export async function recordFailedPassword(
  context: ServerContext,
  db: Queryable,
  subject: string,
): Promise<void> {
  const now = context.clock.now()
  // One statement, so that wrong passwords at the same moment are all counted.
  await db
    .insertInto('failed_passwords')
    .values({ subject, failures: 1, last_failed_at: now })
    .onConflict((conflict) =>
      conflict.column('subject').doUpdateSet({
        failures: sql<number>`case when failed_passwords.last_failed_at <= ${now - LONGEST} then 1 else failed_passwords.failures + 1 end`,
        last_failed_at: now,
      }),
    )
    .execute()
}

/**
 * The end of a successful check. Asks about the lock once more in the transaction that makes the success count: of
 * many guesses sent at once, those that come after the fifth wrong one are worth nothing.
 *
 * @throws NotAuthorizedException
 */
export async function forgiveFailedPasswords(
  context: ServerContext,
  tx: Transaction,
  subject: string,
): Promise<void> {
  const failures = await failuresOf(context, tx, subject)
  if (failures > 0) await tx.deleteFrom('failed_passwords').where('subject', '=', subject).execute()
}
