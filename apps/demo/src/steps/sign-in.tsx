import { signIn } from '@amulet/auth'
import { type ActionDispatch, useState } from 'react'
import { EmailField } from '../form/email-field.js'
import { PasswordField } from '../form/password-field.js'
import { StepForm } from '../form/step-form.js'
import type { Action } from '../state.js'
import { useAction } from '../use-action.js'
import { afterSignIn } from './after-sign-in.js'

interface Props {
  email: string
  dispatch: ActionDispatch<[Action]>
}

export function SignIn({ email: initialEmail, dispatch }: Props) {
  const [email, setEmail] = useState(initialEmail)
  const [password, setPassword] = useState('')

  const { start, busy, problem } = useAction(async () => {
    // What led here is no news any more, and must not stand beside what goes wrong now.
    dispatch({ type: 'notice', notice: undefined })
    const username = email.trim()
    const { nextStep } = await signIn({ username, password })
    const action = afterSignIn(nextStep, username)
    if (action) dispatch(action)
  })

  return (
    <>
      <StepForm verb="Sign in" verbWhileBusy="Signing in…" busy={busy} problem={problem} onSubmit={start}>
        <EmailField value={email} onChange={setEmail} />
        <PasswordField value={password} onChange={setPassword} autoComplete="current-password" />
      </StepForm>
      <p className="aside">
        <button
          type="button"
          className="link"
          onClick={() => dispatch({ type: 'show', step: { name: 'sign-up', email } })}
        >
          Create an account
        </button>
        <button
          type="button"
          className="link"
          onClick={() => dispatch({ type: 'show', step: { name: 'forgot-password', email } })}
        >
          Forgot your password?
        </button>
      </p>
    </>
  )
}
