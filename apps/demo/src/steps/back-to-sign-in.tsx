import type { ActionDispatch } from 'react'
import type { Action } from '../state.js'

export function BackToSignIn({ email, dispatch }: { email: string; dispatch: ActionDispatch<[Action]> }) {
  return (
    <button
      type="button"
      className="link"
      onClick={() => dispatch({ type: 'show', step: { name: 'sign-in', email } })}
    >
      Back to sign-in
    </button>
  )
}
