import { confirmUserAttribute, updateUserAttribute } from '@amulet/auth'
import { useRef, useState } from 'react'
import { AttributeField } from '../form/attribute-field.js'
import { CodeField } from '../form/code-field.js'
import { StepForm } from '../form/step-form.js'
import type { Pool } from '../pool.js'
import { DevInbox } from '../steps/dev-inbox.js'
import { useAction } from '../use-action.js'

interface Props {
  pool: Pool
  onDone: () => Promise<void>
}

const purposes = ['update-attribute', 'verify-attribute']

/** Gives the account a phone number, and confirms it where the pool sends a code. */
export function PhoneSetup({ pool, onDone }: Props) {
  const [number, setNumber] = useState('')
  const [isSent, setSent] = useState(false)
  const [code, setCode] = useState('')
  const codeInput = useRef<HTMLInputElement>(null)
  const to = number.replace(/[^+\d]/g, '')

  const saving = useAction(async () => {
    const { isUpdated } = await updateUserAttribute({
      userAttribute: { attributeKey: 'phone_number', value: to },
    })
    if (isUpdated) await onDone()
    else setSent(true)
  })
  const confirming = useAction(async () => {
    await confirmUserAttribute({ userAttributeKey: 'phone_number', confirmationCode: code })
    await onDone()
  })

  return (
    <div className="inset">
      {isSent ? (
        <>
          <StepForm
            verb="Confirm"
            verbWhileBusy="Confirming…"
            busy={confirming.busy}
            problem={confirming.problem}
            onSubmit={confirming.start}
          >
            <CodeField ref={codeInput} value={code} onChange={setCode} />
          </StepForm>
          <DevInbox pool={pool} to={to} purposes={purposes} onUse={setCode} />
        </>
      ) : (
        <StepForm
          verb="Use this number"
          verbWhileBusy="Saving…"
          busy={saving.busy}
          problem={saving.problem}
          onSubmit={saving.start}
        >
          <AttributeField name="phone_number" value={number} onChange={setNumber} />
        </StepForm>
      )}
    </div>
  )
}
