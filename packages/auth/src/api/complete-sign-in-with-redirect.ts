import { type CallWithOptionalInput, call } from '../context/call.js'
import { orInterrupted, type RequestContext } from '../context/deadline.js'
import type { RedirectOutcome } from '../context/memory.js'
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
  const outcome = url ? complete(context, url, true) : completeHere(context)
  const { error, ...output } = await orInterrupted(context, outcome)
  if (error) throw error
  return output
})

/** What `configure` or an earlier call has come to, unless the page has got another answer since. One waits for the other. */
const completeHere = (context: RequestContext): Promise<RedirectOutcome> => {
  const { memory } = context
  const before = memory.redirect
  const run = async () => {
    // Code that could not be loaded then may be there now.
    const known = await before?.catch(() => undefined)
    const now = await complete(context, `${globalThis.location}`)
    return now.isSignedIn || now.error ? now : (known ?? now)
  }
  const outcome = run()
  memory.redirect = outcome
  return outcome
}
