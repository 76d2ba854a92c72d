import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { inspect } from 'node:util'
import type { Audit } from './audit.js'
import { type Clock, createClock } from './clock.js'
import { type AmuletConfig, Config, type UserConfig } from './config/config.js'
import { type ParsedConfig, parseConfig } from './config/parse-config.js'
import { type Announced, emptyDatabase, setUp } from './config/set-up.js'
import type { ServerContext } from './context.js'
import { type GenerateKeyPair, generateRsaKeyPair, sharedKeyPair } from './crypto/key-pair.js'
import { systemRandomBytes } from './crypto/random-bytes.js'
import { isKept, openDatabase } from './db/database.js'
import type { OpenDatabase } from './db/open-database.js'
import { createInbox, type Inbox, type OpenInbox } from './delivery/inbox.js'
import { type Delivery, type DeliveryOptions, openDelivery } from './delivery/open-delivery.js'
import { findDomainOfHost, ownDomain } from './domains/domain-url.js'
import { errors } from './errors.js'
import { startExpiryCleanup } from './expiry-cleanup.js'
import { addSession } from './flows/add-session.js'
import type { FunctionHandler } from './functions.js'
import { isHostName } from './http/allowed-hosts.js'
import { createApp } from './http/app.js'
import type { AdminCredentials } from './http/authentication.js'
import type { Connection } from './http/client-address.js'
import { createFaults } from './http/faults.js'
import { isEverywhere, type Listener, listen } from './http/listen.js'
import { type Log, type LogEntry, subjectOf } from './http/log.js'
import { createMetrics } from './http/metrics.js'
import { createRateLimit, type RateLimitOptions } from './http/rate-limit.js'
import { developmentCredentials } from './identity-pools/development-credentials.js'
import { stsEndpoint } from './identity-pools/sts-endpoint.js'
import { openRootKey } from './keys/open-root-key.js'
import type { Deliver, MessageLimits } from './message.js'
import { serverClosed } from './server-closed.js'
import type { ServerInfo } from './server-info.js'
import { StartError } from './start-error.js'
import { givenCertificate } from './tls/certificates.js'
import { madeCertificates } from './tls/made-certificates.js'
import { openFunctions } from './triggers/open-functions.js'
import { addPasskey } from './users/add-passkey.js'
import { unknownMember } from './wire/known-members.js'

