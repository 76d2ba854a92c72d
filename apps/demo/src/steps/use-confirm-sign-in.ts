import { confirmSignIn } from '@amulet/auth'
import type { ActionDispatch } from 'react'
import { explain, type Problem } from '../problem.js'
import type { Action } from '../state.js'
import { useAction } from '../use-action.js'
import { afterSignIn } from './after-sign-in.js'

/** Answers the step of a sign-in, and shows the one that follows. */
export function useConfirmSignIn(
  email: string,
  dispatch: ActionDispatch<[Action]>,
  answer: () => string,
  explainError: (error: unknown) => Problem = explain,
) {
  return useAction(async () => {
    dispatch({ type: 'notice', notice: undefined })
    const { nextStep } = await confirmSignIn({ challengeResponse: answer() })
    const action = afterSignIn(nextStep, email)
    if (action) dispatch(action)
  }, explainError)
}
