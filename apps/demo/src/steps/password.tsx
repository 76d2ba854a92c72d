import { type ActionDispatch, useState } from 'react'
import { PasswordField } from '../form/password-field.js'
import { StepForm } from '../form/step-form.js'
import { explainAnswer } from '../problem.js'
import type { Action } from '../state.js'
import { BackToSignIn } from './back-to-sign-in.js'
import { useConfirmSignIn } from './use-confirm-sign-in.js'

const explain = explainAnswer({ sentence: 'Enter your password.', field: 'password' })

interface Props {
  email: string
  dispatch: ActionDispatch<[Action]>
}

export function Password({ email, dispatch }: Props) {
  const [password, setPassword] = useState('')
  const { start, busy, problem } = useConfirmSignIn(email, dispatch, () => password, explain)

  return (
    <>
      <p>
        Enter the password of <strong>{email}</strong>.
      </p>
      <StepForm verb="Sign in" verbWhileBusy="Signing in…" busy={busy} problem={problem} onSubmit={start}>
        <input type="text" autoComplete="username" value={email} readOnly hidden />
        <PasswordField value={password} onChange={setPassword} autoComplete="current-password" />
      </StepForm>
      <p className="aside">
        <BackToSignIn email={email} dispatch={dispatch} />
      </p>
    </>
  )
}
