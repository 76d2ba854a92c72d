import type { AuthContext } from '../context/context.js'
import { type AuthError, toAuthError } from '../errors.js'
import { keyOf } from './token-store.js'

const watched = new WeakSet<object>()

/** What is looked at of an attempt to sign in by redirect, as it is stored. */
interface Attempt {
  state: string
  isClaimed?: boolean
}

/**
 * Tells when the code that completes a sign-in by redirect cannot be loaded. Everything else that comes of one is told by
 * that code. It is no failure when the URL of the page is the answer to no attempt of this application that is open.
 */
export const watchRedirect = (context: AuthContext, tell: (error: AuthError) => void): void => {
  const { redirect } = context.memory
  if (!redirect || watched.has(redirect)) return
  watched.add(redirect)
  // As it is now: a router may replace it.
  const url = `${globalThis.location}`
  redirect
    .catch(async (error) => {
      const attempts = await context.storage.getItem(keyOf(context, 'oauthAttempts'))
      const isAnswered = ({ state, isClaimed }: Attempt) => url.includes(state) && !isClaimed
      if (JSON.parse(attempts ?? '[]').some(isAnswered)) tell(toAuthError(error))
    })
    // What cannot be read is no attempt.
    .catch(() => {})
}
