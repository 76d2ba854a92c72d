import { type Context, Hono } from 'hono'
import type { ServerContext } from '../context.js'
import { readAnswer, readPostedAssertion } from '../federation/ask-provider.js'
import { assertRecentSignIn } from '../federation/assert-recent-sign-in.js'
import { findProviderById, type IdentityProvider } from '../federation/identity-provider.js'
import type { Profile } from '../federation/profile.js'
import { ProviderError, providerErrorIn } from '../federation/provider-error.js'
import {
  findProviderRequest,
  type ProviderRequest,
  takeProviderRequest,
} from '../federation/provider-request.js'
import { signInFederated } from '../federation/sign-in-federated.js'
import { ErrorPage } from './authorize-errors.js'
import { readAuthorizeRequest } from './authorize-request.js'
import { finishRedirect, redirectSignedIn } from './finish-redirect.js'
import { readForm } from './form.js'
import { browserOf, OAUTH_RESPONSE, SAML_RESPONSE } from './go-to-provider.js'
import { type OAuthEnv, type OAuthRequest, pageCall } from './oauth-request.js'
import { openAnswer, type PostedAnswer, sealAnswer, type UnaskedAnswer } from './posted-answer.js'
import { redirectOfProvider } from './redirect-of-provider.js'
import { readUnaskedAnswer, useUnaskedAnswer } from './unasked-answer.js'
import { withRedirects } from './with-redirects.js'

export const IDP_RESPONSE_PATHS: readonly string[] = [OAUTH_RESPONSE, SAML_RESPONSE]

/**
 * Where providers send browsers back to. A form that another site's page posts comes without this server's cookies: it is
 * answered with an address of this server, which the browser opens with them. All that a browser has to show is checked
 * there.
 */
export function idpResponse(context: ServerContext): Hono<OAuthEnv> {
  const app = new Hono<OAuthEnv>()
  for (const path of IDP_RESPONSE_PATHS)
    app.get(
      path,
      withRedirects(context, async (c, oauth) => {
        const query = new URL(c.req.url).searchParams
        const reference = query.get('answer')
        if (reference !== null) return await audited(c, oauth, openAnswer(context, path, reference))
        if (path === SAML_RESPONSE) throw new ErrorPage('invalid_state')
        return await audited(c, oauth, answerOf(query))
      }),
    )
  const post = (
    path: string,
    read: (fields: URLSearchParams, oauth: OAuthRequest) => Promise<PostedAnswer | undefined>,
  ) =>
    app.post(
      path,
      withRedirects(context, async (c, oauth) => {
        const form = await readForm(c.req.raw)
        if (form.refused) return c.body(null, form.refused)
        const answer = await read(form.fields, oauth)
        const reference = answer && sealAnswer(context, path, answer)
        if (reference === undefined) throw new ErrorPage('invalid_state')
        return c.redirect(`${path}?answer=${reference}`, 303)
      }),
    )
  post(OAUTH_RESPONSE, async (fields) => answerOf(fields))
  post(SAML_RESPONSE, readAssertion)
  return app
}

function answerOf(fields: URLSearchParams): PostedAnswer | undefined {
  const [state, ...others] = fields.getAll('state')
  return state === undefined || others.length > 0 ? undefined : { state, fields: fields.toString() }
}

/** An assertion can be too long for an address. What it says is not, and is read before anything is remembered of it. */
async function readAssertion(
  fields: URLSearchParams,
  oauth: OAuthRequest,
): Promise<PostedAnswer | undefined> {
  const { context } = oauth
  const state = fields.get('RelayState') ?? ''
  const response = fields.get('SAMLResponse') ?? ''
  const asked = await findProviderRequest(context, state)
  if (!asked) return await readUnaskedAnswer(oauth, { relayState: state, response })
  const provider = await findProviderById(context, asked.userPoolId, asked.providerId)
  if (!provider) return undefined
  try {
    return { state, profile: await readPostedAssertion(context, provider, asked, response) }
  } catch (error) {
    const failed = providerErrorIn(error)
    if (!failed) throw error
    return { state, failed: failed.error, description: failed.message }
  }
}

const audited = (c: Context<OAuthEnv>, oauth: OAuthRequest, answer: PostedAnswer | undefined) =>
  oauth.audit.run('sign-in', 'ProviderSignIn', () => signIn(c, oauth, answer))

/**
 * The answer of a provider, in the browser that was sent there.
 *
 * @throws {ErrorPage} nothing was asked for with this state in this browser: no application is known that could be told
 */
async function signIn(
  c: Context<OAuthEnv>,
  oauth: OAuthRequest,
  answer: PostedAnswer | undefined,
): Promise<Response> {
  if (!answer) throw new ErrorPage('invalid_state')
  const { context } = oauth
  if ('unasked' in answer) {
    const { unasked: query, providerId } = answer
    const asked = { query, providerId, askedAt: context.clock.now() }
    return await finishSignIn(c, oauth, asked, (provider) => useUnaskedAnswer(oauth, provider, answer))
  }
  const browser = browserOf(c, oauth)
  const asked = browser === undefined ? undefined : await takeProviderRequest(context, browser, answer.state)
  if (!asked) throw new ErrorPage('invalid_state')
  return await finishSignIn(c, oauth, asked, (provider) => profileOf(context, provider, asked, answer))
}

async function finishSignIn(
  c: Context<OAuthEnv>,
  oauth: OAuthRequest,
  asked: Pick<ProviderRequest, 'query' | 'providerId' | 'askedAt'>,
  read: (provider: IdentityProvider) => Promise<Profile>,
): Promise<Response> {
  // What was checked then is checked again: the client may have changed meanwhile.
  const checked = await readAuthorizeRequest(oauth, new URLSearchParams(asked.query))
  const { pool, request } = checked
  try {
    const provider = await findProviderById(oauth.context, pool.id, asked.providerId)
    if (!provider) throw new ErrorPage('invalid_state')
    const profile = await read(provider)
    const call = pageCall(oauth, checked, 'ProviderSignIn')
    assertRecentSignIn(provider, profile, asked, request)
    const finish = finishRedirect(call, request, provider.name, profile)
    const signedIn = await signInFederated(call, provider, profile, finish)
    return await redirectSignedIn(c, oauth, call, request, signedIn)
  } catch (error) {
    throw redirectOfProvider(oauth, checked, error)
  }
}

async function profileOf(
  context: ServerContext,
  provider: IdentityProvider,
  asked: ProviderRequest,
  answer: Exclude<PostedAnswer, UnaskedAnswer>,
): Promise<Profile> {
  if ('failed' in answer) throw new ProviderError(answer.description, { error: answer.failed })
  if ('profile' in answer) return answer.profile
  return await readAnswer(context, provider, asked, answer.state, new URLSearchParams(answer.fields))
}
