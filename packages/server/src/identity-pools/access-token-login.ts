import type { ServerContext } from '../context.js'
import type { ProviderType } from '../db/schema.js'
import { errors } from '../errors.js'
import { standInIssuer } from '../federation/endpoints.js'
import { boundedFetch } from '../wire/bounded-fetch.js'
import type { ProvenLogin } from './identity.js'

/** Milliseconds that a provider has to answer. */
const PATIENCE = 5000

type Answer = Readonly<Record<string, unknown>>
type Ask = (path: string, bearer?: string) => Promise<Answer>

/** The user and the applications of a token, as the provider gives them. */
interface Told {
  readonly subject: unknown
  readonly audiences: readonly unknown[]
}

interface Provider {
  readonly type: ProviderType
  readonly address: string
  readonly read: (ask: Ask, token: string) => Promise<Told>
}

/** Providers whose tokens say nothing: they are asked what a token is. */
const PROVIDERS: ReadonlyMap<string, Provider> = new Map([
  [
    'graph.facebook.com',
    {
      type: 'Facebook',
      address: 'https://graph.facebook.com/v17.0',
      async read(ask, token) {
        const [app, user] = [await ask('/app', token), await ask('/me?fields=id', token)]
        return { subject: user.id, audiences: [app.id] }
      },
    },
  ],
  [
    'www.amazon.com',
    {
      type: 'LoginWithAmazon',
      address: 'https://api.amazon.com/auth/o2',
      async read(ask, token) {
        const told = await ask(`/tokeninfo?${new URLSearchParams({ access_token: token })}`)
        return { subject: told.user_id, audiences: [told.app_id, told.aud] }
      },
    },
  ],
])

export const isAskedForTokens = (provider: string): boolean => PROVIDERS.has(provider)

/**
 * An access token of Facebook or Amazon, which its provider is asked about: a token of another application's is none of
 * this pool's, as its user could be.
 *
 * @throws NotAuthorizedException, ExternalServiceException
 */
export async function verifyAccessToken(
  context: ServerContext,
  name: string,
  applications: readonly string[],
  token: string,
): Promise<ProvenLogin> {
  const provider = PROVIDERS.get(name)
  if (!provider) throw errors.loginNotSupported()
  const told =
    (await toldByStandIn(context, provider, token)) ??
    (await provider.read(
      askOver(name, (path, init) => boundedFetch(`${provider.address}${path}`, init)),
      token,
    ))
  const application = told.audiences.find(
    (audience): audience is string => typeof audience === 'string' && applications.includes(audience),
  )
  if (application === undefined) throw errors.loginNotSupported()
  const { subject } = told
  if (typeof subject !== 'string' || subject === '') throw errors.loginRefused()
  return { provider: name, subject, claims: { sub: subject, aud: application } }
}

/** While developing, the token may come from the simulated provider. */
async function toldByStandIn(
  { standIn }: ServerContext,
  { type, read }: Provider,
  token: string,
): Promise<Told | undefined> {
  if (!standIn) return undefined
  try {
    const ask = (path: string, init: RequestInit) =>
      standIn(new Request(`${standInIssuer(type)}${path}`, { headers: init.headers ?? {} }))
    return await read(askOver(type, ask), token)
  } catch {
    return undefined
  }
}

/** @throws NotAuthorizedException, ExternalServiceException */
const askOver =
  (name: string, send: (path: string, init: RequestInit) => Promise<Response>): Ask =>
  async (path, bearer) => {
    const init: RequestInit = {
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE),
      headers: { accept: 'application/json', ...(bearer && { authorization: `Bearer ${bearer}` }) },
    }
    let response: Response
    let body: unknown
    try {
      response = await send(path, init)
      body = await response.json()
    } catch (cause) {
      throw errors.providerUnreachable(name, cause)
    }
    if (response.status >= 500)
      throw errors.providerUnreachable(name, new Error(`The provider answered ${response.status}.`))
    if (!response.ok) throw errors.loginRefused()
    // An object without members, if it is none.
    return Object(body) as Answer
  }
