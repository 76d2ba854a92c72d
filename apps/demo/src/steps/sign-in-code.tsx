import { type ActionDispatch, useRef, useState } from 'react'
import { CodeField } from '../form/code-field.js'
import { StepForm } from '../form/step-form.js'
import type { Pool } from '../pool.js'
import { explainCode } from '../problem.js'
import type { Action } from '../state.js'
import { BackToSignIn } from './back-to-sign-in.js'
import { DevInbox } from './dev-inbox.js'
import { useConfirmSignIn } from './use-confirm-sign-in.js'

interface Props {
  pool: Pool
  email: string
  by: 'SMS' | 'EMAIL' | 'TOTP'
  /** Where the code went, masked by the service. */
  sentTo: string | undefined
  dispatch: ActionDispatch<[Action]>
}

const purposes = ['sign-in']

export function SignInCode({ pool, email, by, sentTo, dispatch }: Props) {
  const [code, setCode] = useState('')
  const codeInput = useRef<HTMLInputElement>(null)
  const { start, busy, problem } = useConfirmSignIn(
    email,
    dispatch,
    () => code,
    (error) => explainCode(error, by === 'TOTP' ? 'app' : 'message'),
  )

  return (
    <>
      <p>
        {by === 'TOTP' ? (
          <>
            Enter the code that your authenticator app shows for <strong>{email}</strong>.
          </>
        ) : (
          <>
            Enter the code that was sent to <strong>{sentTo ?? email}</strong>.
          </>
        )}
      </p>
      <StepForm verb="Sign in" verbWhileBusy="Signing in…" busy={busy} problem={problem} onSubmit={start}>
        <CodeField ref={codeInput} value={code} onChange={setCode} />
      </StepForm>
      {by !== 'TOTP' && (
        <DevInbox
          pool={pool}
          // Of a number only the last digits are known here.
          {...(by === 'EMAIL' ? { to: email } : { endsWith: (sentTo ?? '').replace(/^.*\D/, '') })}
          purposes={purposes}
          onUse={(code) => {
            setCode(code)
            codeInput.current?.focus()
          }}
        />
      )}
      <p className="aside">
        <BackToSignIn email={email} dispatch={dispatch} />
      </p>
    </>
  )
}
