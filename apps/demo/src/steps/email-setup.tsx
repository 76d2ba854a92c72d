import { type ActionDispatch, useState } from 'react'
import { EmailField } from '../form/email-field.js'
import { StepForm } from '../form/step-form.js'
import { explainAnswer } from '../problem.js'
import type { Action } from '../state.js'
import { BackToSignIn } from './back-to-sign-in.js'
import { useConfirmSignIn } from './use-confirm-sign-in.js'

const explain = explainAnswer({ sentence: 'Enter an e-mail address.', field: 'email' })

interface Props {
  email: string
  dispatch: ActionDispatch<[Action]>
}

/** Asks an account without an address for one that codes go to. */
export function EmailSetup({ email, dispatch }: Props) {
  const [address, setAddress] = useState('')
  const { start, busy, problem } = useConfirmSignIn(email, dispatch, () => address.trim(), explain)

  return (
    <>
      <p>Codes for your sign-ins will be sent to this address.</p>
      <StepForm verb="Send a code" verbWhileBusy="Sending…" busy={busy} problem={problem} onSubmit={start}>
        <EmailField value={address} onChange={setAddress} />
      </StepForm>
      <p className="aside">
        <BackToSignIn email={email} dispatch={dispatch} />
      </p>
    </>
  )
}
