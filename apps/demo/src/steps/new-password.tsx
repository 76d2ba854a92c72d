import { confirmSignIn } from '@amulet/auth'
import { type ActionDispatch, useState } from 'react'
import { AttributeField } from '../form/attribute-field.js'
import { NewPasswordField } from '../form/new-password-field.js'
import { StepForm } from '../form/step-form.js'
import type { Action } from '../state.js'
import { useAction } from '../use-action.js'
import { afterSignIn } from './after-sign-in.js'
import { BackToSignIn } from './back-to-sign-in.js'

interface Props {
  email: string
  /** Names of the attributes that the pool requires and the account lacks. */
  missing: readonly string[]
  dispatch: ActionDispatch<[Action]>
}

export function NewPassword({ email, missing, dispatch }: Props) {
  const [password, setPassword] = useState('')
  const [attributes, setAttributes] = useState<Record<string, string>>({})

  const { start, busy, problem } = useAction(async () => {
    const { nextStep } = await confirmSignIn({
      challengeResponse: password,
      options: { userAttributes: attributes },
    })
    const action = afterSignIn(nextStep, email)
    if (action) dispatch(action)
  })

  return (
    <>
      <p>
        <strong>{email}</strong> has a temporary password. Choose one of your own
        {missing.length > 0 && ', and fill in what is missing'}.
      </p>
      <StepForm
        verb="Save and sign in"
        verbWhileBusy="Signing in…"
        busy={busy}
        problem={problem}
        onSubmit={start}
      >
        <NewPasswordField label="New password" username={email} value={password} onChange={setPassword} />
        {missing.map((name) => (
          <AttributeField
            key={name}
            name={name}
            value={attributes[name] ?? ''}
            onChange={(value) => setAttributes({ ...attributes, [name]: value })}
          />
        ))}
      </StepForm>
      <p className="aside">
        <BackToSignIn email={email} dispatch={dispatch} />
      </p>
    </>
  )
}
