import { updateUserAttributes } from '@amulet/auth'
import { useState } from 'react'
import { AttributeField } from '../form/attribute-field.js'
import { StepForm } from '../form/step-form.js'
import { useAction } from '../use-action.js'

export function NameForm({ name: before, onDone }: { name: string; onDone: () => void }) {
  const [name, setName] = useState(before)
  const { start, busy, problem } = useAction(async () => {
    await updateUserAttributes({ userAttributes: { name: name.trim() } })
    onDone()
  })
  return (
    <StepForm verb="Save" verbWhileBusy="Saving…" busy={busy} problem={problem} onSubmit={start}>
      <AttributeField name="name" value={name} onChange={setName} />
    </StepForm>
  )
}
