import { ServiceError } from '../errors.js'
import { completePasskeyRegistration, startPasskeyRegistration } from '../flows/register-passkey.js'
import type { User } from '../users/user.js'
import { parsePasskeyRegistration } from '../wire/passkey-registration.js'
import { findBrowserSession } from './browser-session.js'
import { callOf, goTo, type PageRequest, show } from './page-request.js'
import type { Message } from './pages/form.js'
import { ADD_PASSKEY, AddPasskey } from './pages/passkey.js'
import { ErrorPage } from './pages/plain.js'
import { OFFER_PASSKEY, rememberRefusal } from './passkey-offer.js'
import { withQuery } from './redirect-uri.js'
import { failure, goOnAsSignedIn } from './sign-in-outcome.js'

/** Milliseconds after a sign-in in which its user adds a passkey, also by a client that goes on with no session. */
const JUST_NOW = 300_000

/** The user who has signed in with this browser. */
async function signedIn(page: PageRequest): Promise<User | undefined> {
  return (await findBrowserSession(page.c, page.oauth, page, JUST_NOW))?.user
}

/** Back to the application, which is told what became of it. */
const leave = ({ c, request }: PageRequest, result: 'success' | 'cancelled' | 'invalid_session'): Response =>
  c.redirect(withQuery(request.redirectUri, { result }), 302)

async function showAdd(
  page: PageRequest,
  user: User,
  path: string,
  message: Message | undefined,
): Promise<Response> {
  const call = callOf(page, 'StartWebAuthnRegistration')
  call.about(user.id)
  const options = await startPasskeyRegistration(call, user)
  const view = { ...page.view, user: user.username }
  return await show(page, <AddPasskey view={view} path={path} request={{ options }} message={message} />)
}

/** Whether a form comes from a page that was shown to this user, and not to one who had signed in before. */
const isOf = (user: User, fields: URLSearchParams): boolean =>
  (fields.get('page_user') ?? user.username) === user.username

/** @throws {ServiceError} it cannot be added */
async function add(page: PageRequest, user: User, fields: URLSearchParams): Promise<void> {
  const call = callOf(page, 'CompleteWebAuthnRegistration')
  call.about(user.id)
  await call.audit.run('account', call.operation, async () =>
    completePasskeyRegistration(call, user, parsePasskeyRegistration(fields.get('credential') ?? '')),
  )
}

/** Adds a passkey for a user who has just signed in with this browser. */
export async function showAddPasskey(page: PageRequest): Promise<Response> {
  const user = await signedIn(page)
  return user ? await showAsked(page, user, page.told) : leave(page, 'invalid_session')
}

async function showAsked(page: PageRequest, user: User, message: Message | undefined): Promise<Response> {
  try {
    return await showAdd(page, user, ADD_PASSKEY, message)
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    // The pool takes no passkeys, or the user has as many as there can be.
    const text = failure(page, error).text
    return await show({ ...page, status: 400 }, <ErrorPage view={page.view} text={text} />)
  }
}

export async function postAddPasskey(page: PageRequest, fields: URLSearchParams): Promise<Response> {
  const user = await signedIn(page)
  if (!user) return leave(page, 'invalid_session')
  if (fields.has('skip')) return leave(page, 'cancelled')
  try {
    await add(page, user, fields)
    return leave(page, 'success')
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    return await showAsked(page, user, failure(page, error))
  }
}

/** Offers a passkey to a user who has signed in with a password, on the way back to the application. */
export async function showOfferedPasskey(page: PageRequest): Promise<Response> {
  const user = await signedIn(page)
  return user ? await showOffered(page, user, page.told) : goTo(page, '/login')
}

async function showOffered(page: PageRequest, user: User, message: Message | undefined): Promise<Response> {
  try {
    return await showAdd(page, user, OFFER_PASSKEY, message)
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    // The offer has expired. The user came to sign in.
    return goOnAsSignedIn(page)
  }
}

export async function postOfferedPasskey(page: PageRequest, fields: URLSearchParams): Promise<Response> {
  const user = await signedIn(page)
  if (!user) return goTo(page, '/login')
  if (!isOf(user, fields))
    return await showOffered(page, user, { is: 'late', text: page.view.texts.formExpired })
  if (fields.has('skip')) {
    rememberRefusal(page, user)
    return goOnAsSignedIn(page)
  }
  try {
    await add(page, user, fields)
    return goOnAsSignedIn(page)
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    return await showOffered(page, user, failure(page, error))
  }
}
