import { isAuthError, signInWithPasskey } from '@amulet/auth'
import { useEffect } from 'react'

/**
 * Has the browser suggest passkeys in the field for the name, for as long as the form is not busy with something else.
 * The `signedIn` event moves the page on.
 */
export function useSuggestedPasskey(isBusy: boolean, onProblem: (error: unknown) => void) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new function is no reason to begin anew
  useEffect(() => {
    if (isBusy) return
    const leaving = new AbortController()
    signInWithPasskey({ options: { mediation: 'conditional' } }, { signal: leaving.signal }).catch(
      (error) => {
        // Whatever else there is, nobody has asked for it: no passkeys in this browser or pool, no network.
        if (isAuthError(error, 'NotAuthorizedException')) onProblem(error)
      },
    )
    return () => leaving.abort()
  }, [isBusy])
}