export interface ServerOptions {
  /**
   * `dev` is for developing and for tests: admin operations take any AWS credentials, messages are in the inbox, the
   * clock can be moved over HTTP, and there is a user pool from the start. `serve` is for production: none of that,
   * and it takes a `rootKey` and `adminCredentials`. Default: `dev`.
   */
  mode?: 'dev' | 'serve'
  /** Who may call admin operations: requests are signed with one of these (AWS Signature Version 4). Default: in `dev`, any program. */
  adminCredentials?: readonly AdminCredentials[]
  /**
   * `sqlite:FILE`, `sqlite::memory:` or `postgres://…`. What is in memory is gone when the server is closed; that suits
   * tests, of `serve` too, and the command `amulet serve` refuses it. Default: `sqlite::memory:`.
   */
  database?: string
  /**
   * 32 bytes that the data at rest is encrypted under, or a function that gets them, called once the database is
   * open. Default: random, which only an in-memory database can do with.
   */
  rootKey?: SecretKey
  /**
   * The other root key while it is being exchanged: what is sealed under either is read, and `rootKey` seals. Default:
   * there is none.
   */
  previousRootKey?: SecretKey
  /** User pools, clients and users to start with. The options below win over its members of the same name. */
  config?: AmuletConfig
  /**
   * Users of the default pool, in `dev`; groups that they are in are made as well. Users of declared pools are declared with
   * them. Default: there are none.
   */
  users?: readonly UserConfig[]
  /** First part of the ids of new user pools. Default: `us-east-1`. */
  region?: string
  /**
   * Where clients reach the server. Default: where it listens, and `http://localhost:9230` before it does; in `dev`, where
   * it listens on every address (`0.0.0.0`), the one that a request came to.
   */
  url?: string
  /**
   * What issuers begin with, before `/` and the pool's id; `https://cognito-idp.us-east-1.amazonaws.com` makes them
   * look like the service's. Default: `url`.
   */
  issuer?: string
  /**
   * What comes after `PREFIX.` in the host of a user pool's domain: `auth.example.com` for `shop.auth.example.com`. All
   * such names lead to the server. Default: in `dev` `localhost`; in `serve` there is none, and prefixes have no hosts.
   */
  domainSuffix?: string | undefined
  /**
   * Names that the server answers to where it listens, in `dev`, beside addresses, `localhost`, names without a dot,
   * `host.docker.internal` and the host of `url`. A page with any other name in its address could be any site's.
   */
  allowHosts?: readonly string[]
  /**
   * Whether sessions go on when the password is replaced or reset, as they do at the service. Default: `false`, so that
   * a reset ends all sessions of the user, and a change all but the one it is made in.
   */
  keepSessionsOnPasswordChange?: boolean
  /** Days after which a guest of an identity pool who has not come back is removed; 0 for never. Default: 365. */
  guestDays?: number
  /** Default: the system's clock. */
  clock?: Clock
  /** Default: the operating system's randomness. */
  randomBytes?: (size: number) => Buffer
  /**
   * Makes the keys that sign tokens; it is told whether `access` or `id` tokens. Default: new ones of RSA, 2048 bits;
   * in `dev`, on a database that is not kept, all servers of the process share one for both, for making it is nearly
   * all of the time that a server takes to start.
   */
  generateKeyPair?: GenerateKeyPair
  /**
   * A mail server and a webhook that deliver messages. In `dev` the inbox has a copy of each. Default: in `dev` there is
   * the inbox alone; in `serve` what would send a message answers `CodeDeliveryFailureException`.
   */
  delivery?: DeliveryOptions
  /** Delivers messages by your own code, in place of `delivery` and the inbox. */
  deliver?: Deliver
  /**
   * Handlers of triggers, as they are written for AWS Lambda, by name: the last part of the ARNs in a pool's
   * `LambdaConfig`. They run in the thread of the server, so one that never ends stops it. They come beside those of
   * `config`. Default: there are none.
   */
  functions?: Readonly<Record<string, FunctionHandler>>
  /**
   * A configuration file whose `functions` run in threads that load the file themselves: one that never ends, or exits,
   * stops nothing else. In `dev` the file is loaded again once it, or what it imports, has changed. `amulet dev` and
   * `amulet serve` run theirs so. Default: there is none.
   */
  functionsFile?: string
  /** Called once per request. Default: nothing is logged. */
  log?: Log
  /**
   * Called for each sign-in and each request to change an account or a pool, with its outcome, before it is answered.
   * Default: there is no audit.
   */
  audit?: Audit
  /**
   * How many requests of one client address are answered; what is more gets a `TooManyRequestsException`. Operations of
   * administrators are not counted. `false` sets no limit. Default: in `serve`, 300 a second; in `dev`, no limit.
   */
  rateLimit?: RateLimitOptions | false
  /**
   * How many messages one destination gets, and one client address asks for. What is not set has no limit. Default: none
   * is set; `amulet serve` sets all.
   */
  messageLimits?: MessageLimits
  /** Whether a proxy in front says in `X-Forwarded-For` (its last entry) where requests come from. Default: `false`. */
  trustProxy?: boolean
  /** Serves Prometheus metrics at `/_amulet/metrics` to who sends this as a bearer token. Default: there are none. */
  metricsToken?: string
  /**
   * Where several processes share a port: told how to get the metrics of this one, it returns how to get those that are
   * served, which may be of all. Default: each process serves its own.
   */
  shareMetrics?: (own: () => string) => () => Promise<string>
  /**
   * Told what a developer should know, such as a declared pool that the database has otherwise; in `dev` also the cause
   * of each answer with status 500, once per request. Default: `process.emitWarning`, which writes to standard error.
   */
  warn?: (sentence: string) => void
}

/** 32 bytes, or what gets them. */
type SecretKey = Uint8Array | (() => Uint8Array | Promise<Uint8Array>)

