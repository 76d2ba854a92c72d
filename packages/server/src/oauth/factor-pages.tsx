import { challengeLifetime } from '../clients/lifetimes.js'
import { answer } from '../flows/answer.js'
import { askAgain } from '../flows/ask-again.js'
import { FACTOR_CHALLENGE } from '../flows/decide.js'
import { newTokenIn, openSetUp, proveTokenIn } from '../flows/set-up.js'
import { rulesOf } from '../pools/rules.js'
import type { SecondFactor } from '../users/mfa-settings.js'
import { codeOf } from './form.js'
import { callOf, goTo, type PageRequest, show } from './page-request.js'
import { errorText } from './pages/error-text.js'
import {
  BackToChoice,
  CHOOSE_FACTOR,
  ChooseFirstFactor,
  ChooseSecondFactor,
  ChooseSetUp,
  EnterCode,
  EnterPassword,
  FIRST_FACTOR,
  OtherFirstFactors,
  SECOND_FACTOR,
  SET_UP_FACTOR,
  SetUpAddress,
  SetUpApp,
} from './pages/factors.js'
import type { Message } from './pages/form.js'
import { UsePasskey } from './pages/passkey.js'
import {
  type ChallengeStep,
  failure,
  finishOf,
  goOnWith,
  otherPage,
  passkeyOptions,
  pathOf,
  stepOf,
} from './sign-in-outcome.js'
import { keepStep, readStep, toldBy } from './step-cookie.js'

/** What is shown anew after an answer that was not right. */
interface Again {
  readonly error?: string | undefined
  readonly message?: Message | undefined
  readonly value?: string | undefined
}

/**
 * The challenge that a page of this path shows.
 *
 * @returns where else the browser has to go, where it is at none or at another
 */
function challengeAt(page: PageRequest, ...paths: readonly string[]): ChallengeStep | Response {
  const step = readStep(page)
  if (!step) return goTo(page, '/login')
  return step.is === 'challenge' && paths.includes(pathOf(step)) ? step : goTo(page, pathOf(step))
}

/** The first factor that the user has chosen, or is most likely to. */
export async function showFirstFactor(page: PageRequest): Promise<Response> {
  const step = challengeAt(page, FIRST_FACTOR)
  return step instanceof Response ? step : await showFirst(page, step, { message: toldOf(page) })
}

const toldOf = (page: PageRequest): Message | undefined => {
  const step = readStep(page)
  return page.told ?? (step && toldBy(page.view.texts, step))
}

async function showFirst(page: PageRequest, step: ChallengeStep, again: Again = {}): Promise<Response> {
  const { view, client, pool } = page
  const { name, username, offered = [], destination } = step
  const canChoose = offered.length > 1
  switch (name) {
    case 'EMAIL_OTP':
    case 'SMS_OTP':
      return await show(
        page,
        <EnterCode
          view={view}
          path={FIRST_FACTOR}
          by={name === 'EMAIL_OTP' ? 'email' : 'sms'}
          destination={destination}
          minutes={challengeLifetime(client) / 60_000}
          error={again.error}
          message={again.message}
          again={{ path: CHOOSE_FACTOR, fields: { choice: name } }}
          other={canChoose && <OtherFirstFactors view={view} />}
        />,
      )
    case 'PASSWORD':
    case 'SELECT_CHALLENGE':
      if (!offered.includes('PASSWORD')) return await showChoice(page, step, again)
      return await show(
        page,
        <EnterPassword
          view={view}
          username={username}
          canChoose={canChoose}
          forgot={rulesOf(pool).recovery.bySelf}
          message={again.message}
        />,
      )
    default:
      // What a passkey is asked for by was shown once.
      return await showChoice(page, step, again)
  }
}

const showChoice = (page: PageRequest, { username, offered = [] }: ChallengeStep, { message }: Again) =>
  show(page, <ChooseFirstFactor view={page.view} username={username} offered={offered} message={message} />)

