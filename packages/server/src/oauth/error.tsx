import { Hono } from 'hono'
import type { PageError } from './authorize-errors.js'
import type { OAuthEnv } from './oauth-request.js'
import { PAGE_HEADERS, Page } from './pages/page.js'

/** What each error of a request says that cannot be sent back to the application. Nothing else of the address is shown. */
const TEXTS: Readonly<Record<PageError, string>> = {
  'Client does not exist': 'Client does not exist.',
  redirect_mismatch: 'An error was encountered with the requested page.',
  unauthorized_client: 'The client is not one of this domain.',
}

/** The page that a request is sent to which cannot be sent back to the application. */
export function errorPage(): Hono<OAuthEnv> {
  const app = new Hono<OAuthEnv>()
  app.get('/error', (c) => {
    const error = c.req.query('error') ?? ''
    const text = Object.entries(TEXTS).find(([name]) => name === error)?.[1] ?? TEXTS.redirect_mismatch
    return c.html(<Failed text={text} />, 400, PAGE_HEADERS)
  })
  return app
}

const Failed = ({ text }: { text: string }) => (
  <Page title="Error">
    <h1>Something is wrong</h1>
    <p>{text}</p>
  </Page>
)
