import { type Context, Hono } from 'hono'
import type { ServerContext } from '../context.js'
import { findProviderById } from '../federation/identity-provider.js'
import { providerErrorIn } from '../federation/provider-error.js'
import { takeSignOutRequest } from '../federation/provider-request.js'
import { readSignOutAnswer, type SignOutMessage } from '../federation/saml-sign-out.js'
import { ErrorPage } from './authorize-errors.js'
import { readForm } from './form.js'
import { goOnSigningOut } from './logout.js'
import type { OAuthEnv, OAuthRequest } from './oauth-request.js'
import { SAML_SIGN_OUT } from './sign-out-elsewhere.js'
import { withRedirects } from './with-redirects.js'

/**
 * Where a provider of SAML sends the browser back to, once it has signed the user out. As in the service, sign-outs that
 * begin at the provider are not taken.
 */
export function samlLogout(context: ServerContext): Hono<OAuthEnv> {
  const app = new Hono<OAuthEnv>()
  app.get(
    SAML_SIGN_OUT,
    withRedirects(context, async (c, oauth) => {
      const { search, searchParams } = new URL(c.req.url)
      const state = searchParams.get('RelayState') ?? ''
      return await goOn(c, oauth, state, { binding: 'Redirect', query: search.slice(1) })
    }),
  )
  app.post(
    SAML_SIGN_OUT,
    withRedirects(context, async (c, oauth) => {
      const form = await readForm(c.req.raw)
      if (form.refused) return c.body(null, form.refused)
      const response = form.fields.get('SAMLResponse') ?? ''
      return await goOn(c, oauth, form.fields.get('RelayState') ?? '', { binding: 'POST', response })
    }),
  )
  return app
}

async function goOn(
  c: Context<OAuthEnv>,
  oauth: OAuthRequest,
  state: string,
  message: SignOutMessage,
): Promise<Response> {
  const { context, explain } = oauth
  const asked = await takeSignOutRequest(context, state)
  const provider = asked && (await findProviderById(context, asked.userPoolId, asked.providerId))
  if (!provider) throw new ErrorPage('sign_out_unconfirmed')
  try {
    const isSignedOut = await readSignOutAnswer(context, provider, asked, message)
    // The user is signed out here, and has to get back in any case.
    if (!isSignedOut) explain(`${provider.name} has not signed the user out.`)
  } catch (error) {
    const failed = providerErrorIn(error)
    if (!failed) throw error
    explain(failed.message)
    throw new ErrorPage('sign_out_unconfirmed')
  }
  return await goOnSigningOut(c, oauth, new URLSearchParams(asked.query))
}
