import { type AuthTOTPSetupDetails, verifyTOTPSetup } from '@amulet/auth'
import { useRef, useState } from 'react'
import { CodeField } from '../form/code-field.js'
import { StepForm } from '../form/step-form.js'
import { explainCode } from '../problem.js'
import { TotpSecret } from '../totp-secret.js'
import { useAction } from '../use-action.js'

interface Props {
  setup: AuthTOTPSetupDetails
  /** What the app shows for the account. */
  name: string
  onDone: () => Promise<void>
}

/** Gives an authenticator app its secret, and has it prove that it got it. */
export function AppSetup({ setup, name, onDone }: Props) {
  const [code, setCode] = useState('')
  const codeInput = useRef<HTMLInputElement>(null)
  const { start, busy, problem } = useAction(
    async () => {
      await verifyTOTPSetup({ code })
      await onDone()
    },
    (error) => explainCode(error, 'app'),
  )

  return (
    <div className="inset">
      <TotpSecret setup={setup} email={name} />
      <StepForm
        verb="Turn the app on"
        verbWhileBusy="Checking…"
        busy={busy}
        problem={problem}
        onSubmit={start}
      >
        <CodeField ref={codeInput} value={code} onChange={setCode} />
      </StepForm>
    </div>
  )
}
