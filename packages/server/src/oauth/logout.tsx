import { type Context, Hono } from 'hono'
import type { AppClient } from '../clients/app-client.js'
import { findClientAndPool } from '../clients/known-clients.js'
import type { ServerContext } from '../context.js'
import { clientOfIdToken } from '../tokens/id-token-hint.js'
import { type EndedSsoSession, endSsoSession } from '../tokens/sso-session.js'
import { ErrorPage } from './authorize-errors.js'
import { readAuthorizeRequest } from './authorize-request.js'
import { clearSsoCookie, readSsoCookie } from './cookies.js'
import type { OAuthEnv, OAuthRequest } from './oauth-request.js'
import { languageOfPage } from './page-request.js'
import { pageHeaders } from './pages/page.js'
import { SignedOut } from './pages/plain.js'
import { plainView } from './pages/view.js'
import { asLocation, withQuery } from './redirect-uri.js'
import { signOutElsewhere } from './sign-out-elsewhere.js'
import { withRedirects } from './with-redirects.js'

/**
 * Ends the SSO session of the browser; tokens that applications have stay good. The browser then goes
 *
 * - to `logout_uri`, one of the client's `LogoutURLs`; `post_logout_redirect_uri` is another name for it, with which the
 *   state comes back (OpenID Connect RP-Initiated Logout);
 * - with `redirect_uri` and the other parameters of an authorization request, to the page that signs in;
 * - with an ID token and none of these, nowhere: a page says that the user is signed out.
 *
 * Where the user has signed in at a provider of SAML that takes sign-outs, the browser goes there first.
 *
 * The client is `client_id`, or the one that the ID token in `id_token_hint` was issued to.
 */
export function logout(context: ServerContext): Hono<OAuthEnv> {
  const app = new Hono<OAuthEnv>()
  app.get(
    '/logout',
    withRedirects(context, async (c, request) => {
      const query = new URL(c.req.url).searchParams
      const { found, location, signedIn } = await request.audit.run('sign-out', 'Logout', async () => {
        const found = await clientOf(request, query)
        const location = await locationAfter(request, query, found)
        return { found, location, signedIn: await endSession(c, request, found.pool.id) }
      })
      const elsewhere = signedIn && (await signOutElsewhere(request, found.pool.id, query, signedIn))
      if (elsewhere !== undefined) return c.redirect(elsewhere, 302)
      return location === undefined ? showSignedOut(c, query, found.client) : c.redirect(location, 302)
    }),
  )
  return app
}

/** Goes on where a sign-out was interrupted to sign the user out at a provider, too. */
export async function goOnSigningOut(
  c: Context<OAuthEnv>,
  request: OAuthRequest,
  query: URLSearchParams,
): Promise<Response> {
  // What was checked then is checked again: the client may have changed meanwhile.
  const found = await clientOf(request, query)
  const location = await locationAfter(request, query, found)
  return location === undefined ? await showSignedOut(c, query, found.client) : c.redirect(location, 302)
}

type Found = NonNullable<Awaited<ReturnType<typeof findClientAndPool>>>

async function clientOf(request: OAuthRequest, query: URLSearchParams): Promise<Found> {
  const { context, domain } = request
  const hint = query.get('id_token_hint')
  const named = query.get('client_id')
  const hinted = hint === null ? undefined : await clientOfIdToken(context, hint)
  const id = named ?? hinted
  if (id === undefined) throw new ErrorPage('client_id_missing')
  const found = await findClientAndPool(context, id)
  if (!found || (named !== null && hinted !== undefined && named !== hinted))
    throw new ErrorPage('Client does not exist')
  if (domain && domain.userPoolId !== found.pool.id) throw new ErrorPage('unauthorized_client')
  request.audit.note({ userPoolId: found.pool.id, clientId: found.client.id })
  return found
}

async function locationAfter(
  request: OAuthRequest,
  query: URLSearchParams,
  { client }: Found,
): Promise<string | undefined> {
  const { LogoutURLs = [] } = client.settings
  const target = query.get('logout_uri')
  const byOpenId = query.get('post_logout_redirect_uri')
  if (target === null && byOpenId === null && query.has('redirect_uri')) {
    const checked = await readAuthorizeRequest(request, query)
    return `/login?${checked.request.query}`
  }
  const uri = target ?? byOpenId
  if (uri === null && query.has('id_token_hint')) return undefined
  if (uri === null || !LogoutURLs.includes(uri)) {
    request.explain(unregistered(uri, LogoutURLs))
    // The service's words for both.
    throw new ErrorPage('redirect_uri_missing')
  }
  const state = target === null ? query.get('state') : null
  return state === null ? asLocation(uri) : withQuery(uri, { state })
}

function showSignedOut(
  c: Context<OAuthEnv>,
  query: URLSearchParams,
  { name }: AppClient,
): Response | Promise<Response> {
  const language = languageOfPage(c, { isSecure: c.get('isSecure') }, query.get('lang') ?? undefined)
  const view = { ...plainView(language), application: name }
  return c.html(<SignedOut view={view} />, 200, pageHeaders({ script: true }))
}

async function endSession(
  c: Context,
  request: OAuthRequest,
  userPoolId: string,
): Promise<EndedSsoSession | undefined> {
  const secret = readSsoCookie(c, request, userPoolId)
  if (secret === undefined) return undefined
  clearSsoCookie(c, request, userPoolId)
  const ended = await endSsoSession(request.context.db, secret)
  if (ended) request.about(ended.userId)
  return ended
}

/** A slash too many or too few is what is usually wrong. */
function unregistered(uri: string | null, registered: readonly string[]): string {
  if (uri === null) return 'There is no logout_uri.'
  const bare = (url: string) => url.replace(/\/$/, '').toLowerCase()
  const close = registered.find((url) => bare(url) === bare(uri))
  const hint = close === undefined ? '' : ` ${close} is.`
  return `${uri} is not one of the LogoutURLs of the client.${hint}`
}
