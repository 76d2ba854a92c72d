import { Hono } from 'hono'
import type { ServerContext } from '../context.js'
import type { Inbox } from '../delivery/inbox.js'
import { ServiceError } from '../errors.js'
import type { ServerInfo } from '../server-info.js'

/** Below `/_amulet`: what a page of another origin must neither read nor do. */
export const DEVELOPMENT_PATHS = ['/inbox', '/clock', '/passkeys', '/reset']

/** Endpoints for a developer and for tests: read codes, move the clock, add passkeys, start afresh. */
export function developmentEndpoints({ inbox, clock, addPasskey, reset, info }: Development): Hono {
  const app = new Hono()
  // A phone number begins with a plus, which a query has for a space.
  app.get('/inbox', (c) => c.json(inbox.list(c.req.query('to')?.replace(/^ /, '+'))))
  app.delete('/inbox', (c) => {
    inbox.clear()
    return c.body(null, 204)
  })
  app.post('/clock', async (c) => {
    const body: unknown = await c.req.json().catch(() => undefined)
    const seconds =
      typeof body === 'object' && body !== null && 'advanceSeconds' in body ? body.advanceSeconds : undefined
    if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds < 0)
      return c.json({ message: 'Send {"advanceSeconds": n} with a number of seconds, 0 or more.' }, 400)
    if (!(clock.now() + seconds * 1000 < Date.UTC(10_000, 0)))
      return c.json({ message: 'The clock can be moved as far as the year 9999.' }, 400)
    clock.advance(seconds)
    return c.json({ now: new Date(clock.now()).toISOString() })
  })
  app.post('/passkeys', async (c) => {
    const body: unknown = await c.req.json().catch(() => undefined)
    try {
      return c.json(
        await addPasskey(
          typeof body === 'object' && body !== null ? { userPoolId: info().userPoolId, ...body } : body,
        ),
      )
    } catch (error) {
      if (error instanceof ServiceError) return c.json({ message: error.message }, 400)
      throw error
    }
  })
  app.post('/reset', async (c) => {
    await reset()
    return c.body(null, 204)
  })
  return app
}

/** What exists only in development: nothing of it is mounted in production. */
export interface Development {
  readonly inbox: Inbox
  readonly clock: ServerContext['clock']
  /** Gives a user a passkey that no registration has brought. */
  addPasskey(given: unknown): Promise<object>
  /** Empties the database and sets it up as at the first start. */
  reset(): Promise<void>
  /** What clients need to know. */
  info(): ServerInfo
  /** Names that the server answers to where it listens, beside those that are always its own. */
  hosts(): readonly string[]
}
