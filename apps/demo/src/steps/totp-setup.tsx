import type { AuthTOTPSetupDetails } from '@amulet/auth'
import { type ActionDispatch, useRef, useState } from 'react'
import { CodeField } from '../form/code-field.js'
import { StepForm } from '../form/step-form.js'
import { explainCode } from '../problem.js'
import type { Action } from '../state.js'
import { TotpSecret } from '../totp-secret.js'
import { BackToSignIn } from './back-to-sign-in.js'
import { useConfirmSignIn } from './use-confirm-sign-in.js'

interface Props {
  email: string
  setup: AuthTOTPSetupDetails
  dispatch: ActionDispatch<[Action]>
}

/** The set-up of an authenticator app in a pool that wants a second factor of every account. */
export function TotpSetup({ email, setup, dispatch }: Props) {
  const [code, setCode] = useState('')
  const codeInput = useRef<HTMLInputElement>(null)
  const { start, busy, problem } = useConfirmSignIn(
    email,
    dispatch,
    () => code,
    (error) => explainCode(error, 'app'),
  )

  return (
    <>
      <TotpSecret setup={setup} email={email} />
      <StepForm verb="Sign in" verbWhileBusy="Signing in…" busy={busy} problem={problem} onSubmit={start}>
        <CodeField ref={codeInput} value={code} onChange={setCode} />
      </StepForm>
      <p className="aside">
        <BackToSignIn email={email} dispatch={dispatch} />
      </p>
    </>
  )
}
