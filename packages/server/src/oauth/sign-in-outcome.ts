import type { Call } from '../clients/call.js'
import { POOL_ITSELF } from '../clients/supported-providers.js'
import { errors, ServiceError } from '../errors.js'
import type { ChallengeOutcome } from '../flows/ask.js'
import type { AskedName } from '../flows/attempt.js'
import type { Finish, Outcome } from '../flows/proceed.js'
import type { Shown } from '../flows/step.js'
import { createSsoSession } from '../tokens/sso-session.js'
import { codeDeliveryDetails } from '../users/code-destination.js'
import type { FirstFactor } from '../users/first-factors.js'
import { setSsoCookie } from './cookies.js'
import { type FinishedRedirect, finishRedirect, redirectSignedIn } from './finish-redirect.js'
import { goTo, type PageRequest } from './page-request.js'
import { errorText } from './pages/error-text.js'
import { FIRST_FACTOR, type PageFactor, SECOND_FACTOR, SET_UP_FACTOR } from './pages/factors.js'
import type { Message } from './pages/form.js'
import { OFFER_PASSKEY, offersPasskey } from './passkey-offer.js'
import { redirectOfTrigger } from './redirect-of-trigger.js'
import { type Done, forgetStep, keepStep, type PageStep } from './step-cookie.js'

export type PageOutcome = Outcome<FinishedRedirect>
export type ChallengeStep = PageStep & { readonly is: 'challenge' }

/** What a sign-in on this page ends in. */
export const finishOf =
  (page: PageRequest, call: Call): Finish<FinishedRedirect> =>
  async (tx, user, attempt) => {
    if (await offersPasskey(page, tx, user, attempt)) {
      const signedIn = { provider: POOL_ITSELF, authTime: call.context.clock.now() }
      return { sso: await createSsoSession(call, tx, user, signedIn), offersPasskey: true }
    }
    return await finishRedirect(call, page.request, POOL_ITSELF)(tx, user, attempt)
  }

/** Sends the browser where a sign-in has come to: back to the application, or to the page of the next challenge. */
export async function goOnWith(
  page: PageRequest,
  call: Call,
  outcome: PageOutcome,
  username: string,
  before?: ChallengeStep,
): Promise<Response> {
  if (outcome.is === 'challenge') {
    call.audit.note({ challenge: outcome.name })
    const step = stepOf(outcome, username, before)
    keepStep(page, step)
    return goTo(page, pathOf(step))
  }
  forgetStep(page)
  if (outcome.result.offersPasskey) {
    setSsoCookie(page.c, page.oauth, page.pool.id, outcome.result.sso)
    return goTo(page, OFFER_PASSKEY)
  }
  return await redirectSignedIn(page.c, page.oauth, call, page.request, outcome)
}

/** What has to be kept of a challenge for its page. */
export function stepOf(outcome: ChallengeOutcome, username: string, before?: ChallengeStep): ChallengeStep {
  const { name, show, sealed: session } = outcome
  const offered = 'offered' in show ? show.offered.filter(isOfPages) : before?.offered
  const choice = choiceBehind(name, before)
  return {
    is: 'challenge',
    name,
    session,
    username,
    ...(isFirstFactor(name, before) && { offered }),
    ...('to' in show && { destination: codeDeliveryDetails(show.to).Destination }),
    ...('of' in show && { of: show.of }),
    ...(choice && { choice }),
    ...('missing' in show && { missing: show.missing }),
  }
}

/** A page takes the password itself. */
const isOfPages = (factor: FirstFactor): factor is PageFactor => factor !== 'PASSWORD_SRP'

const FIRST_FACTORS: readonly AskedName[] = ['SELECT_CHALLENGE', 'PASSWORD', 'SMS_OTP', 'WEB_AUTHN']

/** What follows the choice of a first factor is one: a code by e-mail could be a second one as well. */
const isFirstFactor = (name: AskedName, before: ChallengeStep | undefined): boolean =>
  FIRST_FACTORS.includes(name) || before?.offered !== undefined

