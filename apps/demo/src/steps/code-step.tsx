import { type ActionDispatch, type ReactNode, useRef, useState } from 'react'
import { CodeField } from '../form/code-field.js'
import { StepForm } from '../form/step-form.js'
import type { Pool } from '../pool.js'
import type { Action } from '../state.js'
import { useAction } from '../use-action.js'
import { BackToSignIn } from './back-to-sign-in.js'
import { DevInbox } from './dev-inbox.js'

interface Props {
  pool: Pool
  email: string
  /** What the messages are for that bring such a code, in the words of the development inbox. */
  purposes: readonly string[]
  verb: string
  verbWhileBusy: string
  submit: (code: string) => Promise<void>
  /** Has a new code sent, and says so. */
  resend: () => Promise<string>
  dispatch: ActionDispatch<[Action]>
  intro: ReactNode
  /** Fields that follow the code. */
  children?: ReactNode
}

/** A step that a code from a message takes a person through. */
export function CodeStep(props: Props) {
  const { pool, email, purposes, verb, verbWhileBusy, submit, resend, dispatch, intro, children } = props
  const [code, setCode] = useState('')
  const codeInput = useRef<HTMLInputElement>(null)

  // One place for what comes of either button: only the last one pressed has something to say.
  const submitting = useAction(async () => {
    resending.forget()
    dispatch({ type: 'notice', notice: undefined })
    await submit(code)
  })
  const resending = useAction(async () => {
    submitting.forget()
    dispatch({ type: 'notice', notice: undefined })
    const sentence = await resend()
    setCode('')
    dispatch({ type: 'notice', notice: { kind: 'success', sentence } })
  })

  return (
    <>
      <p>{intro}</p>
      <StepForm
        verb={verb}
        verbWhileBusy={verbWhileBusy}
        busy={submitting.busy}
        problem={submitting.problem ?? resending.problem}
        onSubmit={submitting.start}
      >
        <CodeField ref={codeInput} value={code} onChange={setCode} />
        {children}
      </StepForm>
      <DevInbox
        pool={pool}
        to={email}
        purposes={purposes}
        onUse={(code) => {
          setCode(code)
          // Where Enter goes on.
          codeInput.current?.focus()
        }}
      />
      <p className="aside">
        <button type="button" className="link" aria-disabled={resending.busy} onClick={resending.start}>
          {resending.busy ? 'Sending…' : 'Send a new code'}
        </button>
        <BackToSignIn email={email} dispatch={dispatch} />
      </p>
    </>
  )
}