export interface ListeningInfo extends ServerInfo {
  /** `http://127.0.0.1:9230`; `url` may be that of a proxy in front. */
  readonly listeningAt: string
  /** How other machines reach it, where it listens on every address (`0.0.0.0`): `http://192.168.0.10:9230`, … */
  readonly addresses: readonly string[]
}

export interface ListenOptions {
  /** Default: 0, any free one. */
  port?: number
  /** Default: 127.0.0.1. */
  host?: string
  /**
   * What the server shows itself with over TLS, as PEM. In `dev` plain HTTP is answered on the same port, in `serve` no
   * more. Default: in `dev` a certificate that the server makes when it is first asked for one; in `serve` there is no TLS.
   */
  tls?: { readonly cert: string; readonly key: string } | undefined
  /** Where a certificate that is made is kept, in `dev`. Default: it is gone with the process. */
  tlsFolder?: string | undefined
}

export interface AmuletServer {
  /** Answers one request. Waits for `ready`. */
  fetch(request: Request): Promise<Response>
  /** Listens on a port of a host. */
  listen(options?: ListenOptions): Promise<ListeningInfo>
  /**
   * Stops listening and closes the database. Requests under way are answered first, for at most 10 seconds.
   *
   * @param options.drainSeconds how long `/_amulet/ready` answers 503 before, so that a load balancer finds another
   *   node while this one still answers. Default: 0.
   */
  close(options?: { drainSeconds?: number }): Promise<void>
  /**
   * A server of its own, in memory, that begins with all that this one has at the moment: pools, users, sessions, messages,
   * the time. A set-up that takes long is paid once, and each test has a copy of it after a few milliseconds. In `dev`, on
   * SQLite.
   *
   * @param options.functions come beside those of this server, and win over them
   * @throws {StartError} the server is for production, or on PostgreSQL
   *
   * @example
   * ```ts
   * import { createServer } from '@amulet/server'
   *
   * const prepared = createServer({ users: [{ Username: 'ada@example.com', Password: 'Correct-horse-1' }] })
   * const server = await prepared.fork()
   * ```
   */
  fork(options?: Pick<ServerOptions, 'functions' | 'log' | 'warn'>): Promise<AmuletServer>
  /**
   * Forgets everything, in `dev`: users, tokens, messages, faults. Pools and users are as at the first start, under new
   * signing keys. The clock stays where it is.
   */
  reset(): Promise<void>
  /** Messages to users, in `dev`. In `serve` it stays empty. */
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
  return serverOf(options)
}

/** What a fork begins with. */
interface Origin {
  readonly database: OpenDatabase
  readonly context: ServerContext
  readonly announced: Partial<Announced>
  readonly inbox: OpenInbox['content']
}

