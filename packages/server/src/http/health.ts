import { setTimeout } from 'node:timers/promises'
import { Hono } from 'hono'
import { sql } from 'kysely'
import type { ServerContext } from '../context.js'
import { equalText } from '../crypto/equal.js'
import { METRICS_CONTENT_TYPE } from './metrics.js'

export interface Health {
  /** Whether the server has been told to stop. */
  isStopping(): boolean
  /** Served to requests that carry the token; without a token there is no such endpoint. */
  readonly metrics?: { readonly text: () => string | Promise<string>; readonly token: string }
}

/** Milliseconds that the database has to answer. */
const PATIENCE = 2000

type Database = Pick<ServerContext, 'db' | 'space' | 'clock' | 'randomBytes'>

/** Endpoints for operators: orchestrators, load balancers and monitoring. */
export function healthEndpoints(context: Database, { isStopping, metrics }: Health): Hono {
  const app = new Hono()
  const state = sharing(() => readiness(context))
  // Alive: restarting the process would not help. That the database is away is no reason to restart.
  app.get('/health', (c) => c.json({ status: 'up' }))
  // Ready: requests sent here are answered.
  app.get('/ready', async (c) => {
    if (isStopping()) return c.json({ status: 'stopping' }, 503)
    const status = await state()
    return c.json({ status }, status === 'ready' ? 200 : 503)
  })
  if (metrics)
    app.get('/metrics', async (c) => {
      const [scheme = '', token = ''] = (c.req.header('authorization') ?? '').split(' ')
      if (scheme.toLowerCase() !== 'bearer' || !equalText(token, metrics.token))
        return c.text('The metrics are served to requests that carry the token.\n', 401, {
          'www-authenticate': 'Bearer',
        })
      return c.body(await metrics.text(), 200, { 'content-type': METRICS_CONTENT_TYPE })
    })
  return app
}

/** Requests that come while an answer is under way share it: however many come, the database is asked once. */
function sharing<T>(ask: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | undefined
  return () => {
    underWay ??= ask().finally(() => {
      underWay = undefined
    })
    return underWay
  }
}

async function readiness(context: Database): Promise<string> {
  if (!(await inTime(databaseAnswers(context)))) return 'database does not answer'
  if (!(await inTime(hasRoom(context)))) return 'database has no space left'
  return 'ready'
}

const inTime = (answer: Promise<boolean>): Promise<boolean> =>
  Promise.race([answer, setTimeout(PATIENCE, false, { ref: false })])

const databaseAnswers = ({ db }: Database): Promise<boolean> =>
  sql`select 1`.execute(db).then(
    () => true,
    () => false,
  )

/** What a first write after a full disk is made of: rows that fill some 100 kB, for a smaller write may find room in between. */
const ROWS = 256
const PADDING = 'x'.repeat(200)

/**
 * Whether there is room for what users write. Nothing is tried unless a write has failed for want of it; then this
 * write is what notices that there is room again.
 */
async function hasRoom(context: Database): Promise<boolean> {
  if (!context.space.ranOut) return true
  // One at a time, also when a check no longer waits for it.
  const trial = trials.get(context) ?? tryToWrite(context).finally(() => trials.delete(context))
  trials.set(context, trial)
  return await trial
}

const trials = new WeakMap<Database, Promise<boolean>>()

async function tryToWrite({ db, clock, space, randomBytes }: Database): Promise<boolean> {
  const prefix = `space ${randomBytes(16).toString('hex')}`
  // Expired already: if they cannot be removed here, the cleanup does it.
  const expires_at = clock.now()
  const rows = Array.from({ length: ROWS }, (_, index) => ({
    id: `${prefix} ${index} ${PADDING}`,
    expires_at,
  }))
  try {
    await db.insertInto('consumed_challenges').values(rows).execute()
    await db
      .deleteFrom('consumed_challenges')
      .where(
        'id',
        'in',
        rows.map(({ id }) => id),
      )
      .execute()
    space.ranOut = false
    return true
  } catch {
    return false
  }
}
