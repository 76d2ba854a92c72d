import { type CallWithOptionalInput, call } from '../context/call.js'
import { orInterrupted } from '../context/deadline.js'
import type { CompleteSignInWithRedirectOutput } from '../models.js'
import { complete } from '../oauth/complete.js'
import { userPoolConfig } from '../service/user-pool.js'

export interface CompleteSignInWithRedirectInput {
  /** The URL with the answer; default the one of this page. An app gets it from its platform, as a deep link. */
  url?: string
}

/**
 * Completes the sign-in by redirect whose answer is in a URL, and says what came of it. For the page's own URL, `configure`
 * has begun that, and this waits for it; a context of `createAuthContext` completes nothing by itself. However often it
 * is called, a code is sent once.
 *
 * @throws AuthError (`AuthErrorNames['completeSignInWithRedirect']`) `OAuthSignInException` with what the domain says;
 *   `InvalidTokens`; `AuthTokenConfigException`; `NetworkError`, `TimeoutError`, `AbortError`
 *
 * @example
 * ```ts
 * import { completeSignInWithRedirect } from '@amulet/auth'
 *
 * const { isSignedIn, customState } = await completeSignInWithRedirect()
 * ```
 */
export const completeSignInWithRedirect: CallWithOptionalInput<
  CompleteSignInWithRedirectInput,
  CompleteSignInWithRedirectOutput
> = call('completeSignInWithRedirect', async (context, { url }: CompleteSignInWithRedirectInput) => {
  userPoolConfig(context)
  const { memory } = context
  if (!url) memory.redirect ??= complete(context, `${globalThis.location}`)
  const completed = url ? complete(context, url, true) : memory.redirect
  const { error, ...output } = (await orInterrupted(context, completed)) ?? { isSignedIn: false }
  if (error) throw error
  return output
})
