import { type Context, Hono } from 'hono'
import { errors } from '../errors.js'
import type { ErrorPage as ErrorOfPage, PageError } from './authorize-errors.js'
import type { OAuthEnv } from './oauth-request.js'
import { languageOfPage } from './page-request.js'
import { textsIn } from './pages/languages.js'
import { pageHeaders } from './pages/page.js'
import { ErrorPage } from './pages/plain.js'
import { plainView } from './pages/view.js'

/** What each error of a request says that cannot be sent back to the application. Nothing else of the address is shown. */
const TEXTS: { readonly [E in Exclude<PageError, 'redirect_mismatch'>]: string } = {
  'Client does not exist': 'Client does not exist.',
  unauthorized_client: 'The client is not one of this domain.',
  invalid_state: 'This sign-in has ended, or was begun in another browser. Please try again.',
  sign_out_unconfirmed:
    'You are signed out here. The provider that you signed in with has not confirmed that you are signed out there.',
  deleted_meanwhile: errors.deletedMeanwhile().message,
  client_id_missing: 'Missing required parameter client_id in request URL',
  redirect_uri_missing: "Required String parameter 'redirect_uri' is not present",
}

/** Told where it was made, as by the service. */
const OF_LOGOUT: readonly PageError[] = ['client_id_missing', 'redirect_uri_missing']

/** Tells the user what is wrong with a request that cannot be sent back to the application. */
export function answerError(
  c: Context<OAuthEnv>,
  { error, clientId }: ErrorOfPage,
): Response | Promise<Response> {
  if (OF_LOGOUT.includes(error)) return showError(c, error)
  const query = new URLSearchParams({ error, ...(clientId !== undefined && { client_id: clientId }) })
  return c.redirect(`/error?${query}`, 302)
}

function showError(c: Context<OAuthEnv>, error: string): Response | Promise<Response> {
  const language = languageOfPage(c, { isSecure: c.get('isSecure') }, c.req.query('lang'))
  const text = isNamed(error) ? TEXTS[error] : textsIn(language).requestedPage
  const { search } = new URL(c.req.url)
  return c.html(
    <ErrorPage view={plainView(language, search)} text={text} />,
    400,
    pageHeaders({ script: true }),
  )
}

const isNamed = (error: string): error is keyof typeof TEXTS => Object.hasOwn(TEXTS, error)

/** The page that a request is sent to which cannot be sent back to the application. */
export function errorPage(): Hono<OAuthEnv> {
  const app = new Hono<OAuthEnv>()
  app.get('/error', (c) => showError(c, c.req.query('error') ?? ''))
  return app
}