/** The answer to it: a password, a code or a passkey. */
export async function postFirstFactor(page: PageRequest, fields: URLSearchParams): Promise<Response> {
  const step = challengeAt(page, FIRST_FACTOR)
  if (step instanceof Response) return step
  const call = callOf(page, 'SignIn')
  const { name, session, username } = step
  const finish = finishOf(page, call)
  const password = fields.get('password')
  const credential = fields.get('credential')
  const respond = async () => {
    if (credential) return await answer(call, 'WEB_AUTHN', session, username, { credential }, finish)
    if (password === null)
      return await answer(call, name, session, username, { code: codeOf(fields) }, finish)
    const chosen = { choice: 'PASSWORD', password }
    return await answer(call, 'SELECT_CHALLENGE', session, username, chosen, finish)
  }
  try {
    return await call.audit.run('sign-in', call.operation, async () =>
      goOnWith(page, call, await respond(), username, secondNow(step)),
    )
  } catch (error) {
    const refused = otherPage(page, call, error, username)
    if (refused instanceof Response) return refused
    const isCode = name === 'EMAIL_OTP' || name === 'SMS_OTP'
    return await showFirst(
      page,
      step,
      isCode && password === null && !credential
        ? { error: errorText(page.view.texts, refused) }
        : { message: failure(page, refused) },
    )
  }
}

/** The same challenge as one that was answered: what follows is no first factor. */
const secondNow = ({ offered: _, ...step }: ChallengeStep): ChallengeStep => step

/** The choice among first factors. */
export async function showFactorChoice(page: PageRequest): Promise<Response> {
  const step = challengeAt(page, FIRST_FACTOR)
  return step instanceof Response ? step : await showChoice(page, step, { message: page.told })
}

export async function postFactorChoice(page: PageRequest, fields: URLSearchParams): Promise<Response> {
  const step = challengeAt(page, FIRST_FACTOR)
  if (step instanceof Response) return step
  const call = callOf(page, 'SignIn')
  const { session, username, name: before } = step
  const choice = fields.get('choice') ?? ''
  const choose = async () => {
    const outcome = await answer(
      call,
      'SELECT_CHALLENGE',
      session,
      username,
      { choice },
      finishOf(page, call),
    )
    if (outcome.is === 'signed in') return await goOnWith(page, call, outcome, username)
    call.audit.note({ challenge: outcome.name })
    const next = stepOf(outcome, username, step)
    keepStep(page, { ...next, ...(before === next.name && { told: 'newCodeSent' }) })
    const options = passkeyOptions(outcome.show)
    if (outcome.name !== 'WEB_AUTHN' || !options) return goTo(page, pathOf(next))
    const otherWay = (step.offered ?? []).length > 1 ? CHOOSE_FACTOR : undefined
    return await show(
      page,
      <UsePasskey view={page.view} path={FIRST_FACTOR} request={{ options }} otherWay={otherWay} />,
    )
  }
  try {
    return await call.audit.run('sign-in', call.operation, choose)
  } catch (error) {
    const refused = otherPage(page, call, error, username)
    if (refused instanceof Response) return refused
    return await showChoice(page, step, { message: failure(page, refused) })
  }
}

/** The second factor, or the choice among those that the user has. */
export async function showSecondFactor(page: PageRequest): Promise<Response> {
  const step = challengeAt(page, SECOND_FACTOR)
  return step instanceof Response ? step : await showSecond(page, step, { message: toldOf(page) })
}

function showSecond(page: PageRequest, step: ChallengeStep, again: Again): Promise<Response> {
  const { view, client } = page
  const { name, of = [], destination, choice } = step
  if (name === 'SELECT_MFA_TYPE')
    return show(page, <ChooseSecondFactor view={view} of={of} message={again.message} />)
  const by = name === 'SOFTWARE_TOKEN_MFA' ? 'totp' : name === 'SMS_MFA' ? 'sms' : 'email'
  return show(
    page,
    <EnterCode
      view={view}
      path={SECOND_FACTOR}
      by={by}
      destination={destination}
      minutes={challengeLifetime(client) / 60_000}
      error={again.error}
      message={again.message}
      again={by === 'totp' ? undefined : { path: SECOND_FACTOR, fields: { choice: by } }}
      other={choice && <BackToChoice view={view} isSetUp={choice === 'MFA_SETUP'} />}
    />,
  )
}

const isSecondFactor = (text: string | null): text is SecondFactor =>
  Object.hasOwn(FACTOR_CHALLENGE, text ?? '')

export async function postSecondFactor(page: PageRequest, fields: URLSearchParams): Promise<Response> {
  const step = challengeAt(page, SECOND_FACTOR)
  if (step instanceof Response) return step
  const call = callOf(page, 'SignIn')
  const { name, session, username } = step
  const chosen = fields.get('choice')
  if (chosen !== null && name !== 'SELECT_MFA_TYPE') return await postAgain(page, step, chosen)
  const responses = isSecondFactor(chosen) ? { choice: FACTOR_CHALLENGE[chosen] } : { code: codeOf(fields) }
  try {
    return await call.audit.run('sign-in', call.operation, async () => {
      const outcome = await answer(call, name, session, username, responses, finishOf(page, call))
      return await goOnWith(page, call, outcome, username, step)
    })
  } catch (error) {
    const refused = otherPage(page, call, error, username)
    if (refused instanceof Response) return refused
    if (name === 'SELECT_MFA_TYPE') return await showSecond(page, step, { message: failure(page, refused) })
    return await showSecond(page, step, { error: errorText(page.view.texts, refused) })
  }
}

