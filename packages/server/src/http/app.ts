import { randomUUID } from 'node:crypto'
import { type Context, type Handler, Hono, type MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { Result } from 'hono/router'
import { TrieRouter } from 'hono/router/trie-router'
import { type Audit, NO_AUDIT, type RequestAudit } from '../audit.js'
import type { RequestInfo, ServerContext } from '../context.js'
import { findDomainOfHost } from '../domains/domain-url.js'
import { ServiceError } from '../errors.js'
import { authorize } from '../oauth/authorize.js'
import { brandingImages } from '../oauth/branding-images.js'
import { confirmUser } from '../oauth/confirm-user.js'
import { errorPage } from '../oauth/error.js'
import { IDP_RESPONSE_PATHS, idpResponse } from '../oauth/idp-response.js'
import { logout } from '../oauth/logout.js'
import { MANAGED_LOGIN_PATHS, managedLogin } from '../oauth/managed-login.js'
import { revoke } from '../oauth/revoke.js'
import { samlLogout } from '../oauth/saml-logout.js'
import { SAML_SIGN_OUT } from '../oauth/sign-out-elsewhere.js'
import { token } from '../oauth/token.js'
import { userInfo } from '../oauth/user-info.js'
import { hostName, isAllowedHost } from './allowed-hosts.js'
import { isAllowedOrigin, isFollowedLink, isLoopback } from './allowed-origins.js'
import { type About, auditRequest } from './audit-request.js'
import type { AuthenticateAdmin } from './authentication.js'
import { type Connection, clientAddress } from './client-address.js'
import { DEVELOPMENT_PATHS, type Development, developmentEndpoints, INBOX } from './development.js'
import { type Health, healthEndpoints } from './health.js'
import { isSecure } from './is-secure.js'
import { type Log, type LogEntry, subjectOf } from './log.js'
import { answer } from './protocol.js'
import { serviceProviderMetadata } from './service-provider-metadata.js'
import { standIn } from './stand-in.js'
import { startPage } from './start-page.js'
import { wellKnown } from './well-known.js'

const USER_POOL_ID = String.raw`[\w-]+_[0-9a-zA-Z]+`

/** Seconds that a browser may remember the answer to a preflight. */
const PREFLIGHT_AGE = '172800'

/** What a response says about itself unless it may be cached: its type is what it says, and it is not kept. */
const NOT_KEPT = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' }

/** The API is called from pages of any origin; it uses no cookies, so any origin may. */
const ANY_ORIGIN = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date',
}

/**
 * What an answer of the API says that any page may read. What each says for itself has its place already: V8 is slow at adding
 * to an object that is a copy.
 */
const API_HEADERS = {
  'x-amzn-requestid': '',
  date: '',
  'content-type': '',
  ...ANY_ORIGIN,
  ...NOT_KEPT,
}

/** The name that the service gives to a refusal by a firewall in front of it. */
const FORBIDDEN = 'ForbiddenException'

const FOREIGN_ORIGIN =
  'A page of another origin may not do this, only one of this server or of this machine, such as http://localhost:3000.'

const foreignHost = (name: string) =>
  `This server does not answer to the host ${JSON.stringify(name)}. If the name is yours, start it with --allow-host, or createServer with \`allowHosts\`.`

export interface AppOptions {
  /** Told of each request. */
  readonly record: (entry: Omit<LogEntry, 'subject'>) => void
  /** The same, with the user that a request is about. */
  readonly log?: Log | undefined
  /** Told of each sign-in and each request to change something, once it is decided. */
  readonly audit?: Audit | undefined
  readonly health: Health
  /** Default: requests are accepted with any AWS credentials, and without. */
  readonly authenticateAdmin?: AuthenticateAdmin | undefined
  /** Whether an address may have one more request answered. Default: always. */
  readonly mayCall?: MayCall | undefined
  /**
   * The same for the readiness check and the metrics. They are counted by themselves: where a proxy hides the addresses
   * of clients, a flood of sign-ins must not make a server look as if it were not ready. Default: always.
   */
  readonly mayProbe?: MayCall | undefined
  readonly trustProxy: boolean
  readonly development?: Development | undefined
}

type MayCall = (address: string) => boolean

interface Env {
  /** Nothing for a `Request` that never was on a network. */
  Bindings: Connection | undefined
  Variables: {
    requestId: string
    clientAddress: string | undefined
    userAgent: string | undefined
    isSecure: boolean
    explain: RequestInfo['explain']
    about: RequestInfo['about']
    audit: RequestAudit
    /** What the route does not say. */
    logged: Logged
  }
}

