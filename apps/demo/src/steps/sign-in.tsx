import { signIn } from '@amulet/auth'
import { type ActionDispatch, useState } from 'react'
import { EmailField } from '../form/email-field.js'
import { PasswordField } from '../form/password-field.js'
import { StepForm } from '../form/step-form.js'
import type { Action } from '../state.js'
import { useAction } from '../use-action.js'

interface Props {
  email: string
  dispatch: ActionDispatch<[Action]>
}

export function SignIn({ email: initialEmail, dispatch }: Props) {
  const [email, setEmail] = useState(initialEmail)
  const [password, setPassword] = useState('')

  const { start, busy, problem } = useAction(async () => {
    // What led here is no news any more, and must not stand beside what goes wrong now.
    dispatch({ type: 'notice', notice: '' })
    const { nextStep } = await signIn({ username: email.trim(), password })
    switch (nextStep.signInStep) {
      case 'DONE':
        // The `signedIn` event has moved the page on already.
        return
      case 'CONFIRM_SIGN_UP':
        return dispatch({
          type: 'show',
          step: { name: 'confirm', email: email.trim(), sentTo: undefined },
          notice: 'This account still waits for its code.',
        })
      default:
        throw new Error(`this account needs a step that this page does not show (${nextStep.signInStep})`)
    }
  })

  return (
    <>
      <StepForm verb="Sign in" verbWhileBusy="Signing in…" busy={busy} problem={problem} onSubmit={start}>
        <EmailField value={email} onChange={setEmail} />
        <PasswordField value={password} onChange={setPassword} autoComplete="current-password" />
      </StepForm>
      <p className="aside">
        New here?{' '}
        <button
          type="button"
          className="link"
          onClick={() => dispatch({ type: 'show', step: { name: 'sign-up', email } })}
        >
          Create an account
        </button>
      </p>
    </>
  )
}
