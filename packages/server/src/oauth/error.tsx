import { type Context, Hono } from 'hono'
import type { ErrorPage, PageError } from './authorize-errors.js'
import type { OAuthEnv } from './oauth-request.js'
import { PAGE_HEADERS, Page } from './pages/page.js'

/** What each error of a request says that cannot be sent back to the application. Nothing else of the address is shown. */
const TEXTS: Readonly<Record<PageError, string>> = {
  'Client does not exist': 'Client does not exist.',
  redirect_mismatch: 'An error was encountered with the requested page.',
  unauthorized_client: 'The client is not one of this domain.',
  client_id_missing: 'Missing required parameter client_id in request URL',
  redirect_uri_missing: "Required String parameter 'redirect_uri' is not present",
}

/** Told where it was made, as by the service. */
const OF_LOGOUT: readonly PageError[] = ['client_id_missing', 'redirect_uri_missing']

/** Tells the user what is wrong with a request that cannot be sent back to the application. */
export function answerError(c: Context, { error, clientId }: ErrorPage): Response | Promise<Response> {
  if (OF_LOGOUT.includes(error)) return showError(c, error)
  const query = new URLSearchParams({ error, ...(clientId !== undefined && { client_id: clientId }) })
  return c.redirect(`/error?${query}`, 302)
}

const showError = (c: Context, error: PageError) => c.html(<Failed text={TEXTS[error]} />, 400, PAGE_HEADERS)

/** The page that a request is sent to which cannot be sent back to the application. */
export function errorPage(): Hono<OAuthEnv> {
  const app = new Hono<OAuthEnv>()
  app.get('/error', (c) => showError(c, knownError(c.req.query('error'))))
  return app
}

const isKnown = (name: string): name is PageError => Object.hasOwn(TEXTS, name)
const knownError = (name = ''): PageError => (isKnown(name) ? name : 'redirect_mismatch')

const Failed = ({ text }: { text: string }) => (
  <Page title="Error">
    <h1>Something is wrong</h1>
    <p>{text}</p>
  </Page>
)
