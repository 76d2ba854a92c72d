import { confirmSignUp, resendSignUpCode } from '@amulet/auth'
import { type ActionDispatch, useRef, useState } from 'react'
import { Field } from '../form/field.js'
import { StepForm } from '../form/step-form.js'
import type { Pool } from '../pool.js'
import type { Action } from '../state.js'
import { useAction } from '../use-action.js'
import { DevInbox } from './dev-inbox.js'

interface Props {
  pool: Pool
  email: string
  /** Where the code went, masked by the service; undefined when this page did not see it sent. */
  sentTo: string | undefined
  dispatch: ActionDispatch<[Action]>
}

export function Confirm({ pool, email, sentTo, dispatch }: Props) {
  const [code, setCode] = useState('')
  const codeInput = useRef<HTMLInputElement>(null)

  // One place for what goes wrong with either button: only the last one pressed has something to say.
  const confirm = useAction(async () => {
    resend.forget()
    await confirmSignUp({ username: email, confirmationCode: code })
    dispatch({
      type: 'show',
      step: { name: 'sign-in', email },
      notice: 'Your e-mail address is confirmed. Now sign in.',
    })
  })
  const resend = useAction(async () => {
    confirm.forget()
    const { destination } = await resendSignUpCode({ username: email })
    setCode('')
    dispatch({ type: 'notice', notice: `A new code is on its way to ${destination ?? email}.` })
  })

  return (
    <>
      <p>
        {sentTo ? (
          <>
            We sent a code to <strong>{sentTo}</strong>. It confirms that <strong>{email}</strong> is yours.
          </>
        ) : (
          <>
            Enter the code that was sent to <strong>{email}</strong>, or have a new one sent.
          </>
        )}
      </p>
      <StepForm
        verb="Confirm"
        verbWhileBusy="Confirming…"
        busy={confirm.busy}
        problem={confirm.problem ?? resend.problem}
        onSubmit={confirm.start}
      >
        <Field
          ref={codeInput}
          label="Code"
          name="code"
          className="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          value={code}
          // Codes are copied from messages together with the blanks around them. A `maxLength` would count those.
          onChange={(typed) => setCode(typed.replace(/\s/g, ''))}
        />
      </StepForm>
      <DevInbox
        pool={pool}
        email={email}
        onUse={(code) => {
          setCode(code)
          // Where Enter confirms.
          codeInput.current?.focus()
        }}
      />
      <p className="aside">
        <button type="button" className="link" aria-disabled={resend.busy} onClick={resend.start}>
          {resend.busy ? 'Sending…' : 'Send a new code'}
        </button>
        <button
          type="button"
          className="link"
          onClick={() => dispatch({ type: 'show', step: { name: 'sign-in', email } })}
        >
          Back to sign-in
        </button>
      </p>
    </>
  )
}
