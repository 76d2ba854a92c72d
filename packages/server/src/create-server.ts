import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { type Clock, createClock } from './clock.js'
import { createDefaultPool } from './config/default-pool.js'
import { type ServerContext, systemRandomBytes } from './context.js'
import { createRootKey } from './crypto/root-key.js'
import { type OpenDatabase, openDatabase } from './db/database.js'
import { createInbox, type Inbox } from './delivery/inbox.js'
import type { Deliver } from './delivery/message.js'
import { startExpiryCleanup } from './expiry-cleanup.js'
import { createApp } from './http/app.js'
import type { Log } from './http/protocol.js'
import { StartError } from './start-error.js'
import { forgetKeys } from './tokens/signing-key.js'

export interface ServerOptions {
  /** `sqlite:FILE` or `sqlite::memory:`. Default: `sqlite::memory:`. */
  database?: string
  /** 32 bytes that the data at rest is encrypted under. Default: random, which only an in-memory database can do with. */
  rootKey?: Uint8Array
  /** First part of the ids of new user pools. Default: `us-east-1`. */
  region?: string
  /**
   * Where clients reach the server. Issuers begin with it. Default: where it listens, and `http://localhost:9230`
   * before it does.
   */
  url?: string
  /** Default: the system's clock. */
  clock?: Clock
  /** Default: the operating system's randomness. */
  randomBytes?: (size: number) => Buffer
  /** Where messages go. Default: the inbox. */
  deliver?: Deliver
  /** Called once per request. Default: nothing is logged. */
  log?: Log
}

/** What a client needs to know to use the server. */
export interface ServerInfo {
  readonly url: string
  readonly issuer: string
  readonly region: string
  readonly userPoolId: string
  readonly userPoolClientId: string
}

export interface AmuletServer {
  /** Answers one request. Waits for `ready`. */
  fetch(request: Request): Promise<Response>
  /** Listens on a port (default 0: any free one) of a host (default 127.0.0.1). */
  listen(options?: { port?: number; host?: string }): Promise<ServerInfo>
  /** Stops listening and closes the database. Requests under way are answered first. */
  close(): Promise<void>
  /** Messages that were delivered to nobody else. */
  readonly inbox: Inbox
  readonly clock: Clock
  /** Settles when the database is open and there is a pool; rejects with a `StartError` otherwise. */
  readonly ready: Promise<ServerInfo>
}

/**
 * A user pool server. It is a function from `Request` to `Response`; listening is optional.
 *
 * @example
 * ```ts
 * import { createServer } from '@amulet/server'
 *
 * const server = createServer({ database: 'sqlite::memory:' })
 * const { userPoolId } = await server.ready
 * const keys = await server.fetch(new Request(`http://localhost/${userPoolId}/.well-known/jwks.json`))
 * console.log(await keys.json())
 * await server.close()
 * ```
 */
export function createServer(options: ServerOptions = {}): AmuletServer {
  const { database: databaseUrl = 'sqlite::memory:', region = 'us-east-1', log = () => {} } = options
  const clock = options.clock ?? createClock()
  const inbox = createInbox(clock)
  let url = options.url ?? 'http://localhost:9230'
  let listening: ReturnType<typeof serve> | undefined
  let closing: Promise<void> | undefined

  async function start() {
    const rootKey = createRootKey(options.rootKey ?? temporaryRootKey(databaseUrl))
    const database = await openDatabase(databaseUrl)
    const context: ServerContext = {
      db: database.db,
      isUniqueViolation: database.isUniqueViolation,
      clock,
      randomBytes: options.randomBytes ?? systemRandomBytes,
      rootKey,
      deliver: options.deliver ?? inbox.deliver,
      region,
      accountId: '000000000000',
      issuer: (userPoolId) => `${url}/${userPoolId}`,
    }
    await ensurePool(context)
    const app = createApp(context, {
      log,
      development: { inbox, clock, reset: () => reset(database, context, inbox) },
    })
    return { app, context, database, stopCleanup: startExpiryCleanup(context) }
  }

  const started = start()
  const ready = started.then(({ context }) => info(context, url))
  // Whoever awaits `ready`, `fetch` or `listen` sees the failure; nobody has to.
  ready.catch(() => {})

  return {
    inbox,
    clock,
    ready,
    async fetch(request) {
      const { app } = await started
      return await app.fetch(request)
    },
    async listen({ port = 0, host = '127.0.0.1' } = {}) {
      const { app, context } = await started
      const server = await bind(app.fetch, port, host)
      listening = server
      // Bound to a TCP port, so the address is an object.
      const address = server.address() as AddressInfo
      url = options.url ?? `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`
      return await info(context, url)
    },
    close() {
      closing ??= (async () => {
        const server = listening
        if (server) {
          await new Promise<void>((resolve) => {
            server.close(() => resolve())
            if ('closeIdleConnections' in server) server.closeIdleConnections()
          })
        }
        const running = await started.catch(() => undefined)
        running?.stopCleanup()
        await running?.database.db.destroy()
      })()
      return closing
    },
  }
}

function temporaryRootKey(database: string): Uint8Array {
  if (database !== 'sqlite::memory:')
    throw new StartError(
      'A database that is kept needs a root key: pass `rootKey` (32 bytes) and keep it; without it the data cannot be read again.',
    )
  return randomBytes(32)
}

function bind(fetch: (request: Request) => Response | Promise<Response>, port: number, host: string) {
  return new Promise<ReturnType<typeof serve>>((resolve, reject) => {
    const server = serve({ fetch, port, hostname: host })
    server.once('listening', () => resolve(server))
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        reject(
          new StartError(
            `Port ${port} on ${host} is in use. Stop what runs there, or choose another with --port.`,
            {
              cause: error,
            },
          ),
        )
      else if (error.code === 'EACCES')
        reject(new StartError(`Not allowed to listen on port ${port}. Choose one above 1023 with --port.`))
      else reject(error)
    })
  })
}

/** Makes the default pool when there is none at all. */
async function ensurePool(context: ServerContext): Promise<void> {
  const any = await context.db.selectFrom('user_pools').select('id').limit(1).executeTakeFirst()
  if (!any) await createDefaultPool(context)
}

async function info(context: ServerContext, url: string): Promise<ServerInfo> {
  const pool = await context.db.selectFrom('user_pools').select('id').orderBy('created_at').executeTakeFirst()
  const client =
    pool &&
    (await context.db
      .selectFrom('app_clients')
      .select('id')
      .where('user_pool_id', '=', pool.id)
      .orderBy('created_at')
      .executeTakeFirst())
  return {
    url,
    issuer: pool ? context.issuer(pool.id) : url,
    region: context.region,
    userPoolId: pool?.id ?? '',
    userPoolClientId: client?.id ?? '',
  }
}

async function reset(database: OpenDatabase, context: ServerContext, inbox: Inbox): Promise<void> {
  const pools = await database.db.selectFrom('user_pools').select('id').execute()
  await database.db.transaction().execute(async (tx) => {
    // Users, clients, keys and what hangs on them go with their pool.
    await tx.deleteFrom('user_pools').execute()
    await tx.deleteFrom('login_names').execute()
    await tx.deleteFrom('user_search').execute()
    await tx.deleteFrom('token_families').execute()
    await tx.deleteFrom('consumed_challenges').execute()
    await tx.deleteFrom('failed_passwords').execute()
    await tx.deleteFrom('quotas').execute()
  })
  for (const { id } of pools) forgetKeys(context, id)
  inbox.clear()
  await ensurePool(context)
}
