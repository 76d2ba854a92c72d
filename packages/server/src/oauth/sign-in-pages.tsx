import { isFlowEnabled } from '../clients/auth-flows.js'
import { POOL_ITSELF, takesUsersOf } from '../clients/supported-providers.js'
import { answer } from '../flows/answer.js'
import { begin, beginUnnamed } from '../flows/begin.js'
import { unnamedOffer } from '../flows/unnamed.js'
import { rulesOf } from '../pools/rules.js'
import * as c from '../wire/constraints.js'
import { isOfShape } from '../wire/parse.js'
import { required, structure } from '../wire/shape.js'
import { findBrowserSession } from './browser-session.js'
import { nameKind } from './name-kind.js'
import { callOf, type PageRequest, show } from './page-request.js'
import type { Message } from './pages/form.js'
import type { PasskeyRequest } from './pages/passkey.js'
import { BeginSignIn, ChooseProvider, SignIn } from './pages/sign-in.js'
import { shownProviders } from './shown-providers.js'
import {
  failure,
  finishOf,
  goOnAsSignedIn,
  goOnWith,
  otherPage,
  passkeyOptions,
  stepOf,
} from './sign-in-outcome.js'
import { forgetStep, readStep, toldBy } from './step-cookie.js'

/** Where a sign-in begins. */
export async function showSignIn(page: PageRequest): Promise<Response> {
  const step = readStep(page)
  forgetStep(page)
  const username = page.request.loginHint ?? step?.username
  return await showForm(page, username, page.told ?? (step && toldBy(page.view.texts, step)))
}

async function showForm(
  page: PageRequest,
  username: string | undefined,
  message: Message | undefined,
): Promise<Response> {
  const { view, pool, client } = page
  const rules = rulesOf(pool)
  const { providers, leadTo } = await shownProviders(page.oauth.context, client)
  const props = {
    view,
    kind: nameKind(pool),
    username,
    message,
    providers,
    signUp: rules.selfSignUp,
    forgot: rules.recovery.bySelf,
    signedInAs: await signedInAs(page),
  }
  if (!takesUsersOf(client, POOL_ITSELF)) return await show(page, <ChooseProvider {...props} />, leadTo)
  return leavesChoice(page)
    ? await show(page, <BeginSignIn {...props} passkey={await passkeyOfAnybody(page)} />, leadTo)
    : await show(page, <SignIn {...props} />, leadTo)
}

/** Whether users say first who they are, and then choose how to prove it. */
const leavesChoice = ({ client }: PageRequest): boolean => isFlowEnabled(client, 'USER_AUTH')

/** What the browser needs to offer passkeys before a username was entered. */
async function passkeyOfAnybody(page: PageRequest): Promise<PasskeyRequest | undefined> {
  const call = callOf(page, 'SignIn')
  if (!unnamedOffer(call)) return undefined
  const asked = await beginUnnamed(call)
  if (asked.is !== 'challenge') return undefined
  const options = passkeyOptions(asked.show)
  return options && { options, session: asked.sealed }
}

/** The user who has signed in with this browser, if the application does not ask for another proof. */
async function signedInAs(page: PageRequest): Promise<string | undefined> {
  const { c, oauth, pool, request } = page
  if (request.prompts.includes('login') || request.maxAge !== undefined) return undefined
  const session = await findBrowserSession(c, oauth, page)
  if (!session) return undefined
  const { username, attributes } = session.user
  // A username that was made up tells the user nothing.
  return rulesOf(pool).usernameAttributes.length > 0
    ? (attributes.email ?? attributes.phone_number)
    : username
}

const Username = structure({ username: required(c.Username) })

/** The name, and the password or passkey if the form has one. */
export async function postSignIn(page: PageRequest, fields: URLSearchParams): Promise<Response> {
  // First: the button of a provider bears its name, whatever that is.
  const provider = fields.get('identity_provider')
  if (provider !== null) return goOnAt(page, provider)
  const user = fields.get('continue')
  if (user !== null) {
    // Another one may have signed in since the page was shown.
    if (user === (await signedInAs(page))) return goOnAsSignedIn(page)
    return await showForm(page, undefined, { is: 'late', text: page.view.texts.formExpired })
  }
  if (!takesUsersOf(page.client, POOL_ITSELF)) return await showForm(page, undefined, undefined)
  const call = callOf(page, 'SignIn')
  const username = fields.get('username')?.trim() ?? ''
  const password = fields.get('password') ?? ''
  const credential = fields.get('credential')
  const finish = finishOf(page, call)
  if (!credential && !isOfShape(Username, { username }))
    return await showForm(page, username, { is: 'bad', text: page.view.texts.errors.incorrect })
  const signIn = async () => {
    if (credential) {
      const outcome = await answer(call, 'WEB_AUTHN', fields.get('session') ?? '', '', { credential }, finish)
      return await goOnWith(page, call, outcome, outcome.is === 'signed in' ? outcome.user.username : '')
    }
    if (!leavesChoice(page) || password !== '') {
      const outcome = await begin(call, 'PASSWORD', username, { password }, finish)
      return await goOnWith(page, call, outcome, username)
    }
    const outcome = await begin(call, 'CHOICE', username, {}, finish)
    if (outcome.is === 'signed in' || outcome.name !== 'SELECT_CHALLENGE')
      return await goOnWith(page, call, outcome, username)
    const step = stepOf(outcome, username)
    const [only, ...others] = step.offered ?? []
    // A code is sent at once where there is no other way to sign in.
    if (only !== undefined && others.length === 0 && only !== 'PASSWORD' && only !== 'WEB_AUTHN') {
      const chosen = await answer(call, 'SELECT_CHALLENGE', step.session, username, { choice: only }, finish)
      return await goOnWith(page, call, chosen, username, step)
    }
    return await goOnWith(page, call, outcome, username)
  }
  try {
    return await call.audit.run('sign-in', call.operation, signIn)
  } catch (error) {
    const refused = otherPage(page, call, error, username)
    if (refused instanceof Response) return refused
    return await showForm(page, username, failure(page, refused))
  }
}

/** The button of a provider: what it may be is checked where the request begins. */
function goOnAt({ c, request }: PageRequest, provider: string): Response {
  const query = new URLSearchParams(request.query)
  query.delete('idp_identifier')
  query.set('identity_provider', provider)
  return c.redirect(`/oauth2/authorize?${query}`, 302)
}
