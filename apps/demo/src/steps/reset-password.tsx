import { confirmResetPassword, resetPassword } from '@amulet/auth'
import { type ActionDispatch, useState } from 'react'
import { NewPasswordField } from '../form/new-password-field.js'
import type { Pool } from '../pool.js'
import type { Action } from '../state.js'
import { CodeStep } from './code-step.js'

interface Props {
  pool: Pool
  email: string
  /** Where the code went, masked by the service; undefined when this page did not see it sent. */
  sentTo: string | undefined
  dispatch: ActionDispatch<[Action]>
}

const purposes = ['forgot-password']

export function ResetPassword({ pool, email, sentTo, dispatch }: Props) {
  const [password, setPassword] = useState('')

  return (
    <CodeStep
      pool={pool}
      email={email}
      purposes={purposes}
      verb="Change password"
      verbWhileBusy="Changing password…"
      submit={async (code) => {
        await confirmResetPassword({ username: email, confirmationCode: code, newPassword: password })
        dispatch({
          type: 'show',
          step: { name: 'sign-in', email },
          notice: { kind: 'success', sentence: 'Your password is changed. Now sign in with it.' },
        })
      }}
      resend={async () => {
        const { nextStep } = await resetPassword({ username: email })
        return `A new code was asked for, to be sent to ${nextStep.codeDeliveryDetails.destination ?? email}.`
      }}
      dispatch={dispatch}
      intro={
        sentTo ? (
          // The service answers for unknown users as for known ones, so this page cannot promise more.
          <>
            If <strong>{email}</strong> has an account here, a code is on its way to <strong>{sentTo}</strong>
            .
          </>
        ) : (
          <>
            Enter the code that was sent to <strong>{email}</strong>, or have a new one sent.
          </>
        )
      }
    >
      <NewPasswordField label="New password" username={email} value={password} onChange={setPassword} />
    </CodeStep>
  )
}
