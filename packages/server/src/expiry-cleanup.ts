import type { ServerContext } from './context.js'

const INTERVAL = 60_000
const DAY = 86_400_000
/** Milliseconds that the clocks of two nodes may differ: a used challenge is remembered until it is old for both. */
const CLOCK_DIFFERENCE = 300_000
/** Days that an expired sign-in is remembered, so that its refresh token is told that it has expired. */
const KEEP_EXPIRED = 7 * DAY

/**
 * Removes what has expired, once a minute.
 *
 * @returns stops it
 */
export function startExpiryCleanup(context: ServerContext): () => void {
  const timer = setInterval(() => {
    // A failure is tried again a minute later.
    removeExpired(context).catch(() => {})
  }, INTERVAL)
  timer.unref()
  return () => clearInterval(timer)
}

async function removeExpired({ db, clock }: ServerContext): Promise<void> {
  const now = clock.now()
  await db
    .deleteFrom('consumed_challenges')
    .where('expires_at', '<=', now - CLOCK_DIFFERENCE)
    .execute()
  await db.deleteFrom('verification_codes').where('expires_at', '<=', now).execute()
  await db
    .deleteFrom('failed_passwords')
    .where('last_failed_at', '<=', now - DAY)
    .execute()
  await db
    .deleteFrom('quotas')
    .where('last_used_at', '<=', now - DAY)
    .execute()
  await db
    .deleteFrom('token_families')
    .where('expires_at', '<=', now - KEEP_EXPIRED)
    .execute()
}