type Logged = {
  -readonly [Name in
    | 'operation'
    | 'unknownOperation'
    | 'admin'
    | 'exception'
    | 'reason'
    | 'cause']?: LogEntry[Name]
}

/** Nearly all requests are posted to these paths. What answers there is looked up once. */
const BUSY = ['/', '/oauth2/token']

class Router<Handlers> extends TrieRouter<Handlers> {
  readonly #found = new Map<string, Result<Handlers>>()
  override match(method: string, path: string): Result<Handlers> {
    if (method !== 'POST' || !BUSY.includes(path)) return super.match(method, path)
    const found = this.#found.get(path) ?? super.match(method, path)
    this.#found.set(path, found)
    return found
  }
}

/** The route that a request is named by in the log. Those that end in `*` are of middleware. */
const routeOf = (c: Context): string =>
  matchedRoutes(c).findLast(({ path }) => !path.endsWith('*'))?.path ?? '/*'

/** `Request` → `Response`. */
export function createApp(context: ServerContext, options: AppOptions): Hono<Env> {
  const app = new Hono<Env>({ router: new Router() })
  let date = { second: Number.NaN, text: '' }
  const common = (requestId: string) => {
    const second = Math.floor(context.clock.now() / 1000)
    // To write a date takes as long as all other headers do.
    if (second !== date.second) date = { second, text: new Date(second * 1000).toUTCString() }
    return {
      'x-amzn-requestid': requestId,
      // AWS SDKs set their clocks by it.
      date: date.text,
    }
  }

  app.use(async (c, next) => {
    const started = performance.now()
    const requestId = randomUUID()
    const address = clientAddress(c.req.raw, c.env, options.trustProxy)
    c.set('requestId', requestId)
    c.set('clientAddress', address)
    c.set('userAgent', c.req.header('user-agent'))
    c.set('isSecure', isSecure(c.req.raw, options.trustProxy, context.baseUrl()))
    const logged: Logged = {}
    const about: About = {}
    c.set('logged', logged)
    c.set('explain', (reason) => {
      if (options.development) logged.reason = reason
    })
    c.set('about', (userId, isKnown = true) => {
      about.userId = userId
      about.isKnown = isKnown
    })
    c.set(
      'audit',
      options.audit
        ? auditRequest(context, options.audit, { requestId, clientAddress: address }, about)
        : NO_AUDIT,
    )
    await next()
    const entry = {
      requestId,
      operation: logged.operation ?? `${c.req.method} ${routeOf(c)}`,
      status: c.res.status,
      milliseconds: performance.now() - started,
      ...(address !== undefined && { clientAddress: address }),
      ...logged,
    }
    options.record(entry)
    const { userId } = about
    options.log?.(userId === undefined ? entry : { ...entry, subject: subjectOf(context, userId) })
  })

  const { mayCall, development } = options
  if (development) {
    const refuse = (c: Context<Env>, message: string) => {
      Object.assign(c.get('logged'), { exception: FORBIDDEN, reason: message })
      return c.json({ __type: FORBIDDEN, message }, 403, { ...common(c.get('requestId')), ...NOT_KEPT })
    }
    app.use(async (c, next) => {
      const host = c.req.header('host')
      // A `Request` that never was on a network comes from the program that runs the server.
      if (!c.env?.incoming || host === undefined || isAllowedHost(host, development.hosts))
        return await next()
      // The domain of a pool, which an administrator has made.
      if (await findDomainOfHost(context, hostName(host))) return await next()
      return refuse(c, foreignHost(hostName(host)))
    })
    // The demo and other pages link to the inbox, which changes nothing. To ask for the next message takes it.
    const mayOpen = (path: string, request: Request) =>
      isAllowedOrigin(request) ||
      (path === INBOX && !request.headers.has('origin') && isFollowedLink(request))
    for (const path of DEVELOPMENT_PATHS)
      app.use(`/_amulet${path}`, async (c, next) =>
        mayOpen(path, c.req.raw) ? await next() : refuse(c, FOREIGN_ORIGIN),
      )
  }

  const api: Handler<Env> = async (c) => {
    const address = c.get('clientAddress')
    // Administrators of a server for development need no credentials, so pages of other origins must not speak for them.
    let isForeign = false
    const guards = {
      async authenticateAdmin(request: Request, body: Uint8Array) {
        isForeign = development !== undefined && !isAllowedOrigin(request)
        if (isForeign) throw new ServiceError(FORBIDDEN, FOREIGN_ORIGIN, { status: 403 })
        return await options.authenticateAdmin?.(request, body)
      },
      mayCall: mayCall && address !== undefined ? () => mayCall(address) : undefined,
      faultOf: development?.faults.take,
    }
    const received = {
      requestId: c.get('requestId'),
      clientAddress: address,
      userAgent: c.get('userAgent'),
      explain: c.get('explain'),
      about: c.get('about'),
      audit: c.get('audit'),
    }
    const { status, headers, body, logged } = await answer(context, c.req.raw, received, guards)
    Object.assign(c.get('logged'), logged)
    // All headers at once: to add some to a finished answer takes longer than to route the request.
    return new Response(body, {
      status,
      headers: { ...(isForeign ? NOT_KEPT : API_HEADERS), ...common(c.get('requestId')), ...headers },
    })
  }
  app.post('/', api)
  app.post(`/:userPoolId{${USER_POOL_ID}}`, api)

  const limited =
    (may: MayCall | undefined): MiddlewareHandler<Env> =>
    async (c, next) => {
      const address = c.get('clientAddress')
      if (may && address !== undefined && !may(address)) return c.text('Too many requests\n', 429)
      return await next()
    }
  // What browsers are sent to and pages of other origins do not read.
  const pages: MiddlewareHandler<Env> = async (c, next) => {
    await next()
    const isKnownHost = c.get('isSecure') && !development && !isLoopback(new URL(c.req.url))
    const headers = {
      ...common(c.get('requestId')),
      ...NOT_KEPT,
      'x-frame-options': 'DENY',
      ...(isKnownHost && { 'strict-transport-security': 'max-age=31536000' }),
    }
    for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value)
  }
  for (const path of [
    '/oauth2/authorize',
    ...IDP_RESPONSE_PATHS,
    SAML_SIGN_OUT,
    '/logout',
    '/error',
    ...MANAGED_LOGIN_PATHS,
  ])
    app.use(path, pages, limited(mayCall))
  app.use('/branding/*', limited(mayCall))
  for (const part of [authorize, idpResponse, managedLogin, logout, samlLogout, brandingImages])
    app.route('/', part(context))
  app.route('/', errorPage())

  app.use(async (c, next) => {
    await next()
    // Preflights have a cache of their own. Public documents say how long they may be kept.
    const mayBeKept = c.req.method === 'OPTIONS' || c.res.headers.get('cache-control')?.startsWith('public')
    const headers = { ...common(c.get('requestId')), ...ANY_ORIGIN, ...(!mayBeKept && NOT_KEPT) }
    for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value)
  })
  app.options('*', (c) => {
    const headers: Record<string, string> = {
      'access-control-allow-methods': 'OPTIONS,POST,GET,DELETE',
      'access-control-allow-headers':
        c.req.header('access-control-request-headers') ??
        'content-type,x-amz-target,x-amz-user-agent,cache-control,authorization,x-amz-date,x-amz-security-token,x-amz-content-sha256,amz-sdk-invocation-id,amz-sdk-request',
      'access-control-max-age': PREFLIGHT_AGE,
    }
    return c.body(null, 200, headers)
  })

  // The right token of the metrics counts as well: were only wrong ones refused, guesses could go on.
  for (const path of ['/_amulet/ready', '/_amulet/metrics']) app.use(path, limited(options.mayProbe))
  app.route('/_amulet', healthEndpoints(context, options.health))
  if (development) {
    app.route('/_amulet', developmentEndpoints(development))
    app.route('/', startPage(development.info))
    app.route('/', standIn(context))
  }
  // Requests without credentials that ask the database.
  for (const path of [
    '/:userPoolId/.well-known/*',
    '/:userPoolId/saml2/metadata',
    '/confirmUser/*',
    '/oauth2/*',
  ])
    app.use(path, limited(mayCall))
  app.route('/', wellKnown(context))
  app.route('/', serviceProviderMetadata(context))
  app.route('/', confirmUser(context))
  for (const part of [token, userInfo, revoke]) app.route('/', part(context))

  app.notFound((c) => {
    c.get('explain')(`There is nothing at ${c.req.path}`)
    return c.body(null, 404)
  })
  app.onError((error, c) => {
    Object.assign(c.get('logged'), { exception: 'InternalErrorException', cause: error })
    return c.json({ message: 'Something went wrong' }, 500)
  })
  return app
}
