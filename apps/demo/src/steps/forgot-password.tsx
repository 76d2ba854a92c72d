import { resetPassword } from '@amulet/auth'
import { type ActionDispatch, useState } from 'react'
import { EmailField } from '../form/email-field.js'
import { StepForm } from '../form/step-form.js'
import type { Action } from '../state.js'
import { useAction } from '../use-action.js'
import { BackToSignIn } from './back-to-sign-in.js'

interface Props {
  email: string
  dispatch: ActionDispatch<[Action]>
}

export function ForgotPassword({ email: initialEmail, dispatch }: Props) {
  const [email, setEmail] = useState(initialEmail)

  const { start, busy, problem } = useAction(async () => {
    const username = email.trim()
    const { nextStep } = await resetPassword({ username })
    const sentTo = nextStep.codeDeliveryDetails.destination
    dispatch({ type: 'show', step: { name: 'reset-password', email: username, sentTo } })
  })

  return (
    <>
      <p>Have a code sent to you, and choose a new password with it.</p>
      <StepForm verb="Send a code" verbWhileBusy="Sending…" busy={busy} problem={problem} onSubmit={start}>
        <EmailField value={email} onChange={setEmail} />
      </StepForm>
      <p className="aside">
        <BackToSignIn email={email} dispatch={dispatch} />
      </p>
    </>
  )
}
