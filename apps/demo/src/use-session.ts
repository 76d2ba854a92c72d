import { getCurrentUser, Hub, isAuthError } from '@amulet/auth'
import { type ActionDispatch, useEffect } from 'react'
import { explain } from './problem.js'
import type { Action } from './state.js'

/** Keeps the page in step with who is signed in: at the start, in this tab, and in the others. */
export function useSession(dispatch: ActionDispatch<[Action]>): void {
  useEffect(() => {
    const check = async (noticeWhenSignedOut: string) => {
      try {
        dispatch({ type: 'signed-in', user: await getCurrentUser() })
      } catch (error) {
        const isSignedOut = isAuthError(error, 'UserUnAuthenticatedException')
        dispatch({ type: 'signed-out', notice: isSignedOut ? noticeWhenSignedOut : explain(error).sentence })
      }
    }

    const stop = Hub.listen('auth', ({ payload }) => {
      if (payload.event === 'signedIn') dispatch({ type: 'signed-in', user: payload.data })
      if (payload.event === 'signedOut') {
        const { reason, error } = payload.data
        dispatch({
          type: 'signed-out',
          notice:
            reason === 'sessionEnded'
              ? 'Your session has ended. Please sign in again.'
              : error
                ? `You are signed out in this browser, but the server was not told. ${explain(error).sentence}`
                : 'You are signed out.',
        })
      }
    })

    // A sign-in or sign-out writes several keys; the tab that listens waits until the last one is there.
    let timer: number | undefined
    const onStorage = ({ key }: StorageEvent) => {
      // The key is null when all of the storage was cleared.
      if (key !== null && !key.startsWith('CognitoIdentityServiceProvider.')) return
      window.clearTimeout(timer)
      timer = window.setTimeout(() => check('You were signed out in another tab.'), 100)
    }
    window.addEventListener('storage', onStorage)

    void check('')
    return () => {
      stop()
      window.clearTimeout(timer)
      window.removeEventListener('storage', onStorage)
    }
  }, [dispatch])
}
