import { type Handler, Hono } from 'hono'
import { POOL_ITSELF, takesUsersOf } from '../clients/supported-providers.js'
import type { ServerContext } from '../context.js'
import { isOwnForm } from './csrf.js'
import {
  postFactorChoice,
  postFirstFactor,
  postSecondFactor,
  postSetUp,
  showFactorChoice,
  showFirstFactor,
  showSecondFactor,
  showSetUp,
} from './factor-pages.js'
import { readForm } from './form.js'
import type { OAuthEnv, OAuthRequest } from './oauth-request.js'
import { goTo, openPage, type PageRequest } from './page-request.js'
import { CHOOSE_FACTOR, FIRST_FACTOR, SECOND_FACTOR, SET_UP_FACTOR } from './pages/factors.js'
import { ADD_PASSKEY } from './pages/passkey.js'
import { OFFER_PASSKEY } from './passkey-offer.js'
import { postAddPasskey, postOfferedPasskey, showAddPasskey, showOfferedPasskey } from './passkey-pages.js'
import {
  postForgotPassword,
  postNewPassword,
  postResetPassword,
  showForgotPassword,
  showNewPassword,
  showResetPassword,
} from './password-pages.js'
import { postSignIn, showSignIn } from './sign-in-pages.js'
import { postConfirm, postResend, postSignUp, showConfirm, showSignUp } from './sign-up-pages.js'
import { readStep } from './step-cookie.js'
import { withRedirects } from './with-redirects.js'

/** A page: what it shows, and what its form does. */
interface ManagedPage {
  /** Whether the browser has to be between two pages to be here. */
  readonly isOfStep?: boolean
  show(page: PageRequest): Promise<Response>
  post(page: PageRequest, fields: URLSearchParams): Promise<Response>
}

const ofStep = (page: ManagedPage): ManagedPage => ({ ...page, isOfStep: true })

const resetPassword = ofStep({ show: showResetPassword, post: postResetPassword })

/** The pages by path. Links of the service's own pages and its documentation write one of them differently. */
const PAGES: Readonly<Record<string, ManagedPage>> = {
  '/login': { show: showSignIn, post: postSignIn },
  [FIRST_FACTOR]: ofStep({ show: showFirstFactor, post: postFirstFactor }),
  [CHOOSE_FACTOR]: ofStep({ show: showFactorChoice, post: postFactorChoice }),
  [SECOND_FACTOR]: ofStep({ show: showSecondFactor, post: postSecondFactor }),
  [SET_UP_FACTOR]: ofStep({ show: showSetUp, post: postSetUp }),
  '/changePassword': ofStep({ show: showNewPassword, post: postNewPassword }),
  '/signup': { show: showSignUp, post: postSignUp },
  '/confirm': ofStep({ show: showConfirm, post: postConfirm }),
  '/resendcode': ofStep({ show: showConfirm, post: postResend }),
  '/forgotPassword': { show: showForgotPassword, post: postForgotPassword },
  '/confirmforgotPassword': resetPassword,
  '/confirmForgotPassword': resetPassword,
  '/resetPassword': resetPassword,
  [OFFER_PASSKEY]: { show: showOfferedPasskey, post: postOfferedPasskey },
  [ADD_PASSKEY]: { show: showAddPasskey, post: postAddPasskey },
}

export const MANAGED_LOGIN_PATHS: readonly string[] = Object.keys(PAGES)

/**
 * The pages on which users sign in, sign up and reset their passwords. They work without scripts, except for passkeys. Each
 * calls the same flow as the API, and adds no rules.
 */
export function managedLogin(context: ServerContext): Hono<OAuthEnv> {
  const app = new Hono<OAuthEnv>()
  for (const [path, page] of Object.entries(PAGES)) {
    const handle = (
      work: (open: () => Promise<PageRequest>, request: OAuthRequest) => Promise<Response>,
    ): Handler<OAuthEnv> =>
      withRedirects(context, (c, request) =>
        work(async () => {
          const opened = await openPage(c, request, new URL(c.req.url).searchParams)
          if (!page.isOfStep) return opened
          return { ...opened, view: { ...opened.view, user: readStep(opened)?.username } }
        }, request),
      )
    const isForOwn = path !== '/login' && path !== ADD_PASSKEY
    const elsewhere = (opened: PageRequest) =>
      isForOwn && !takesUsersOf(opened.client, POOL_ITSELF) ? goTo(opened, '/login') : undefined
    app.get(
      path,
      handle(async (open) => {
        const opened = await open()
        return elsewhere(opened) ?? (await page.show(opened))
      }),
    )
    app.post(
      path,
      handle(async (open, request) => {
        const opened = await open()
        const away = elsewhere(opened)
        if (away) return away
        const { c, pool, view } = opened
        const form = await readForm(c.req.raw)
        if (form.refused) return c.body(null, form.refused)
        // A browser is at one step, however many tabs it has. What was entered for one user is not for another.
        const isForUser = !page.isOfStep || (form.fields.get('page_user') ?? view.user) === view.user
        if (isForUser && isOwnForm(c, request, pool.id, form.fields))
          return await page.post(opened, form.fields)
        return await page.show({ ...opened, status: 403, told: { is: 'late', text: view.texts.formExpired } })
      }),
    )
  }
  return app
}
