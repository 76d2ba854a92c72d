import {
  type AuthContext,
  type AuthContextOptions,
  type AuthHubEventData,
  configure,
  createAuthContext,
  createMemoryStorage,
  type OAuthConfig,
  type ResourcesConfig,
} from '@amulet/auth'
import { onTestFinished, vi } from 'vitest'

export const APP = 'https://app.example'
export const POOL = 'us-east-1_Redirect1'
export const CLIENT = 'web'
export const ISSUER = `https://issuer.example/${POOL}`
const P = `CognitoIdentityServiceProvider.${CLIENT}.`

/** A page, as far as a sign-in by redirect touches it. */
export function openPage(href: string) {
  const page = {
    href,
    /** Where it was left for. */
    left: [] as string[],
  }
  vi.stubGlobal('location', {
    get href() {
      return page.href
    },
    set href(url: string) {
      page.left.push(url)
    },
    get origin() {
      return new URL(page.href).origin
    },
    get hostname() {
      return new URL(page.href).hostname
    },
    get pathname() {
      return new URL(page.href).pathname
    },
    toString: () => page.href,
  })
  vi.stubGlobal('history', {
    state: null,
    replaceState: (_state: unknown, _title: string, url: string) => {
      const { href, origin } = new URL(url, page.href)
      if (origin !== new URL(page.href).origin) throw new DOMException('Another origin', 'SecurityError')
      page.href = href
    },
  })
  return page
}

/** A token that says this; its signature is not looked at by a client. */
export const token = (claims: object): string =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`

const times = { iat: Math.floor(Date.now() / 1000), exp: Math.floor(Date.now() / 1000) + 3600 }

export const accessClaims = {
  ...times,
  sub: 'ada-id',
  username: 'google_1',
  iss: ISSUER,
  client_id: CLIENT,
  token_use: 'access',
}

export const idClaims = {
  ...times,
  sub: 'ada-id',
  'cognito:username': 'google_1',
  iss: ISSUER,
  aud: CLIENT,
  token_use: 'id',
}

/** What a token endpoint answers; claims may be replaced. */
export const tokens = (access: object = {}, id: object = {}) => ({
  access_token: token({ ...accessClaims, ...access }),
  id_token: token({ ...idClaims, ...id }),
  refresh_token: 'refresh',
  token_type: 'Bearer',
  expires_in: 3600,
})

type Answer = () => Response | Promise<Response>

export const json =
  (status: number, body: object): Answer =>
  () =>
    Response.json(body, { status })

export interface Redirect {
  config: ResourcesConfig
  context: AuthContext
  page: ReturnType<typeof openPage>
  storage: ReturnType<typeof createMemoryStorage>
  /** The stored attempts that are open, or were claimed. */
  attempts(): { state: string; redirectUri?: string; verifier?: string; isClaimed?: boolean }[]
  stored(key: string): string | null
  /** Requests of the token endpoint so far. */
  sent: { url: string; contentType: string | null; body: Record<string, string> }[]
  /** Answers of the token endpoint to come; tokens when there are none. */
  answers: Answer[]
  events: AuthHubEventData[]
  clock: { now: number }
  /** Another page of this browser. */
  load(href: string): void
}

/** An app at a domain whose token endpoint is scripted. */
export function startRedirect(
  oauth: Partial<OAuthConfig> = {},
  options: AuthContextOptions = {},
  href = `${APP}/callback`,
): Redirect {
  const page = openPage(href)
  const config: ResourcesConfig = {
    Auth: {
      Cognito: {
        userPoolId: POOL,
        userPoolClientId: CLIENT,
        loginWith: {
          oauth: {
            domain: 'login.example',
            scopes: ['openid', 'email'],
            redirectSignIn: [`${APP}/`, `${APP}/callback`],
            redirectSignOut: [`${APP}/`, `${APP}/bye`],
            responseType: 'code',
            ...oauth,
          },
        },
      },
    },
  }
  const storage = createMemoryStorage()
  const sent: Redirect['sent'] = []
  const answers: Answer[] = []
  const clock = { now: Date.now() }
  const fetch = async (request: Request) => {
    sent.push({
      url: request.url,
      contentType: request.headers.get('content-type'),
      body: Object.fromEntries(new URLSearchParams(await request.text())),
    })
    const answer = answers.shift() ?? json(200, tokens())
    return answer()
  }
  const all = { storage, fetch, clock: () => clock.now, ...options }
  const context = createAuthContext(config, all)
  const events: AuthHubEventData[] = []
  context.hub.listen('auth', ({ payload }) => events.push(payload))
  return {
    config,
    context,
    page,
    storage,
    attempts: () => JSON.parse((storage.getItem(`${P}oauthAttempts`) as string | null) ?? '[]'),
    stored: (key) => storage.getItem(P + key) as string | null,
    sent,
    answers,
    events,
    clock,
    load(href) {
      page.href = href
    },
  }
}

/** As a page that loads does: configures the default context, whose memory is that of a new page. */
export function configureAnew({ config, storage, context }: Redirect): void {
  // Another app client in between: nothing of the page before is known any more.
  configure({ Auth: { Cognito: { userPoolId: POOL, userPoolClientId: 'none' } } }, {})
  configure(config, { storage, fetch: context.fetch ?? fetch, clock: context.clock })
  onTestFinished(() => configure({}, {}))
}