/** The choice that a second factor came of, or its set-up. */
function choiceBehind(name: AskedName, before: ChallengeStep | undefined): ChallengeStep['choice'] {
  if (!before || !SECOND_FACTORS.includes(name)) return undefined
  return before.name === 'SELECT_MFA_TYPE' || before.name === 'MFA_SETUP' ? before.name : before.choice
}

const SECOND_FACTORS: readonly AskedName[] = ['SMS_MFA', 'EMAIL_OTP', 'SOFTWARE_TOKEN_MFA']

const PATHS: { readonly [N in AskedName]?: string } = {
  NEW_PASSWORD_REQUIRED: '/changePassword',
  SMS_MFA: SECOND_FACTOR,
  EMAIL_OTP: SECOND_FACTOR,
  SOFTWARE_TOKEN_MFA: SECOND_FACTOR,
  SELECT_MFA_TYPE: SECOND_FACTOR,
  MFA_SETUP: SET_UP_FACTOR,
}

/** Where the page of a step is. */
export function pathOf(step: PageStep): string {
  switch (step.is) {
    case 'challenge':
      return (step.offered ? undefined : PATHS[step.name]) ?? FIRST_FACTOR
    case 'sign-up':
      return '/confirm'
    case 'reset':
      return '/confirmforgotPassword'
    case 'told':
      return '/login'
  }
}

/** What is told above a form. */
export const failure = ({ view }: PageRequest, error: ServiceError): Message => ({
  is: 'bad',
  text: errorText(view.texts, error),
})

/**
 * What a refusal of a sign-in leads to.
 *
 * @returns another page, or the refusal if the current page shows it
 * @throws {RedirectError} a function of the pool has refused, as the application is told
 * @throws what is no refusal
 */
export function otherPage(
  page: PageRequest,
  call: Call,
  error: unknown,
  username: string,
): Response | ServiceError {
  if (!(error instanceof ServiceError)) throw error
  const toStep = (step: Parameters<typeof keepStep>[1]) => {
    keepStep(page, step)
    return goTo(page, pathOf(step))
  }
  if (error.name === 'UserNotConfirmedException') return toStep({ is: 'sign-up', username, own: false })
  if (error.name === 'PasswordResetRequiredException')
    return toStep({ is: 'reset', username, told: 'resetRequired' })
  if (isOver(error))
    return toStep({ is: 'told', username, told: hasExpired(error) ? 'signInExpired' : 'signInEnded' })
  // The function has refused the password of another directory: the user can enter another one.
  const redirect = error.message.startsWith('UserMigration ')
    ? undefined
    : redirectOfTrigger(call, page.request, error)
  if (redirect) throw redirect
  return error
}

/** Leads to the sign-in page, which says what was done. */
export function signInNext(page: PageRequest, username: string, done: Done): Response {
  keepStep(page, { is: 'told', username, told: done })
  return goTo(page, '/login')
}

/**
 * What a refusal of the sign-in that follows a sign-up or a reset leads to: that much is done, however the sign-in ended.
 *
 * @throws as `otherPage`
 */
export function pageAfter(
  done: Done,
  page: PageRequest,
  call: Call,
  error: unknown,
  username: string,
): Response {
  const isEnded = error instanceof ServiceError && isOver(error)
  const refused = isEnded ? error : otherPage(page, call, error, username)
  return refused instanceof Response ? refused : signInNext(page, username, done)
}

/** The session has expired, was used, or is over for another reason. */
const isOver = ({ message }: ServiceError): boolean => message.startsWith('Invalid session')

const hasExpired = ({ message }: ServiceError): boolean => message === errors.sessionExpired().message

/** A challenge's way of showing a passkey. */
export const passkeyOptions = (show: Shown[AskedName]) => ('options' in show ? show.options : undefined)

/** The SSO session signs in at /oauth2/authorize, once nothing asks for a page. */
export function goOnAsSignedIn({ c, request }: PageRequest): Response {
  const query = new URLSearchParams(request.query)
  query.delete('prompt')
  return c.redirect(`/oauth2/authorize?${query}`, 302)
}
