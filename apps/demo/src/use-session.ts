import { getCurrentUser, Hub, isAuthError } from '@amulet/auth'
import { type ActionDispatch, useEffect } from 'react'
import { explain } from './problem.js'
import type { Action } from './state.js'

/** Keeps the page in step with who is signed in: at the start, in this tab, and in the others. */
export function useSession(dispatch: ActionDispatch<[Action]>): void {
  useEffect(() => {
    const stop = Hub.listen(
      'auth',
      ({ payload }) => {
        if (payload.event === 'signedIn') dispatch({ type: 'signed-in', user: payload.data })
        if (payload.event === 'signedOut') dispatch({ type: 'signed-out', notice: farewell(payload.data) })
      },
      { enableCrossTabEvents: true },
    )

    getCurrentUser().then(
      (user) => dispatch({ type: 'signed-in', user }),
      (error: unknown) => {
        const isNobody = isAuthError(error, 'UserUnAuthenticatedException')
        dispatch({ type: 'signed-out', notice: isNobody ? '' : explain(error).sentence })
      },
    )
    return stop
  }, [dispatch])
}

function farewell({ reason, error }: { reason: string; error?: unknown }): string {
  switch (reason) {
    case 'otherTab':
      return 'You were signed out in another tab.'
    case 'sessionEnded':
      return 'Your session has ended. Please sign in again.'
    default:
      return error
        ? `You are signed out in this browser, but the server was not told. ${explain(error).sentence}`
        : 'You are signed out.'
  }
}