/** @param origin of a fork. Default: the server begins with its database. */
function serverOf(options: ServerOptions, origin?: Origin): AmuletServer {
  const { mode = 'dev', warn = defaultWarn } = options
  const databaseUrl = origin ? 'sqlite::memory:' : (options.database ?? 'sqlite::memory:')
  const clock = options.clock ?? createClock(origin?.context.clock)
  const inbox = createInbox(clock, async (request) => await (await started).fetch(request), origin?.inbox)
  const faults = createFaults()
  let listeningAt: string | undefined
  /** The address that the request under way came to, where it says more than `listeningAt` does. */
  const cameTo = new AsyncLocalStorage<string>()
  const listeners: Listener[] = []
  let closing: Promise<void> | undefined
  let isClosed = false
  /** Settings that were warned of. */
  const toldOf = new Set<string>()
  const underWay = new Set<Promise<unknown>>()

  async function start() {
    assertKnown(options)
    assertOptions(options)
    const config = parseSettings(options)
    const url = withoutEndSlash(config.url)
    const issuer = withoutEndSlash(config.issuer)
    const baseUrl = () => url ?? cameTo.getStore() ?? listeningAt ?? 'http://localhost:9230'
    const allowHosts = (options.allowHosts ?? []).map((name) => name.toLowerCase())
    const mayCall = rateLimit(options, clock)
    const mayProbe = rateLimit(options, clock)
    const delivery = await openDelivery(options.delivery ?? config.delivery ?? {}, clock)
    const generateKeyPair =
      options.generateKeyPair ?? (mode === 'dev' && !isKept(databaseUrl) ? sharedKeyPair : generateRsaKeyPair)
    // The first server of a process finds it while it opens the database.
    if (generateKeyPair === sharedKeyPair) sharedKeyPair('access').catch(() => {})
    const functions = await openFunctions(
      {
        functions: config.functions,
        file: options.functionsFile === undefined ? undefined : threadsOf(options.functionsFile, mode),
        webhooks: config.webhooks,
        lambdaEndpoint: config.lambdaEndpoint,
        kmsEndpoint: config.kmsEndpoint,
      },
      clock,
    )
    const randomBytes = options.randomBytes ?? systemRandomBytes
    const database =
      origin?.database ??
      (await openDatabase(databaseUrl, { makeFolder: mode === 'dev' }).catch(async (error: unknown) => {
        await functions.close()
        throw error
      }))
    try {
      const context: ServerContext = {
        db: database.db,
        isUniqueViolation: database.isUniqueViolation,
        isReferenceViolation: database.isReferenceViolation,
        space: database.space,
        clock,
        randomBytes,
        rootKey:
          origin?.context.rootKey ??
          (await openRootKey(
            database.db,
            await rootKeyBytes(options.rootKey, databaseUrl),
            await bytesOf(options.previousRootKey),
          )),
        generateKeyPair,
        deliver: options.deliver ?? deliverBy(delivery, mode === 'dev' ? inbox : undefined),
        functions,
        later(work, { about, ...request }) {
          const ended = work.catch((error: Error) =>
            options.log?.({
              ...request,
              ...(about !== undefined && { subject: subjectOf(context, about) }),
              status: 200,
              milliseconds: 0,
              exception: error.name,
              cause: error.cause ?? error,
            }),
          )
          underWay.add(ended)
          ended.finally(() => underWay.delete(ended))
        },
        keepSessionsOnPasswordChange: config.keepSessionsOnPasswordChange ?? false,
        guestLifetime: (config.guestDays ?? 365) * 86_400_000 || undefined,
        messageLimits: options.messageLimits ?? {},
        onlyAtAws(member, missing) {
          if (mode === 'serve') throw errors.onlyAtAws(member)
          if (!toldOf.has(member)) warn(`${member} was taken, but only AWS can follow it: ${missing}.`)
          toldOf.add(member)
        },
        standIn: mode === 'dev' ? async (request) => await app.fetch(request) : undefined,
        iamProviders: config.iamProviders ?? {},
        assumeRole:
          config.stsEndpoint !== undefined
            ? stsEndpoint(config.stsEndpoint)
            : mode === 'dev'
              ? developmentCredentials({ clock, randomBytes })
              : undefined,
        region: config.region ?? 'us-east-1',
        accountId: '000000000000',
        domainSuffix: options.domainSuffix?.toLowerCase() ?? (mode === 'dev' ? 'localhost' : undefined),
        issuer: (userPoolId) => `${issuer ?? baseUrl()}/${userPoolId}`,
        baseUrl,
      }
      const prepare = () => setUp(context, database, config, mode, warn)
      let announced = origin?.announced ?? (await prepare())
      const reset = async () => {
        await emptyDatabase(context)
        inbox.clear()
        faults.remove(undefined)
        announced = await prepare()
      }
      const metrics = options.metricsToken === undefined ? undefined : createMetrics()
      const app = createApp(context, {
        log: options.log,
        audit: options.audit,
        record(entry) {
          metrics?.record(entry)
          // In production the log has it, and nothing else may show what a user typed.
          if (mode === 'dev' && entry.status >= 500 && entry.cause !== undefined) warn(whatFailed(entry))
        },
        health: {
          isStopping: () => closing !== undefined,
          ...(metrics && {
            metrics: {
              text: options.shareMetrics?.(metrics.text) ?? metrics.text,
              token: options.metricsToken ?? '',
            },
          }),
        },
        authenticateAdmin: options.adminCredentials && (await admins(context, options.adminCredentials)),
        mayCall,
        mayProbe,
        trustProxy: options.trustProxy ?? false,
        ...(mode === 'dev' && {
          development: {
            inbox,
            clock,
            addPasskey: (given) => addPasskey(context, given),
            addSession: (given) => addSession(context, given),
            faults,
            reset,
            info: () => info(context, announced),
            hosts: () => [
              ...allowHosts,
              ...[url, ...listeners.map((listener) => listener.url)].flatMap(hostOf),
            ],
          },
        }),
      })
      const stopCleanup = startExpiryCleanup(context)
      return {
        info: () => info(context, announced),
        reset,
        origin: async (): Promise<Origin> => ({
          database: await database.copy(),
          context,
          announced,
          inbox: inbox.content,
        }),
        isDomain: async (host: string) => (await findDomainOfHost(context, host)) !== undefined,
        async fetch(request: Request, connection: Connection = {}) {
          const response = Promise.resolve(app.fetch(request, connection))
          underWay.add(response)
          try {
            return await response
          } finally {
            underWay.delete(response)
          }
        },
        async stop() {
          stopCleanup()
          metrics?.stop()
          delivery.close()
          await functions.close()
          await database.db.destroy()
        },
      }
    } catch (error) {
      await functions.close()
      await database.db.destroy()
      throw error
    }
  }

  const assertDevelopment = (call: string) => {
    if (mode !== 'dev') throw new StartError(`\`${call}\` is for \`dev\`.`)
  }

  const started = start()
  const running = async () => {
    const server = await started
    if (isClosed) throw serverClosed()
    return server
  }
  const ready = started.then(({ info }) => info())
  // A caller that awaits `ready`, `fetch` or `listen` sees the failure; it need not.
  ready.catch(() => {})

  return {
    inbox,
    clock,
    ready,
    async fetch(request) {
      // In production a process that has closed its server can still be asked whether it is up and ready.
      const { fetch } = mode === 'dev' ? await running() : await started
      return await fetch(request)
    },
    async listen({ port = 0, host = '127.0.0.1', tls, tlsFolder } = {}) {
      const { fetch, info, isDomain } = await running()
      // "Every address" is not an address that a client can use: a phone uses another one than this machine does. A developer's
      // server is at whichever it was reached by; in production the operator says where it is.
      const byRequest = mode === 'dev' && isEverywhere(host)
      const listener = await listen(
        byRequest
          ? (request, connection) => cameTo.run(new URL(request.url).origin, () => fetch(request, connection))
          : fetch,
        {
          port,
          host,
          tls:
            tls || mode === 'dev'
              ? {
                  certificates: tls ? givenCertificate(tls) : madeCertificates(tlsFolder, isDomain),
                  plainToo: mode === 'dev',
                }
              : undefined,
        },
      )
      listeners.push(listener)
      const { url, addresses } = listener
      listeningAt = byRequest ? (addresses[0] ?? withHost(url, '127.0.0.1')) : url
      return { ...info(), listeningAt, addresses }
    },
    async fork(changed = {}) {
      assertDevelopment('fork')
      const functions = { ...options.functions, ...changed.functions }
      const origin = await (await running()).origin()
      const fork = serverOf({ ...options, ...changed, functions }, origin)
      try {
        await fork.ready
      } catch (error) {
        await origin.database.db.destroy()
        throw error
      }
      return fork
    },
    async reset() {
      assertDevelopment('reset')
      await (await running()).reset()
    },
    close({ drainSeconds = 0 } = {}) {
      closing ??= (async () => {
        inbox.close()
        const server = await started.catch(() => undefined)
        if (drainSeconds > 0) await setTimeout(drainSeconds * 1000)
        // Requests come by the listener and by `fetch`; either way there may be some under way.
        await Promise.all([
          ...listeners.map((listener) => listener.close(PATIENCE)),
          Promise.race([settled(underWay), setTimeout(PATIENCE, undefined, { ref: false })]),
        ])
        isClosed = true
        await server?.stop()
      })()
      return closing
    },
  }
}

