import { type Context, Hono } from 'hono'
import type { ServerContext } from '../context.js'
import type { Inbox } from '../delivery/inbox.js'
import { ServiceError } from '../errors.js'
import { MESSAGE_PURPOSES } from '../message.js'
import type { ServerInfo } from '../server-info.js'
import type { Faults } from './faults.js'
import { INBOX_HEADERS, InboxPage } from './inbox-page.js'

/** Below `/_amulet`. */
export const INBOX = '/inbox'

/** Below `/_amulet`: what a page of another origin must neither read nor do. */
export const DEVELOPMENT_PATHS = [
  INBOX,
  '/inbox/next',
  '/clock',
  '/passkeys',
  '/sessions',
  '/faults',
  '/reset',
]

/** Seconds that a request for the next message may ask the server to wait. */
const LONGEST_WAIT = 60

/** Endpoints for a developer and for tests: read codes, move the clock, add users and passkeys, fail, start afresh. */
export function developmentEndpoints({
  inbox,
  clock,
  addPasskey,
  addSession,
  faults,
  reset,
  info,
}: Development): Hono {
  const app = new Hono()
  // A phone number begins with a plus, which a query has for a space.
  const addressee = (c: Context) => c.req.query('to')?.replace(/^ /, '+')
  // A page for browsers, where a developer opens it. Programs ask for nothing in particular, or for JSON.
  app.get(INBOX, (c) => {
    const to = addressee(c)?.trim() || undefined
    const messages = inbox.list(to)
    if (!c.req.header('accept')?.includes('text/html')) return c.json(messages, 200, { vary: 'accept' })
    return c.html(InboxPage({ messages, to }), 200, INBOX_HEADERS)
  })
  app.get('/inbox/next', async (c) => {
    const to = addressee(c)
    const purpose = MESSAGE_PURPOSES.find((name) => name === c.req.query('purpose'))
    const timeoutSeconds = Number(c.req.query('timeoutSeconds') ?? 20)
    if (to === undefined) return c.json({ message: 'Say whose message: ?to=ADDRESS' }, 400)
    if (purpose === undefined && c.req.query('purpose') !== undefined)
      return c.json({ message: `A purpose is one of ${MESSAGE_PURPOSES.join(', ')}.` }, 400)
    if (!(timeoutSeconds >= 0 && timeoutSeconds <= LONGEST_WAIT))
      return c.json({ message: `timeoutSeconds is a number of seconds, at most ${LONGEST_WAIT}.` }, 400)
    try {
      // A caller who hangs up must not have taken the message.
      return c.json(await inbox.next(to, { purpose, timeoutSeconds, signal: c.req.raw.signal }))
    } catch {
      return c.body(null, 204)
    }
  })
  app.delete(INBOX, (c) => {
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
  const added = async (c: Context, add: (given: unknown) => Promise<object> | object) => {
    const body: unknown = await c.req.json().catch(() => undefined)
    try {
      return c.json(await add(body))
    } catch (error) {
      if (error instanceof ServiceError) return c.json({ message: error.message }, 400)
      throw error
    }
  }
  const withDefaults = (given: unknown, defaults: object) =>
    typeof given === 'object' && given !== null ? { ...defaults, ...given } : given
  app.post('/passkeys', (c) =>
    added(c, (given) => addPasskey(withDefaults(given, { userPoolId: info().userPoolId }))),
  )
  app.post('/sessions', (c) =>
    added(c, (given) => {
      const { userPoolId, userPoolClientId } = info()
      const asked = withDefaults(given, { userPoolId })
      // Another pool has clients of its own, one of which has to be named.
      const isFirst = Reflect.get(Object(asked), 'userPoolId') === userPoolId
      return addSession(isFirst ? withDefaults(asked, { userPoolClientId }) : asked)
    }),
  )
  app.post('/faults', (c) => added(c, (given) => ({ id: faults.add(given) })))
  app.delete('/faults', (c) => {
    faults.remove(c.req.query('id'))
    return c.body(null, 204)
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
  /** Signs in a user, who is made where there is none. */
  addSession(given: unknown): Promise<object>
  readonly faults: Faults
  /** Empties the database and sets it up as at the first start. */
  reset(): Promise<void>
  /** What clients need to know. */
  info(): ServerInfo
  /** Names that the server answers to where it listens, beside those that are always its own. */
  hosts(): readonly string[]
}
