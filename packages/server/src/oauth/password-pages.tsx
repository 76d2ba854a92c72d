import { ServiceError } from '../errors.js'
import { answer } from '../flows/answer.js'
import { begin } from '../flows/begin.js'
import { confirmForgotPassword } from '../flows/confirm-forgot-password.js'
import { forgotPassword } from '../flows/forgot-password.js'
import { rulesOf } from '../pools/rules.js'
import * as c from '../wire/constraints.js'
import { isOfShape } from '../wire/parse.js'
import { required, structure } from '../wire/shape.js'
import { codeOf } from './form.js'
import { nameKind } from './name-kind.js'
import { callOf, goTo, type PageRequest, show } from './page-request.js'
import { errorText } from './pages/error-text.js'
import type { Message } from './pages/form.js'
import { ForgotPassword, NewPassword, ResetPassword } from './pages/password.js'
import { passwordRulesOf, policyText } from './password-rules.js'
import {
  type ChallengeStep,
  failure,
  finishOf,
  goOnWith,
  otherPage,
  pageAfter,
  pathOf,
} from './sign-in-outcome.js'
import { keepStep, type PageStep, readStep, toldBy } from './step-cookie.js'

const Username = structure({ username: required(c.Username) })

/** The user who has forgotten the password. */
export async function showForgotPassword(page: PageRequest): Promise<Response> {
  const step = readStep(page)
  return await showForgot(page, step?.username ?? page.request.loginHint, page.told)
}

async function showForgot(page: PageRequest, username: string | undefined, message: Message | undefined) {
  const { view, pool } = page
  if (!rulesOf(pool).recovery.bySelf) return goTo(page, '/login')
  return await show(page, <ForgotPassword {...{ view, username, message }} kind={nameKind(pool)} />)
}

export async function postForgotPassword(page: PageRequest, fields: URLSearchParams): Promise<Response> {
  const username = fields.get('username')?.trim() ?? ''
  if (!isOfShape(Username, { username }))
    return await showForgot(page, username, { is: 'bad', text: page.view.texts.invalid })
  const before = readStep(page)
  try {
    const call = callOf(page, 'ForgotPassword')
    const sent = await call.audit.run('account', call.operation, () => forgotPassword(call, username))
    const isAgain = before?.is === 'reset' && before.username === username
    keepStep(page, {
      is: 'reset',
      username,
      destination: sent.Destination,
      ...(isAgain && { told: 'newCodeSent' }),
    })
    return goTo(page, '/confirmforgotPassword')
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    return await showForgot(page, username, failure(page, error))
  }
}

type ResetStep = PageStep & { readonly is: 'reset' }

function resetAt(page: PageRequest): ResetStep | Response {
  const step = readStep(page)
  return step?.is === 'reset' ? step : goTo(page, '/forgotPassword')
}

interface Wrong {
  readonly code?: string
  readonly password?: string
  readonly confirm?: string
}

/** The code, and a new password. */
export async function showResetPassword(page: PageRequest): Promise<Response> {
  const step = resetAt(page)
  if (step instanceof Response) return step
  return await showReset(page, step, {}, page.told ?? toldBy(page.view.texts, step))
}

const showReset = (
  page: PageRequest,
  { username, destination }: ResetStep,
  errors: Wrong,
  message?: Message,
): Promise<Response> =>
  show(
    page,
    <ResetPassword
      {...{ username, destination, errors, message }}
      view={page.view}
      rules={passwordRulesOf(page.pool)}
    />,
  )

const Password = structure({ password: required(c.Password) })
const Code = structure({ code: required(c.ConfirmationCode) })

/** What is wrong with the two entries of a new password, before anything else checks it. */
function wrongPasswords({ view }: PageRequest, fields: URLSearchParams): Wrong {
  const password = fields.get('new_password') ?? ''
  const { missing, invalid, passwordsDiffer } = view.texts
  if (password === '') return { password: missing }
  if (!isOfShape(Password, { password })) return { password: invalid }
  return password === fields.get('confirm_password') ? {} : { confirm: passwordsDiffer }
}