/** Waits for all of a set, and for what comes into it meanwhile: a request may leave a message to deliver. */
async function settled(underWay: ReadonlySet<Promise<unknown>>): Promise<void> {
  while (underWay.size > 0) await Promise.allSettled(underWay)
}

/** Milliseconds that a request under way is waited for. */
const PATIENCE = 10_000

/** What runs in the threads of functions is a file beside this one, in the bundled program too. */
const threadsOf = (path: string, mode: 'dev' | 'serve') => ({
  path,
  module: new URL('./function-worker.js', import.meta.url),
  reloads: mode === 'dev',
})

/**
 * The configuration, with the options that win over it. Both are checked by the same rules; those of `delivery` are
 * checked where it is opened, for its members may be objects of the caller's own that have more than is asked for.
 *
 * @throws {StartError} a member breaks one
 */
function parseSettings(options: ServerOptions): ParsedConfig {
  const { region, url, issuer, keepSessionsOnPasswordChange, guestDays, functions, users } = options
  const config = parseConfig(options.config ?? {}, 'The configuration')
  const passed = parseConfig(
    { region, url, issuer, keepSessionsOnPasswordChange, guestDays, functions, users },
    'What `createServer` was passed',
  )
  const settings = { ...config, ...passed, functions: { ...config.functions, ...passed.functions } }
  if (settings.users?.length && (settings.userPools || options.mode === 'serve'))
    throw new StartError(
      `\`users\` are those of the default pool, which ${settings.userPools ? 'is not there beside `userPools`' : '`serve` has not'}. Declare them with the pool that they are in.`,
    )
  return settings
}

