import { type Context, Hono } from 'hono'
import type { ServerContext } from '../context.js'
import { ServiceError } from '../errors.js'
import { begin } from '../flows/begin.js'
import { RedirectError } from './authorize-errors.js'
import { type CheckedRequest, readAuthorizeRequest } from './authorize-request.js'
import { csrfToken, isOwnForm } from './csrf.js'
import { finishRedirect, redirectSignedIn } from './finish-redirect.js'
import { readForm } from './form.js'
import { type OAuthEnv, type OAuthRequest, pageCall } from './oauth-request.js'
import { Page, pageHeaders } from './pages/page.js'
import { redirectOfTrigger } from './redirect-of-trigger.js'
import { withRedirects } from './with-redirects.js'

/** The page that signs a user in with a password. It takes the parameters of an authorization request itself. */
export function login(context: ServerContext): Hono<OAuthEnv> {
  const app = new Hono<OAuthEnv>()
  const show = (
    c: Context<OAuthEnv>,
    request: OAuthRequest,
    { pool, request: asked }: CheckedRequest,
    typed: string | undefined,
    problem?: string,
  ) =>
    c.html(
      <Login
        action={`/login?${asked.query}`}
        csrf={csrfToken(c, request, pool.id)}
        username={typed}
        problem={problem}
      />,
      200,
      pageHeaders({ formsLeadTo: [targetOf(asked.redirectUri)] }),
    )
  app.get(
    '/login',
    withRedirects(context, async (c, request) => {
      const checked = await readAuthorizeRequest(request, new URL(c.req.url).searchParams)
      return show(c, request, checked, checked.request.loginHint)
    }),
  )
  app.post(
    '/login',
    withRedirects(context, async (c, request) => {
      const checked = await readAuthorizeRequest(request, new URL(c.req.url).searchParams)
      const form = await readForm(c.req.raw)
      if (form.refused) return c.body(null, form.refused)
      const { fields } = form
      const username = fields.get('username') ?? ''
      if (!isOwnForm(c, request, checked.pool.id, fields))
        return show(c, request, checked, username, 'The form was too old. Try again.')
      const call = pageCall(request, checked, 'Login')
      const responses = { password: fields.get('password') ?? '' }
      try {
        const outcome = await begin(
          call,
          'PASSWORD',
          username,
          responses,
          finishRedirect(call, checked.request),
        )
        if (outcome.is === 'signed in')
          return await redirectSignedIn(c, request, call, checked.request, outcome)
        throw new RedirectError(
          { error: 'server_error', description: `This server has no page for ${outcome.name} yet` },
          { ...checked.request, issuer: context.issuer(checked.pool.id) },
        )
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error
        const redirect = redirectOfTrigger(call, checked.request, error)
        if (redirect) throw redirect
        return show(c, request, checked, username, error.message)
      }
    }),
  )
  return app
}

/** Chromium holds what a form redirects to against the policy of its page. */
const targetOf = (redirectUri: string): string => {
  const { protocol, origin } = new URL(redirectUri)
  return origin === 'null' ? protocol : origin
}

const Login = (props: {
  action: string
  csrf: string
  username: string | undefined
  problem: string | undefined
}) => (
  <Page title="Sign in">
    <h1>Sign in</h1>
    <form action={props.action} method="post" name="cognitoSignInForm">
      <input type="hidden" name="_csrf" value={props.csrf} />
      <label>
        Username
        <input id="signInFormUsername" name="username" value={props.username ?? ''} />
      </label>
      <label>
        Password
        <input id="signInFormPassword" name="password" type="password" />
      </label>
      <input name="signInSubmitButton" type="Submit" value="Sign in" />
    </form>
    {props.problem !== undefined && <p id="loginErrorMessage">{props.problem}</p>}
  </Page>
)