/** Another code, or back to the choice that the factor at hand came of. */
async function postAgain(page: PageRequest, step: ChallengeStep, chosen: string): Promise<Response> {
  const { name: before, session, username, choice } = step
  const wanted = isSecondFactor(chosen) ? FACTOR_CHALLENGE[chosen] : choice
  if (wanted === undefined) return goTo(page, SECOND_FACTOR)
  const call = callOf(page, 'SignIn')
  try {
    const asked = await call.audit.run('sign-in', call.operation, async () => {
      const outcome = await askAgain(call, session, username, wanted)
      call.audit.note({ challenge: outcome.name })
      return outcome
    })
    const next = stepOf(asked, username, step)
    keepStep(page, { ...next, ...(before === next.name && { told: 'newCodeSent' }) })
    return goTo(page, pathOf(next))
  } catch (error) {
    const refused = otherPage(page, call, error, username)
    if (refused instanceof Response) return refused
    return await showSecond(page, step, { message: failure(page, refused) })
  }
}

/** The second factor that has to be set up: the choice, an address, or an app. */
export async function showSetUp(page: PageRequest): Promise<Response> {
  const step = challengeAt(page, SET_UP_FACTOR)
  return step instanceof Response ? step : await showSetUpOf(page, step, { message: page.told })
}

async function showSetUpOf(page: PageRequest, step: ChallengeStep, again: Again): Promise<Response> {
  const { view } = page
  const { of = [], username } = step
  const canChoose = of.length > 1
  const setsUp = step.setsUp ?? (canChoose ? undefined : of[0])
  const { error, message, value } = again
  if (setsUp === undefined) return await show(page, <ChooseSetUp view={view} of={of} message={message} />)
  if (setsUp !== 'totp')
    return await show(page, <SetUpAddress {...{ view, value, error, message, canChoose }} by={setsUp} />)
  const call = callOf(page, 'SignIn')
  try {
    const setUp = await openSetUp(call, step.session)
    const known = setUp.challenge.state.token?.secret
    const made = known === undefined ? await newTokenIn(call, setUp) : undefined
    if (made) keepStep(page, { ...step, setsUp, session: made.session })
    const secret = made?.secret ?? known ?? ''
    const uri = keyUri(page.client.name, username, secret)
    return await show(page, <SetUpApp {...{ view, secret, uri, error, message, canChoose }} />)
  } catch (caught) {
    const refused = otherPage(page, call, caught, username)
    if (refused instanceof Response) return refused
    return await show(page, <ChooseSetUp view={view} of={of} message={failure(page, refused)} />)
  }
}

/** https://github.com/google/google-authenticator/wiki/Key-Uri-Format */
function keyUri(issuer: string, account: string, secret: string): string {
  const label = [issuer, account].map(encodeURIComponent).join(':')
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}`
}

export async function postSetUp(page: PageRequest, fields: URLSearchParams): Promise<Response> {
  const step = challengeAt(page, SET_UP_FACTOR)
  if (step instanceof Response) return step
  const { session, username, of = [] } = step
  const choice = fields.get('choice')
  if (choice !== null) {
    const setsUp = isSecondFactor(choice) && of.includes(choice) ? choice : undefined
    keepStep(page, { ...step, setsUp })
    return goTo(page, SET_UP_FACTOR)
  }
  const call = callOf(page, 'SignIn')
  const finish = finishOf(page, call)
  const email = fields.get('email')?.trim()
  const phoneNumber = fields.get('phone_number')?.trim()
  try {
    return await call.audit.run('sign-in', call.operation, async () => {
      const isAddress = email !== undefined || phoneNumber !== undefined
      const proven = isAddress
        ? session
        : await proveTokenIn(call, await openSetUp(call, session), { code: codeOf(fields) })
      const outcome = await answer(call, 'MFA_SETUP', proven, username, { email, phoneNumber }, finish)
      return await goOnWith(page, call, outcome, username, step)
    })
  } catch (error) {
    const refused = otherPage(page, call, error, username)
    if (refused instanceof Response) return refused
    const again = { error: errorText(page.view.texts, refused), value: email ?? phoneNumber }
    return await showSetUpOf(page, step, again)
  }
}