/** What a server is passed. Another name is a typing mistake, or a member of a configuration that is outside of it. */
const OPTIONS: Readonly<Record<keyof ServerOptions, true>> = {
  mode: true,
  adminCredentials: true,
  database: true,
  rootKey: true,
  previousRootKey: true,
  config: true,
  users: true,
  region: true,
  url: true,
  issuer: true,
  domainSuffix: true,
  allowHosts: true,
  keepSessionsOnPasswordChange: true,
  guestDays: true,
  clock: true,
  randomBytes: true,
  generateKeyPair: true,
  delivery: true,
  deliver: true,
  functions: true,
  functionsFile: true,
  log: true,
  audit: true,
  rateLimit: true,
  messageLimits: true,
  trustProxy: true,
  metricsToken: true,
  shareMetrics: true,
  warn: true,
}

/** @throws {StartError} there is no such option */
function assertKnown(options: ServerOptions): void {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(OPTIONS, name))
  if (unknown === undefined) return
  const what = Object.hasOwn(Config.members, unknown)
    ? `\`${unknown}\` is part of a configuration: pass \`config: { ${unknown} }\`.`
    : unknownMember(unknown, Object.keys(OPTIONS))
  throw new StartError(`What \`createServer\` was passed cannot be used. ${what}`)
}

/** @throws {StartError} there is no such mode, or production lacks something that makes it one */
function assertOptions({
  mode,
  rootKey,
  previousRootKey,
  adminCredentials,
  metricsToken,
  deliver,
  delivery,
  allowHosts,
  domainSuffix,
  messageLimits,
}: ServerOptions): void {
  if (mode !== undefined && mode !== 'dev' && mode !== 'serve')
    throw new StartError(`\`mode\` is \`dev\` or \`serve\`, not ${JSON.stringify(mode)}.`)
  if (mode === 'serve' && allowHosts !== undefined)
    throw new StartError('`allowHosts` is for `dev`: production answers to every host that leads to it.')
  if (domainSuffix !== undefined && !isHostName(domainSuffix))
    throw new StartError(
      `\`domainSuffix\` is a host name without a scheme or a port, such as auth.example.com, not ${JSON.stringify(domainSuffix)}.`,
    )
  for (const name of allowHosts ?? [])
    if (!isHostName(name))
      throw new StartError(
        `\`allowHosts\` takes names without a scheme or a port, such as my-machine.example, not ${JSON.stringify(name)}.`,
      )
  if (deliver && delivery)
    throw new StartError('`deliver` and `delivery` both deliver messages: pass one of them.')
  if (mode === 'serve' && rootKey === undefined)
    throw new StartError(
      'Production needs a root key that the data is encrypted under: pass `rootKey`, 32 bytes.',
    )
  if (previousRootKey !== undefined && rootKey === undefined)
    throw new StartError('`previousRootKey` is beside the one that takes its place: pass `rootKey` too.')
  if (mode === 'serve' && !adminCredentials?.length)
    throw new StartError('Production needs credentials for administrators: pass `adminCredentials`.')
  for (const { accessKeyId, secretAccessKey } of adminCredentials ?? []) {
    if (!/^\w{1,128}$/.test(accessKeyId))
      throw new StartError('An access key id is 1 to 128 letters, digits and underscores.')
    if (secretAccessKey.length < 32)
      throw new StartError(
        `The secret access key of ${accessKeyId} is too short to be one: 32 characters at least.`,
      )
  }
  for (const limits of [messageLimits?.destination, messageLimits?.client])
    for (const [name, limit] of Object.entries(limits ?? {}))
      if (!(limit >= 1))
        throw new StartError(
          `\`messageLimits\`: \`${name}\` is a number of messages, 1 or more, not ${limit}.`,
        )
  if (metricsToken !== undefined && metricsToken.length < 16)
    throw new StartError(
      'The token for metrics is too short: AMULET_METRICS_TOKEN or `metricsToken` has to have 16 characters at least. Make one with "openssl rand -hex 32".',
    )
}

