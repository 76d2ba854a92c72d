import { type Context, Hono } from 'hono'
import type { ServerContext } from '../context.js'
import { readAnswer } from '../federation/ask-provider.js'
import { providersOfPool } from '../federation/identity-provider.js'
import { takeProviderRequest } from '../federation/provider-request.js'
import { signInFederated } from '../federation/sign-in-federated.js'
import { ErrorPage } from './authorize-errors.js'
import { readAuthorizeRequest } from './authorize-request.js'
import { finishRedirect, redirectSignedIn } from './finish-redirect.js'
import { browserOf, OAUTH_RESPONSE } from './go-to-provider.js'
import { type OAuthEnv, type OAuthRequest, pageCall } from './oauth-request.js'
import { redirectOfProvider } from './redirect-of-provider.js'
import { withRedirects } from './with-redirects.js'

export const IDP_RESPONSE_PATHS: readonly string[] = [OAUTH_RESPONSE]

/** Where providers send browsers back to. */
export function idpResponse(context: ServerContext): Hono<OAuthEnv> {
  const app = new Hono<OAuthEnv>()
  app.get(
    OAUTH_RESPONSE,
    withRedirects(context, (c, oauth) => signIn(c, oauth, new URL(c.req.url).searchParams)),
  )
  return app
}

/**
 * The answer of a provider, in the browser that was sent there.
 *
 * @throws {ErrorPage} nothing was asked for with this state in this browser: no application is known that could be told
 */
async function signIn(c: Context<OAuthEnv>, oauth: OAuthRequest, answer: URLSearchParams): Promise<Response> {
  const { context } = oauth
  const [state = '', ...others] = answer.getAll('state')
  const browser = browserOf(c)
  const asked =
    browser === undefined || others.length > 0
      ? undefined
      : await takeProviderRequest(context, browser, state)
  if (!asked) throw new ErrorPage('invalid_state')
  // What was checked then is checked again: the client may have changed meanwhile.
  const checked = await readAuthorizeRequest(oauth, new URLSearchParams(asked.query))
  const { pool, request } = checked
  try {
    const providers = await providersOfPool(context, context.db, asked.userPoolId)
    const provider = providers.find(({ id }) => id === asked.providerId)
    if (!provider || pool.id !== asked.userPoolId) throw new ErrorPage('invalid_state')
    const profile = await readAnswer(context, provider, asked, state, answer)
    const call = pageCall(oauth, checked, 'ProviderSignIn')
    const signedIn = await signInFederated(call, provider, profile, finishRedirect(call, request))
    return await redirectSignedIn(c, oauth, call, request, signedIn)
  } catch (error) {
    throw redirectOfProvider(oauth, checked, error)
  }
}
