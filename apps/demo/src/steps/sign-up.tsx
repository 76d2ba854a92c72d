import { signUp } from '@amulet/auth'
import { type ActionDispatch, useState } from 'react'
import { EmailField } from '../form/email-field.js'
import { Field } from '../form/field.js'
import { NewPasswordField } from '../form/new-password-field.js'
import { StepForm } from '../form/step-form.js'
import type { Pool } from '../pool.js'
import type { Action } from '../state.js'
import { useAction } from '../use-action.js'

interface Props {
  pool: Pool
  email: string
  dispatch: ActionDispatch<[Action]>
}

export function SignUp({ pool: { authFlowType }, email: initialEmail, dispatch }: Props) {
  const [name, setName] = useState('')
  const [email, setEmail] = useState(initialEmail)
  const [password, setPassword] = useState('')
  const [isPasswordless, setPasswordless] = useState(false)

  const { start, busy, problem } = useAction(async () => {
    const username = email.trim()
    const { nextStep } = await signUp({
      username,
      ...(!isPasswordless && { password }),
      options: {
        userAttributes: { email: username, ...(name.trim() && { name: name.trim() }) },
        // The code that confirms the address signs in as well.
        autoSignIn: isPasswordless ? { authFlowType: 'USER_AUTH' } : authFlowType ? { authFlowType } : true,
      },
    })
    if (nextStep.signUpStep === 'CONFIRM_SIGN_UP') {
      const sentTo = nextStep.codeDeliveryDetails.destination
      dispatch({ type: 'show', step: { name: 'confirm', email: username, sentTo } })
    } else {
      dispatch({
        type: 'show',
        step: { name: 'sign-in', email: username },
        notice: { kind: 'success', sentence: 'Your account is ready. Sign in.' },
      })
    }
  })

  return (
    <>
      <StepForm
        verb="Create account"
        verbWhileBusy="Creating account…"
        busy={busy}
        problem={problem}
        onSubmit={start}
      >
        <Field label="Your name (optional)" name="name" autoComplete="name" value={name} onChange={setName} />
        <EmailField value={email} onChange={setEmail} />
        <label className="check">
          <input
            type="checkbox"
            checked={isPasswordless}
            onChange={(event) => setPasswordless(event.target.checked)}
          />
          Without a password: codes sign me in
        </label>
        {!isPasswordless && <NewPasswordField value={password} onChange={setPassword} />}
      </StepForm>
      <p className="aside">
        Have an account?{' '}
        <button
          type="button"
          className="link"
          onClick={() => dispatch({ type: 'show', step: { name: 'sign-in', email } })}
        >
          Sign in
        </button>
      </p>
    </>
  )
}
