import { sql } from 'kysely'
import type { ServerContext } from './context.js'
import { tables } from './db/tables.js'

const INTERVAL = 60_000

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
  // Under jsdom it is a number, and ends with the page.
  if (typeof timer === 'object') timer.unref()
  return () => clearInterval(timer)
}

async function removeExpired({ db, clock, guestLifetime }: ServerContext): Promise<void> {
  const now = clock.now()
  // Anyone can become a guest, as often as they please.
  if (guestLifetime !== undefined)
    await db
      .deleteFrom('identities')
      .where('guest_used_at', '<=', now - guestLifetime)
      .execute()
  for (const {
    name,
    rules: { expires },
  } of tables)
    if (expires !== 'never')
      await db
        .deleteFrom(name)
        .where(sql<boolean>`${sql.ref(expires.column)} <= ${now - expires.after}`)
        .execute()
}
