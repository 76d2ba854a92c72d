import { setTimeout } from 'node:timers/promises'
import { Hono } from 'hono'
import { sql } from 'kysely'
import type { ServerContext } from '../context.js'
import { equalText } from '../crypto/equal.js'
import { METRICS_CONTENT_TYPE, type Metrics } from './metrics.js'

export interface Health {
  /** Whether the server has been told to stop. */
  isStopping(): boolean
  /** Served to whoever has the token; without it there is no such endpoint. */
  readonly metrics?: { readonly source: Metrics; readonly token: string }
}

/** Milliseconds that the database has to answer. */
const PATIENCE = 2000

/** Endpoints for whoever runs the server: orchestrators, load balancers and monitoring. */
export function healthEndpoints(context: ServerContext, { isStopping, metrics }: Health): Hono {
  const app = new Hono()
  app.use(async (c, next) => {
    await next()
    c.header('cache-control', 'no-store')
  })
  // Alive: restarting the process would not help. That the database is away is no reason to restart.
  app.get('/health', (c) => c.json({ status: 'up' }))
  // Ready: requests sent here are answered.
  app.get('/ready', async (c) => {
    if (isStopping()) return c.json({ status: 'stopping' }, 503)
    const answers = await databaseAnswers(context)
    return answers ? c.json({ status: 'ready' }) : c.json({ status: 'database does not answer' }, 503)
  })
  if (metrics)
    app.get('/metrics', (c) => {
      const [scheme = '', token = ''] = (c.req.header('authorization') ?? '').split(' ')
      if (scheme.toLowerCase() !== 'bearer' || !equalText(token, metrics.token))
        return c.text('The metrics are for whoever has the token.\n', 401, { 'www-authenticate': 'Bearer' })
      return c.body(metrics.source.text(), 200, { 'content-type': METRICS_CONTENT_TYPE })
    })
  return app
}

async function databaseAnswers({ db }: ServerContext): Promise<boolean> {
  const query = sql`select 1`.execute(db).then(
    () => true,
    () => false,
  )
  return await Promise.race([query, setTimeout(PATIENCE, false, { ref: false })])
}
