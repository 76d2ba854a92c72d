import { sql } from 'kysely'
import type { ServerContext } from '../context.js'
import { prepared } from '../db/prepared.js'
import type { Transaction } from '../db/schema.js'
import { errors } from '../errors.js'

/** Wrong passwords that are forgiven before the first lock. */
const FREE_FAILURES = 5
/** Milliseconds: the longest lock, and how long without a wrong password until all is forgotten. */
const LONGEST = 900_000
/** The first failure whose lock, 1 second doubled for each failure after the free ones, would be longer than that. */
const LONGEST_FROM = FREE_FAILURES + 10

/** Milliseconds that a row locks its subject, with more failures than the free ones: 1 second, doubling with each. */
const lockOfRow = sql<number>`case
  when failed_passwords.failures >= ${sql.lit(LONGEST_FROM)} then ${sql.lit(LONGEST)}
  else 1000 * (1 << (failed_passwords.failures - ${sql.lit(FREE_FAILURES)})) end`

const upsertAttempt = prepared((db, p: { subject: string; wrong: number; now: number; forgotten: number }) =>
  db
    .insertInto('failed_passwords')
    .values({ subject: p.subject, failures: p.wrong, last_failed_at: p.now })
    .onConflict((conflict) =>
      conflict
        .column('subject')
        .doUpdateSet({
          failures: sql<number>`case
            when excluded.failures = 0 then 0
            when failed_passwords.last_failed_at <= ${p.forgotten} then 1
            else failed_passwords.failures + 1 end`,
          // A right one leaves the time: then nothing is changed where nothing was wrong, and SQLite writes less.
          last_failed_at: sql<number>`case
            when excluded.failures = 0 then failed_passwords.last_failed_at
            else excluded.last_failed_at end`,
        })
        // Without a lock, times are not compared: the clock of another node may be ahead.
        .where(
          sql<boolean>`failed_passwords.failures < ${sql.lit(FREE_FAILURES)}
            or failed_passwords.last_failed_at + ${lockOfRow} <= excluded.last_failed_at`,
        ),
    ),
)

/**
 * Counts a password that was checked: a wrong one adds a failure, a right one forgives all. One statement for both,
 * which waits for others that count for the same subject, so that attempts are judged by the order in which they arrive
 * here. During a lock, right and wrong are refused alike; nothing is counted, and the lock is not prolonged.
 *
 * @param subject id of the user, or of the simulated user for a name that does not exist
 * @throws NotAuthorizedException the subject is locked: roll the transaction back
 */
export async function countPasswordAttempt(
  context: ServerContext,
  tx: Transaction,
  subject: string,
  right: boolean,
): Promise<void> {
  const now = context.clock.now()
  const { numAffectedRows } = await upsertAttempt(tx, {
    subject,
    wrong: right ? 0 : 1,
    now,
    forgotten: now - LONGEST,
  })
  if (numAffectedRows === 0n) throw errors.passwordAttemptsExceeded()
}

/** Forgets the wrong passwords of a subject, and ends the lock that they caused. */
export async function forgivePasswordAttempts(tx: Transaction, subject: string): Promise<void> {
  await tx.deleteFrom('failed_passwords').where('subject', '=', subject).execute()
}
