import { ServiceError } from '../errors.js'
import { completePasskeyRegistration, startPasskeyRegistration } from '../flows/register-passkey.js'
import type { User } from '../users/user.js'
import { parsePasskeyRegistration } from '../wire/passkey-registration.js'
import { findBrowserSession } from './browser-session.js'
import { callOf, type PageRequest, show } from './page-request.js'
import type { Message } from './pages/form.js'
import { AddPasskey } from './pages/passkey.js'
import { ErrorPage } from './pages/plain.js'
import { withQuery } from './redirect-uri.js'
import { failure } from './sign-in-outcome.js'

/** Who has signed in with this browser. */
async function signedIn(page: PageRequest): Promise<User | undefined> {
  return (await findBrowserSession(page.c, page.oauth, page))?.user
}

/** Back to the application, which is told what became of it. */
const leave = ({ c, request }: PageRequest, result: 'success' | 'cancelled' | 'invalid_session'): Response =>
  c.redirect(withQuery(request.redirectUri, { result }), 302)

/** Adds a passkey for a user who has just signed in with this browser. */
export async function showAddPasskey(page: PageRequest): Promise<Response> {
  const user = await signedIn(page)
  return user ? await showAdd(page, user, page.told) : leave(page, 'invalid_session')
}

async function showAdd(page: PageRequest, user: User, message: Message | undefined): Promise<Response> {
  const call = callOf(page, 'StartWebAuthnRegistration')
  call.about(user.id)
  try {
    const options = await startPasskeyRegistration(call, user)
    return await show(page, <AddPasskey view={page.view} request={{ options }} message={message} />)
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
  const call = callOf(page, 'CompleteWebAuthnRegistration')
  call.about(user.id)
  try {
    await call.audit.run('account', call.operation, async () =>
      completePasskeyRegistration(call, user, parsePasskeyRegistration(fields.get('credential') ?? '')),
    )
    return leave(page, 'success')
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    return await showAdd(page, user, failure(page, error))
  }
}
