import type { AuthContext } from '../context/context.js'
import { wait, withDeadline } from '../context/deadline.js'
import type { RedirectOutcome } from '../context/memory.js'
import { toAuthError } from '../errors.js'
import { tell } from '../events.js'
import { writeItem } from '../session/items.js'
import { MOMENT, patience, withLock } from '../session/lock.js'
import { keyOf, loadTokens, storeTokens } from '../session/token-store.js'
import { userOf } from '../session/user-of.js'
import { claimAttempt, waitingFor } from './attempts.js'
import { customStateOf } from './custom-state.js'
import { exchangeAnswer } from './exchange-answer.js'
import { handOver } from './hand-over.js'
import { findOAuth, OAUTH_SIGN_IN } from './oauth-config.js'
import { oauthError } from './oauth-error.js'
import { redirectUri } from './redirect-uri.js'

/**
 * Completes the sign-in whose answer is in a URL, when it is one of ours: by its state there is an attempt. Listeners are
 * told what came of it.
 *
 * @param isElsewhere whether the answer has arrived elsewhere than at this page, which is otherwise not left with it
 */
export const complete = async (
  context: AuthContext,
  url: string,
  isElsewhere?: boolean,
): Promise<RedirectOutcome> => {
  // Listeners are registered after `configure`.
  await wait(0)
  const oauth = findOAuth(context)
  // Errors come in the query or in the fragment, whatever was asked for.
  const answer = new URLSearchParams(url.split(/[?#]/).slice(1).join('&'))
  const state = answer.get('state')
  const none = { isSignedIn: false }
  if (!oauth || !state) return none
  // Another page with this URL, or this page before it was reloaded, exchanges the code, or has.
  return withLock(`amulet.${state}`, async () => {
    let uri = ''
    try {
      const isWaitedFor = !isElsewhere && (await patience(waitingFor(state))) > MOMENT
      const attempt = await claimAttempt(context, state, isWaitedFor)
      if (!attempt) return none
      if (attempt.isOpened && isWaitedFor) {
        handOver(url)
        return none
      }
      uri = attempt.redirectUri ?? redirectUri(oauth.redirectSignIn, true)
      const customState = customStateOf(state)
      const done = { isSignedIn: true, customState }
      if (attempt.isClaimed) {
        if (await loadTokens(context)) return done
        throw oauthError('The sign-in was interrupted.')
      }
      if (attempt.until <= context.clock()) throw oauthError('The sign-in took too long.')
      const tokens = await withDeadline(context, (context) =>
        exchangeAnswer(context, oauth, answer, attempt, uri),
      )
      await storeTokens(context, tokens)
      await writeItem(context, keyOf(context, OAUTH_SIGN_IN), 'true,false')
      if (customState) tell(context, { event: 'customOAuthState', data: customState })
      tell(context, { event: 'signInWithRedirect' })
      tell(context, { event: 'signedIn', data: userOf(tokens) })
      return done
    } catch (thrown) {
      const error = toAuthError(thrown)
      tell(context, { event: 'signInWithRedirect_failure', data: { error } })
      return { ...none, error }
    } finally {
      // Not before: a page that is reloaded meanwhile finds here that its sign-in was interrupted.
      if (uri && !isElsewhere) {
        try {
          if (location.href === url) history.replaceState(history.state, '', uri)
        } catch {
          // It is of another origin: the server has redirected the answer to this one.
        }
      }
    }
  })
}
