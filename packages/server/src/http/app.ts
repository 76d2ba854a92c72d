import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import type { ServerContext } from '../context.js'
import type { Inbox } from '../delivery/inbox.js'
import { developmentEndpoints } from './development.js'
import { answer, type Log } from './protocol.js'
import { wellKnown } from './well-known.js'

/** Seconds that a browser may remember the answer to a preflight. */
const PREFLIGHT_AGE = '172800'

/** `Request` → `Response`. */
export function createApp(context: ServerContext, options: { log: Log; development?: Development }): Hono {
  const app = new Hono()

  // The API is called from pages of any origin; it uses no cookies, so any origin may.
  app.options('*', (c) => {
    const headers: Record<string, string> = {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'OPTIONS,POST,GET,DELETE',
      'access-control-allow-headers':
        c.req.header('access-control-request-headers') ??
        'content-type,x-amz-target,x-amz-user-agent,cache-control,authorization,x-amz-date,x-amz-security-token,x-amz-content-sha256,amz-sdk-invocation-id,amz-sdk-request',
      'access-control-max-age': PREFLIGHT_AGE,
    }
    return c.body(null, 200, headers)
  })
  app.use('*', async (c, next) => {
    await next()
    c.res.headers.set('access-control-allow-origin', '*')
    c.res.headers.set(
      'access-control-expose-headers',
      'x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date',
    )
  })

  const api = (request: Request) => answer(context, request, randomUUID(), options.log)
  app.post('/', (c) => api(c.req.raw))
  if (options.development) app.route('/_amulet', developmentEndpoints(options.development))
  app.route('/', wellKnown(context))
  app.post('/:userPoolId', (c) => api(c.req.raw))

  app.notFound((c) => c.body(null, 404))
  return app
}

/** What exists only in development: nothing of it is mounted in production. */
export interface Development {
  readonly inbox: Inbox
  readonly clock: ServerContext['clock']
  /** Empties the database and sets it up as at the first start. */
  reset(): Promise<void>
}
