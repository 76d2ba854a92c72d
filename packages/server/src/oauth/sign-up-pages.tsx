import { linkOf, termsOfClient } from '../branding/terms.js'
import { ServiceError } from '../errors.js'
import { answer } from '../flows/answer.js'
import { begin } from '../flows/begin.js'
import { confirmSignUpWithCode } from '../flows/confirm-sign-up.js'
import { runPreAuthentication } from '../flows/pre-authentication.js'
import { resendConfirmationCode } from '../flows/resend-confirmation-code.js'
import { signUp } from '../flows/sign-up.js'
import { sealSignUp } from '../flows/sign-up-session.js'
import { rulesOf } from '../pools/rules.js'
import { poolSchema } from '../pools/schema.js'
import type { UserPool } from '../pools/user-pool.js'
import { codeDeliveryDetails } from '../users/code-destination.js'
import type { User } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { isOfShape } from '../wire/parse.js'
import { required, structure } from '../wire/shape.js'
import { codeOf } from './form.js'
import { nameKind } from './name-kind.js'
import { callOf, goTo, type PageRequest, show } from './page-request.js'
import { errorText } from './pages/error-text.js'
import type { Message } from './pages/form.js'
import type { Language } from './pages/languages.js'
import { ConfirmSignUp, type ShownTerms, SignUp } from './pages/sign-up.js'
import { passwordRulesOf, policyText } from './password-rules.js'
import { failure, finishOf, goOnWith, pageAfter, signInNext } from './sign-in-outcome.js'
import { keepStep, type PageStep, readStep, toldBy } from './step-cookie.js'

interface Entered {
  readonly username?: string
  readonly attributes?: Readonly<Record<string, string>>
  readonly errors?: Readonly<Record<string, string | undefined>>
  readonly message?: Message | undefined
}

export const showSignUp = (page: PageRequest): Promise<Response> => showForm(page, { message: page.told })

async function showForm(page: PageRequest, { username, attributes = {}, errors = {}, message }: Entered) {
  const { view, pool } = page
  if (!rulesOf(pool).selfSignUp) return goTo(page, '/login')
  return await show(
    page,
    <SignUp
      view={view}
      kind={nameKind(pool)}
      username={username}
      attributes={attributesOfSignUp(pool).map((name) => ({
        name,
        value: attributes[name],
        error: errors[name],
      }))}
      rules={passwordRulesOf(pool)}
      terms={await termsShown(page)}
      errors={{ username: errors.username, password: errors.password }}
      message={message}
    />,
  )
}

/** As the service names the languages of the pages. */
const LANGUAGE_NAMES: { readonly [L in Language]: string } = {
  en: 'english',
  de: 'german',
  fr: 'french',
  es: 'spanish',
  ja: 'japanese',
}

async function termsShown({ oauth, client, view }: PageRequest): Promise<ShownTerms[]> {
  const terms = await termsOfClient(oauth.context.db, client.id)
  return terms.flatMap((each) => {
    const link = linkOf(each, LANGUAGE_NAMES[view.language])
    // Of the two names that there are.
    return link === undefined ? [] : [{ name: each.name as ShownTerms['name'], link }]
  })
}

/** Those that the pool requires, and an address for the code where there would be none. The name may be one of them. */
function attributesOfSignUp(pool: UserPool): string[] {
  const { usernameAttributes, autoVerified } = rulesOf(pool)
  const [only, another] = usernameAttributes
  const isName = (name: string) => another === undefined && name === only
  const names = poolSchema(pool)
    .filter(({ name, required }) => required && name !== 'sub' && !isName(name))
    .map(({ name }) => name)
  const isReached = usernameAttributes.length > 0 || autoVerified.some((name) => names.includes(name))
  const [first] = autoVerified
  return isReached || first === undefined ? names : [...names, first]
}

const Username = structure({ username: required(c.Username) })
const Password = structure({ password: required(c.Password) })
const Attribute = structure({ value: required(c.AttributeValue) })

export async function postSignUp(page: PageRequest, fields: URLSearchParams): Promise<Response> {
  const { view, pool } = page
  const { texts } = view
  const username = fields.get('username')?.trim() ?? ''
  const password = fields.get('password') ?? ''
  const attributes = Object.fromEntries(
    attributesOfSignUp(pool).flatMap((name) => {
      const value = fields.get(`requiredAttributes[${name}]`)?.trim()
      return value ? [[name, value]] : []
    }),
  )
  const entered = { username, attributes }
  const wrong = {
    ...(!isOfShape(Username, { username }) && { username: username === '' ? texts.missing : texts.invalid }),
    ...(!isOfShape(Password, { password }) && { password: password === '' ? texts.missing : texts.invalid }),
    ...Object.fromEntries(
      Object.entries(attributes).flatMap(([name, value]) =>
        isOfShape(Attribute, { value }) ? [] : [[name, texts.invalid]],
      ),
    ),
  }
  if (Object.keys(wrong).length > 0) return await showForm(page, { ...entered, errors: wrong })
  const call = callOf(page, 'SignUp')
  try {
    const { confirmed, delivery } = await call.audit.run('account', call.operation, () =>
      signUp(call, { username, password, attributes }),
    )
    if (!confirmed) {
      const destination = delivery && codeDeliveryDetails(delivery).Destination
      keepStep(page, { is: 'sign-up', username, destination, own: true })
      return goTo(page, '/confirm')
    }
  } catch (error) {
    if (!isNotDelivered(error)) return await showRefusal(page, entered, error)
    keepStep(page, { is: 'sign-up', username, own: true, told: 'notDelivered' })
    return goTo(page, '/confirm')
  }
  try {
    const signIn = callOf(page, 'SignIn')
    return await signIn.audit.run('sign-in', signIn.operation, async () => {
      const outcome = await begin(signIn, 'PASSWORD', username, { password }, finishOf(page, signIn))
      return await goOnWith(page, signIn, outcome, username)
    })
  } catch (error) {
    return pageAfter('confirmed', page, call, error, username)
  }
}

