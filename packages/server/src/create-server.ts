import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { type Clock, createClock } from './clock.js'
import { type Announced, applyConfig } from './config/apply-config.js'
import type { AmuletConfig } from './config/config.js'
import { createDefaultPool } from './config/default-pool.js'
import { type ParsedConfig, parseConfig } from './config/parse-config.js'
import { type ServerContext, systemRandomBytes } from './context.js'
import { createRootKey } from './crypto/root-key.js'
import { databaseFile, type OpenDatabase, openDatabase } from './db/database.js'
import { createInbox, type Inbox } from './delivery/inbox.js'
import type { Deliver } from './delivery/message.js'
import { startExpiryCleanup } from './expiry-cleanup.js'
import { createApp } from './http/app.js'
import type { Log } from './http/protocol.js'
import { StartError } from './start-error.js'
import { assertKeysOpen, forgetKeys } from './tokens/signing-key.js'

export interface ServerOptions {
  /** `sqlite:FILE` or `sqlite::memory:`. Default: `sqlite::memory:`. */
  database?: string
  /**
   * 32 bytes that the data at rest is encrypted under, or a function that gets them, called once the database is
   * open. Default: random, which only an in-memory database can do with.
   */
  rootKey?: Uint8Array | (() => Uint8Array | Promise<Uint8Array>)
  /** User pools, clients and users to start with. The options below win over its members of the same name. */
  config?: AmuletConfig
  /** First part of the ids of new user pools. Default: `us-east-1`. */
  region?: string
  /** Where clients reach the server. Default: where it listens, and `http://localhost:9230` before it does. */
  url?: string
  /**
   * What issuers begin with, before `/` and the pool's id; `https://cognito-idp.us-east-1.amazonaws.com` makes them
   * look like the service's. Default: `url`.
   */
  issuer?: string
  /** Default: the system's clock. */
  clock?: Clock
  /** Default: the operating system's randomness. */
  randomBytes?: (size: number) => Buffer
  /** Where messages go. Default: the inbox. */
  deliver?: Deliver
  /** Called once per request. Default: nothing is logged. */
  log?: Log
  /** Told what a developer should know, such as a declared pool that the database has otherwise. Default: `process.emitWarning`. */
  warn?: (sentence: string) => void
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
  const { database: databaseUrl = 'sqlite::memory:', log = () => {}, warn = defaultWarn } = options
  const clock = options.clock ?? createClock()
  const inbox = createInbox(clock)
  let listeningAt: string | undefined
  let listening: ReturnType<typeof serve> | undefined
  let closing: Promise<void> | undefined

  async function start() {
    const config = parseConfig(options.config ?? {}, 'The configuration')
    const url = withoutEndSlash(options.url ?? config.url)
    const issuer = withoutEndSlash(options.issuer ?? config.issuer)
    const baseUrl = () => url ?? listeningAt ?? 'http://localhost:9230'
    const database = await openDatabase(databaseUrl)
    try {
      const context: ServerContext = {
        db: database.db,
        isUniqueViolation: database.isUniqueViolation,
        clock,
        randomBytes: options.randomBytes ?? systemRandomBytes,
        rootKey: createRootKey(await rootKeyBytes(options.rootKey, databaseUrl)),
        deliver: options.deliver ?? inbox.deliver,
        region: options.region ?? config.region ?? 'us-east-1',
        accountId: '000000000000',
        issuer: (userPoolId) => `${issuer ?? baseUrl()}/${userPoolId}`,
        baseUrl,
      }
      await assertKeysOpen(context)
      let announced = await setUp(context, config, warn)
      const app = createApp(context, {
        log,
        development: {
          inbox,
          clock,
          async reset() {
            await empty(database, context, inbox)
            announced = await setUp(context, config, warn)
          },
        },
      })
      return { app, database, stopCleanup: startExpiryCleanup(context), info: () => info(context, announced) }
    } catch (error) {
      await database.db.destroy()
      throw error
    }
  }

  const started = start()
  const ready = started.then(({ info }) => info())
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
      const { app, info } = await started
      const server = await bind(app.fetch, port, host)
      listening = server
      // Bound to a TCP port, so the address is an object.
      const address = server.address() as AddressInfo
      listeningAt = `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`
      return info()
    },
    close() {
      closing ??= (async () => {
        if (listening) await stopListening(listening)
        const running = await started.catch(() => undefined)
        running?.stopCleanup()
        await running?.database.db.destroy()
      })()
      return closing
    },
  }
}

const withoutEndSlash = (url: string | undefined) => url?.replace(/\/+$/, '')

const defaultWarn = (sentence: string) => process.emitWarning(sentence, 'AmuletWarning')

async function rootKeyBytes(given: ServerOptions['rootKey'], databaseUrl: string): Promise<Uint8Array> {
  if (given !== undefined) return typeof given === 'function' ? await given() : given
  if (databaseFile(databaseUrl) !== undefined)
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
            { cause: error },
          ),
        )
      else if (error.code === 'EACCES')
        reject(new StartError(`Not allowed to listen on port ${port}. Choose one above 1023 with --port.`))
      else reject(new StartError(`Cannot listen on ${host}: ${error.message}.`, { cause: error }))
    })
  })
}

/** Milliseconds that a request under way is waited for. */
const GRACE = 5000

/** A connection that is kept alive would keep the server from closing; each is closed as soon as it is idle. */
async function stopListening(server: ReturnType<typeof serve>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  // Served over HTTP/1.1, which is the kind that has these two.
  if (!('closeIdleConnections' in server)) return await closed
  const idle = setInterval(() => server.closeIdleConnections(), 50)
  const patience = setTimeout(() => server.closeAllConnections(), GRACE)
  server.closeIdleConnections()
  await closed
  clearInterval(idle)
  clearTimeout(patience)
}

/** Makes what is declared, or the default pool when nothing is and there is none at all. */
async function setUp(
  context: ServerContext,
  config: ParsedConfig,
  warn: (sentence: string) => void,
): Promise<Announced | undefined> {
  if (config.userPools) return (await applyConfig(context, config.userPools, warn))[0]
  const first = await firstPool(context)
  if (first) return first
  await createDefaultPool(context)
  return await firstPool(context)
}

async function firstPool(context: ServerContext): Promise<Announced | undefined> {
  const first = await context.db
    .selectFrom('user_pools as p')
    .leftJoin('app_clients as c', 'c.user_pool_id', 'p.id')
    .select(['p.id as userPoolId', 'c.id as userPoolClientId'])
    .orderBy('p.created_at')
    .orderBy('p.id')
    .orderBy('c.created_at')
    .limit(1)
    .executeTakeFirst()
  return first && { userPoolId: first.userPoolId, userPoolClientId: first.userPoolClientId ?? undefined }
}

function info(context: ServerContext, pool: Announced | undefined): ServerInfo {
  return {
    url: context.baseUrl(),
    issuer: pool ? context.issuer(pool.userPoolId) : context.baseUrl(),
    region: context.region,
    userPoolId: pool?.userPoolId ?? '',
    userPoolClientId: pool?.userPoolClientId ?? '',
  }
}

async function empty(database: OpenDatabase, context: ServerContext, inbox: Inbox): Promise<void> {
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
}
