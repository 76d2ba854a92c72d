import { updatePassword } from '@amulet/auth'
import { useState } from 'react'
import { NewPasswordField } from '../form/new-password-field.js'
import { PasswordField } from '../form/password-field.js'
import { StepForm } from '../form/step-form.js'
import { explainChange } from '../problem.js'
import { useAction } from '../use-action.js'

export function PasswordForm({ username, onDone }: { username: string; onDone: () => void }) {
  const [oldPassword, setOldPassword] = useState('')
  const [newPassword, setNewPassword] = useState('')
  const { start, busy, problem } = useAction(
    async () => {
      await updatePassword({ oldPassword, newPassword })
      onDone()
    },
    (error) => explainChange(error, oldPassword),
  )
  return (
    <StepForm
      verb="Change password"
      verbWhileBusy="Changing password…"
      busy={busy}
      problem={problem}
      onSubmit={start}
    >
      <PasswordField
        label="Present password"
        name="oldPassword"
        value={oldPassword}
        onChange={setOldPassword}
        autoComplete="current-password"
      />
      <NewPasswordField
        label="New password"
        username={username}
        value={newPassword}
        onChange={setNewPassword}
      />
    </StepForm>
  )
}