/**
 * No message, or none that the pool's function has written. The account is there by then, and the page for its code sends
 * another one.
 */
const isNotDelivered = (error: unknown): boolean =>
  error instanceof ServiceError &&
  (error.name === 'CodeDeliveryFailureException' || error.message.startsWith('CustomMessage '))

/** Shows the error beside the field that caused it. */
async function showRefusal(page: PageRequest, entered: Entered, error: unknown): Promise<Response> {
  if (!(error instanceof ServiceError)) throw error
  const { texts } = page.view
  switch (error.name) {
    case 'UsernameExistsException':
      return await showForm(page, { ...entered, errors: { username: errorText(texts, error) } })
    case 'InvalidPasswordException':
      return await showForm(page, {
        ...entered,
        errors: { password: policyText(texts, page.pool, error.message) },
      })
    default: {
      const errors = attributeError(page, error)
      return await showForm(page, {
        ...entered,
        ...(errors ? { errors } : { message: failure(page, error) }),
      })
    }
  }
}

/** What the schema of the pool says of an attribute that was asked for. */
function attributeError(
  { pool, view: { texts } }: PageRequest,
  { message }: ServiceError,
): Record<string, string> | undefined {
  const [, name = '', reason] =
    /^Attributes did not conform to the schema: ([\w:-]+): (.*)/.exec(message) ?? []
  if (!attributesOfSignUp(pool).includes(name)) return undefined
  return { [name]: reason === 'The attribute is required' ? texts.missing : texts.invalid }
}

type SignUpStep = PageStep & { readonly is: 'sign-up' }

/** The sign-up that this browser is at, or where else it has to go. */
function signUpAt(page: PageRequest): SignUpStep | Response {
  const step = readStep(page)
  return step?.is === 'sign-up' ? step : goTo(page, '/login')
}

export async function showConfirm(page: PageRequest): Promise<Response> {
  const step = signUpAt(page)
  if (step instanceof Response) return step
  return await showCode(page, step, { message: page.told ?? toldBy(page.view.texts, step) })
}

const showCode = (
  page: PageRequest,
  { destination }: SignUpStep,
  again: { readonly error?: string; readonly message?: Message | undefined },
): Promise<Response> =>
  show(
    page,
    <ConfirmSignUp
      view={page.view}
      destination={destination}
      byLink={rulesOf(page.pool).messages.link !== undefined}
      error={again.error}
      message={again.message}
    />,
  )

const Code = structure({ code: required(c.ConfirmationCode) })

export async function postConfirm(page: PageRequest, fields: URLSearchParams): Promise<Response> {
  const step = signUpAt(page)
  if (step instanceof Response) return step
  const { texts } = page.view
  const { username, own } = step
  const code = codeOf(fields)
  if (!isOfShape(Code, { code })) return await showCode(page, step, { error: texts.errors.wrongCode })
  const call = callOf(page, 'ConfirmSignUp')
  let user: User
  try {
    user = await call.audit.run('account', call.operation, () =>
      confirmSignUpWithCode(call, { username, code, forceAliasCreation: false }),
    )
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    return await showCode(page, step, { error: errorText(texts, error) })
  }
  if (!own) return signInNext(page, username, 'confirmed')
  const signIn = callOf(page, 'SignIn')
  try {
    return await signIn.audit.run('sign-in', signIn.operation, async () => {
      await runPreAuthentication(signIn, user, username)
      // This browser has chosen the password, so the code is not all that the user has proven.
      const session = await sealSignUp(signIn, user)
      const outcome = await answer(signIn, 'SIGN_UP', session, username, {}, finishOf(page, signIn))
      return await goOnWith(page, signIn, outcome, username)
    })
  } catch (error) {
    return pageAfter('confirmed', page, signIn, error, username)
  }
}

export async function postResend(page: PageRequest): Promise<Response> {
  const step = signUpAt(page)
  if (step instanceof Response) return step
  try {
    const call = callOf(page, 'ResendConfirmationCode')
    const sent = await call.audit.run('account', call.operation, () =>
      resendConfirmationCode(call, step.username),
    )
    keepStep(page, { ...step, destination: sent.Destination, told: 'newCodeSent' })
    return goTo(page, '/confirm')
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    return await showCode(page, step, { message: failure(page, error) })
  }
}
