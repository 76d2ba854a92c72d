import { isAuthError, signInWithPasskey } from '@amulet/auth'
import { useEffect, useRef } from 'react'

/**
 * Has the browser suggest passkeys in the field for the name, for as long as the form is not busy with something else.
 * The `signedIn` event moves the page on.
 */
export function useSuggestedPasskey(isBusy: boolean, onProblem: (error: unknown) => void) {
  // The browser goes on suggesting while the page is drawn anew.
  const report = useRef(onProblem)
  useEffect(() => {
    report.current = onProblem
  })

  useEffect(() => {
    if (isBusy) return
    const leaving = new AbortController()
    signInWithPasskey({ options: { mediation: 'conditional' } }, { signal: leaving.signal }).catch(
      (error) => {
        // The user did not ask for suggestions, and needs no message when the browser, the pool or the network has none.
        if (isAuthError(error, 'NotAuthorizedException')) report.current(error)
      },
    )
    return () => leaving.abort()
  }, [isBusy])
}
