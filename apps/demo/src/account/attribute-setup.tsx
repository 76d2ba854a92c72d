import { confirmUserAttribute, sendUserAttributeVerificationCode, updateUserAttribute } from '@amulet/auth'
import { useRef, useState } from 'react'
import { AttributeField } from '../form/attribute-field.js'
import { CodeField } from '../form/code-field.js'
import { StepForm } from '../form/step-form.js'
import type { Pool } from '../pool.js'
import { DevInbox } from '../steps/dev-inbox.js'
import { useAction } from '../use-action.js'

interface Props {
  pool: Pool
  /** Where the pool sends codes to. */
  name: 'email' | 'phone_number'
  /** What the button of the address says. */
  verb: string
  onDone: () => Promise<void> | void
}

const purposes = ['update-attribute', 'verify-attribute']

/** Gives the account an address or a number, and confirms it where the pool sends a code. */
export function AttributeSetup({ pool, name, verb, onDone }: Props) {
  const [value, setValue] = useState('')
  const [isSent, setSent] = useState(false)
  const [code, setCode] = useState('')
  const [news, setNews] = useState('')
  const codeInput = useRef<HTMLInputElement>(null)
  const to = name === 'phone_number' ? value.replace(/[^+\d]/g, '') : value.trim()

  const saving = useAction(async () => {
    const { isUpdated } = await updateUserAttribute({ userAttribute: { attributeKey: name, value: to } })
    if (isUpdated) await onDone()
    else setSent(true)
  })
  const confirming = useAction(async () => {
    resending.forget()
    setNews('')
    await confirmUserAttribute({ userAttributeKey: name, confirmationCode: code })
    await onDone()
  })
  const resending = useAction(async () => {
    confirming.forget()
    setNews('')
    const { destination } = await sendUserAttributeVerificationCode({ userAttributeKey: name })
    setNews(`A new code is on its way to ${destination ?? to}.`)
  })

  if (!isSent)
    return (
      <StepForm
        verb={verb}
        verbWhileBusy="Saving…"
        busy={saving.busy}
        problem={saving.problem}
        onSubmit={saving.start}
      >
        <AttributeField name={name} value={value} onChange={setValue} />
      </StepForm>
    )
  return (
    <>
      <p>
        Enter the code that was sent to <strong>{to}</strong>. What you had before stays until then.
      </p>
      <StepForm
        verb="Confirm"
        verbWhileBusy="Confirming…"
        busy={confirming.busy}
        problem={confirming.problem ?? resending.problem}
        onSubmit={confirming.start}
      >
        <CodeField ref={codeInput} value={code} onChange={setCode} />
      </StepForm>
      <DevInbox pool={pool} to={to} purposes={purposes} onUse={setCode} />
      <p className="aside">
        <button type="button" className="link" aria-disabled={resending.busy} onClick={resending.start}>
          {resending.busy ? 'Sending…' : 'Send a new code'}
        </button>
        <span role="status">{news}</span>
      </p>
    </>
  )
}
