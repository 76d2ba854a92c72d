import { autoSignIn, confirmSignUp, resendSignUpCode } from '@amulet/auth'
import type { ActionDispatch } from 'react'
import type { Pool } from '../pool.js'
import type { Action } from '../state.js'
import { afterSignIn } from './after-sign-in.js'
import { CodeStep } from './code-step.js'

interface Props {
  pool: Pool
  email: string
  /** Where the code went, masked by the service; undefined when this page did not see it sent. */
  sentTo: string | undefined
  dispatch: ActionDispatch<[Action]>
}

const purposes = ['sign-up', 'resend-code']

export function Confirm({ pool, email, sentTo, dispatch }: Props) {
  return (
    <CodeStep
      pool={pool}
      email={email}
      purposes={purposes}
      verb="Confirm"
      verbWhileBusy="Confirming…"
      submit={async (code) => {
        const { nextStep } = await confirmSignUp({ username: email, confirmationCode: code })
        if (nextStep.signUpStep === 'COMPLETE_AUTO_SIGN_IN') {
          try {
            const action = afterSignIn((await autoSignIn()).nextStep, email)
            if (action) dispatch(action)
            return
          } catch {
            // The account is there all the same: the form for signing in says what is wrong.
          }
        }
        // Another page has signed up, or this one has been loaded anew.
        dispatch({
          type: 'show',
          step: { name: 'sign-in', email },
          notice: { kind: 'success', sentence: 'Your e-mail address is confirmed. Now sign in.' },
        })
      }}
      resend={async () => {
        const { destination } = await resendSignUpCode({ username: email })
        return `A new code is on its way to ${destination ?? email}.`
      }}
      dispatch={dispatch}
      intro={
        sentTo ? (
          <>
            We sent a code to <strong>{sentTo}</strong>. It confirms that <strong>{email}</strong> is yours.
          </>
        ) : (
          <>
            Enter the code that was sent to <strong>{email}</strong>, or have a new one sent.
          </>
        )
      }
    />
  )
}
