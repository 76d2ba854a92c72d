import type { AuthContext } from '../context/context.js'
import { tell } from '../events.js'
import { oauthError } from './oauth-error.js'

/** The context of the sign-in that this page was left for. */
let left: AuthContext | undefined

/**
 * The back/forward cache gives a page back as it was left: the user has come back without an answer. The attempt stays
 * open, since the user may go forward again.
 */
const onPageShow = ({ persisted }: PageTransitionEvent) => {
  if (!persisted || !left) return
  tell(left, {
    event: 'signInWithRedirect_failure',
    data: { error: oauthError('User cancelled OAuth flow.') },
  })
  left = undefined
}

/** Leaves this page for the one of the domain. */
export const openPage = (context: AuthContext, url: string): void => {
  left = context
  // The same function is added once, however often the page is left.
  globalThis.addEventListener?.('pageshow', onPageShow)
  location.href = url
}
