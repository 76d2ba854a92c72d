import { type Context, Hono } from 'hono'
import type { ServerContext } from '../context.js'
import { ServiceError } from '../errors.js'
import { stampOf } from '../flows/attempt.js'
import { noteSsoUse } from '../tokens/session-activity.js'
import { findUserForUpdate } from '../users/user.js'
import { RedirectError } from './authorize-errors.js'
import { type CheckedRequest, readAuthorizeRequest } from './authorize-request.js'
import { findBrowserSession } from './browser-session.js'
import { grant, redirectSignedIn } from './finish-redirect.js'
import { readForm } from './form.js'
import { goToProvider } from './go-to-provider.js'
import { type OAuthEnv, type OAuthRequest, pageCall } from './oauth-request.js'
import { redirectOfTrigger } from './redirect-of-trigger.js'
import { withRedirects } from './with-redirects.js'

/**
 * Where a sign-in by redirect begins: a browser that has signed in goes straight back to the application, and others are
 * sent to the page that signs them in. A form may bring the parameters too (OpenID Connect Core section 3.1.2.1).
 */
export function authorize(context: ServerContext): Hono<OAuthEnv> {
  const app = new Hono<OAuthEnv>()
  const begin = async (c: Context<OAuthEnv>, request: OAuthRequest, query: URLSearchParams) => {
    const checked = await readAuthorizeRequest(request, query)
    const { provider, request: asked } = checked
    // The provider has its own sessions, and knows best which user is there.
    if (provider && !asked.prompts.includes('none')) return await goToProvider(c, request, checked, provider)
    const answer = await answerBySso(c, request, checked)
    if (answer) return answer
    if (asked.prompts.includes('none'))
      throw new RedirectError(
        { error: 'login_required' },
        { ...asked, issuer: context.issuer(checked.pool.id) },
      )
    return c.redirect(`/login?${asked.query}`, 302)
  }
  app.get(
    '/oauth2/authorize',
    withRedirects(context, (c, request) => begin(c, request, new URL(c.req.url).searchParams)),
  )
  app.post(
    '/oauth2/authorize',
    withRedirects(context, async (c, request) => {
      const form = await readForm(c.req.raw)
      return form.refused ? c.body(null, form.refused) : await begin(c, request, form.fields)
    }),
  )
  return app
}

/** @returns nothing where the user has to sign in */
async function answerBySso(
  c: Context<OAuthEnv>,
  request: OAuthRequest,
  checked: CheckedRequest,
): Promise<Response | undefined> {
  const { context } = request
  const { pool, request: asked } = checked
  if (asked.prompts.some((prompt) => prompt === 'login' || prompt === 'select_account')) return undefined
  const session = await findBrowserSession(c, request, checked)
  if (!session) return undefined
  const { user, authTime } = session
  if (asked.maxAge !== undefined && authTime + asked.maxAge < context.clock.now()) return undefined
  const call = pageCall(request, checked, 'Authorize')
  call.about(user.id)
  const result = await context.db.transaction().execute(async (tx) => {
    const current = await findUserForUpdate(tx, pool.id, user.id)
    // A reset of the password ends the session: no tokens are granted after it.
    if (!current?.enabled || stampOf(current) !== stampOf(user)) return undefined
    // Nor is a session that was revoked.
    if (!(await noteSsoUse(call, tx, session.hash))) return undefined
    return await grant(call, tx, asked, current, session)
  })
  if (!result) return undefined
  try {
    return await call.audit.run('sign-in', call.operation, () =>
      redirectSignedIn(c, request, call, asked, { user, result }),
    )
  } catch (error) {
    throw (error instanceof ServiceError && redirectOfTrigger(call, asked, error)) || error
  }
}
