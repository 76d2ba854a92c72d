import type { AuthContext } from '../context/context.js'
import { tell } from '../events.js'
import { isOpen } from './attempts.js'
import { oauthError } from './oauth-error.js'

/** The sign-in that this page was left for. */
let left: [context: AuthContext, state: string] | undefined

/**
 * The back/forward cache gives a page back as it was left. The user has come back without an answer, unless that has
 * arrived at a page further on. The attempt stays open, since the user may go forward again.
 */
const onPageShow = async ({ persisted }: PageTransitionEvent) => {
  if (!persisted || !left) return
  const [context, state] = left
  left = undefined
  if (await isOpen(context, state)) {
    tell(context, {
      event: 'signInWithRedirect_failure',
      data: { error: oauthError('User cancelled OAuth flow.') },
    })
  }
}

/** Leaves this page for the one of the domain. */
export const openPage = (context: AuthContext, url: string, state: string): void => {
  left = [context, state]
  // The same function is added once, however often the page is left.
  globalThis.addEventListener?.('pageshow', onPageShow)
  location.href = url
}
