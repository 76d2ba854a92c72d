import { getCurrentUser, Hub, isAuthError } from '@amulet/auth'
import { type ActionDispatch, useEffect } from 'react'
import { explain } from './problem.js'
import type { Action, Notice } from './state.js'

/** Keeps the page in step with who is signed in: at the start, in this tab, and in the others. */
export function useSession(dispatch: ActionDispatch<[Action]>): void {
  useEffect(() => {
    const stop = Hub.listen(
      'auth',
      ({ payload }) => {
        if (payload.event === 'signedIn') dispatch({ type: 'signed-in', user: payload.data })
        if (payload.event === 'signInWithRedirect_failure')
          dispatch({ type: 'notice', notice: warning(explain(payload.data.error).sentence) })
        if (payload.event === 'signedOut') dispatch({ type: 'signed-out', notice: farewell(payload.data) })
      },
      { enableCrossTabEvents: true },
    )

    getCurrentUser().then(
      (user) => dispatch({ type: 'signed-in', user }),
      (error: unknown) => {
        const isNobody = isAuthError(error, 'UserUnAuthenticatedException')
        const notice = isNobody ? undefined : warning(explain(error).sentence)
        dispatch({ type: 'signed-out', notice })
      },
    )
    return stop
  }, [dispatch])
}

function farewell({ reason, error }: { reason: string; error?: unknown }): Notice {
  switch (reason) {
    case 'otherTab':
      return success('You were signed out in another tab.')
    case 'userDeleted':
      return success('Your account is deleted.')
    case 'sessionEnded':
      return warning('Your session has ended. Please sign in again.')
    default:
      return error
        ? warning(
            `You are signed out in this browser, but the server was not told. ${explain(error).sentence}`,
          )
        : success('You are signed out.')
  }
}

const success = (sentence: string): Notice => ({ kind: 'success', sentence })
const warning = (sentence: string): Notice => ({ kind: 'warning', sentence })