async function admins(context: ServerContext, credentials: readonly AdminCredentials[]) {
  // The signing library is loaded by who uses it; a start for developing does not wait for it.
  const { createAdminAuthentication } = await import('./http/authentication.js')
  return createAdminAuthentication(context, credentials)
}

const NO_DELIVERY = {
  EMAIL:
    'No mail server or webhook is set to deliver mail. Name one with --smtp-url or --webhook-url, or in `delivery`.',
  SMS: 'No webhook is set to deliver SMS. Name one with --webhook-url, or in `delivery`.',
}

function deliverBy(delivery: Delivery, inbox: { deliver: Deliver } | undefined): Deliver {
  return async (message) => {
    await inbox?.deliver(message)
    const deliver = delivery.by[message.medium]
    if (deliver) await deliver(message)
    else if (!inbox) throw new Error(NO_DELIVERY[message.medium])
  }
}

function rateLimit({ mode, rateLimit = mode === 'serve' ? {} : false }: ServerOptions, clock: Clock) {
  return rateLimit ? createRateLimit(rateLimit, clock) : undefined
}

const hostOf = (url: string | undefined): string[] =>
  url !== undefined && URL.canParse(url) ? [new URL(url).hostname] : []

/** The answer says nothing of it, and there may be no log. */
const whatFailed = ({ operation, status, requestId, cause }: LogEntry): string =>
  `${operation} was answered with ${status} (request ${requestId}), because of ${inspect(cause)}`

const withoutEndSlash = (url: string | undefined) => url?.replace(/\/+$/, '')

function withHost(url: string, hostname: string): string {
  const { port } = new URL(url)
  return `http://${hostname}:${port}`
}

const defaultWarn = (sentence: string) => process.emitWarning(sentence, 'AmuletWarning')

async function rootKeyBytes(given: ServerOptions['rootKey'], databaseUrl: string): Promise<Uint8Array> {
  const bytes = await bytesOf(given)
  if (bytes) return bytes
  if (isKept(databaseUrl))
    throw new StartError(
      'A database that is kept needs a root key: pass `rootKey` (32 bytes) and keep it; without it the data cannot be read again.',
    )
  return randomBytes(32)
}

const bytesOf = async (key: SecretKey | undefined): Promise<Uint8Array | undefined> =>
  typeof key === 'function' ? await key() : key

function info(
  context: ServerContext,
  { userPoolId = '', userPoolClientId = '', oauthClientId = '', identityPoolId = '' }: Partial<Announced>,
): ServerInfo {
  return {
    url: context.baseUrl(),
    issuer: userPoolId ? context.issuer(userPoolId) : context.baseUrl(),
    region: context.region,
    userPoolId,
    userPoolClientId,
    oauthClientId,
    domain: userPoolId ? ownDomain(context.baseUrl()) : '',
    identityPoolId,
  }
}