export async function postResetPassword(page: PageRequest, fields: URLSearchParams): Promise<Response> {
  const step = resetAt(page)
  if (step instanceof Response) return step
  const { texts } = page.view
  const { username } = step
  const code = codeOf(fields)
  const newPassword = fields.get('new_password') ?? ''
  const wrong = {
    ...wrongPasswords(page, fields),
    ...(!isOfShape(Code, { code }) && { code: texts.errors.wrongCode }),
  }
  if (Object.keys(wrong).length > 0) return await showReset(page, step, wrong)
  try {
    const reset = callOf(page, 'ConfirmForgotPassword')
    await reset.audit.run('account', reset.operation, () =>
      confirmForgotPassword(reset, { username, code, newPassword }),
    )
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    if (isOfPassword(error)) return await showReset(page, step, { password: passwordText(page, error) })
    if (isOfCode(error)) return await showReset(page, step, { code: errorText(texts, error) })
    return await showReset(page, step, {}, failure(page, error))
  }
  const call = callOf(page, 'SignIn')
  try {
    return await call.audit.run('sign-in', call.operation, async () => {
      const responses = { password: newPassword }
      const outcome = await begin(call, 'PASSWORD', username, responses, finishOf(page, call))
      return await goOnWith(page, call, outcome, username)
    })
  } catch (error) {
    return pageAfter('passwordChanged', page, call, error, username)
  }
}

const isOfPassword = ({ name }: ServiceError): boolean =>
  name === 'InvalidPasswordException' || name === 'PasswordHistoryPolicyViolationException'

const isOfCode = ({ name }: ServiceError): boolean =>
  name === 'CodeMismatchException' || name === 'ExpiredCodeException'

const passwordText = ({ view, pool }: PageRequest, error: ServiceError): string =>
  error.name === 'InvalidPasswordException'
    ? policyText(view.texts, pool, error.message)
    : errorText(view.texts, error)

const NEW_PASSWORD = '/changePassword'

function newPasswordAt(page: PageRequest): ChallengeStep | Response {
  const step = readStep(page)
  if (!step) return goTo(page, '/login')
  return step.is === 'challenge' && pathOf(step) === NEW_PASSWORD ? step : goTo(page, pathOf(step))
}

/** The password that takes the place of a temporary one. */
export async function showNewPassword(page: PageRequest): Promise<Response> {
  const step = newPasswordAt(page)
  return step instanceof Response ? step : await showNew(page, step, {}, {}, page.told)
}

const showNew = (
  page: PageRequest,
  { username, missing = [] }: ChallengeStep,
  attributes: Readonly<Record<string, string>>,
  errors: Wrong,
  message?: Message,
): Promise<Response> =>
  show(
    page,
    <NewPassword
      {...{ username, errors, message }}
      view={page.view}
      attributes={missing.map((name) => ({ name, value: attributes[name] }))}
      rules={passwordRulesOf(page.pool)}
    />,
  )

export async function postNewPassword(page: PageRequest, fields: URLSearchParams): Promise<Response> {
  const step = newPasswordAt(page)
  if (step instanceof Response) return step
  const { username, session, missing = [] } = step
  const attributes = Object.fromEntries(
    missing.flatMap((name) => {
      const value = fields.get(`userAttributes[${name}]`)?.trim()
      return value ? [[name, value]] : []
    }),
  )
  const wrong = wrongPasswords(page, fields)
  if (Object.keys(wrong).length > 0) return await showNew(page, step, attributes, wrong)
  const call = callOf(page, 'SignIn')
  try {
    return await call.audit.run('sign-in', call.operation, async () => {
      const responses = { newPassword: fields.get('new_password') ?? '', attributes }
      const finish = finishOf(page, call)
      const outcome = await answer(call, 'NEW_PASSWORD_REQUIRED', session, username, responses, finish)
      return await goOnWith(page, call, outcome, username)
    })
  } catch (error) {
    const refused = otherPage(page, call, error, username)
    if (refused instanceof Response) return refused
    if (isOfPassword(refused))
      return await showNew(page, step, attributes, { password: passwordText(page, refused) })
    return await showNew(page, step, attributes, {}, failure(page, refused))
  }
}
