import { type ActionDispatch, useState } from 'react'
import { Field } from '../form/field.js'
import { StepForm } from '../form/step-form.js'
import { explainAnswer } from '../problem.js'
import type { Action } from '../state.js'
import { BackToSignIn } from './back-to-sign-in.js'
import { useConfirmSignIn } from './use-confirm-sign-in.js'

const explain = explainAnswer({ sentence: 'Enter an answer.', field: 'answer' })

interface Props {
  email: string
  hints: Readonly<Record<string, string>>
  dispatch: ActionDispatch<[Action]>
}

/** Only the functions of the pool know what they ask for, so their hints are shown as they are. */
export function CustomChallenge({ email, hints, dispatch }: Props) {
  const [answer, setAnswer] = useState('')
  const { start, busy, problem } = useConfirmSignIn(email, dispatch, () => answer, explain)

  return (
    <>
      <dl className="pairs">
        {Object.entries(hints).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <StepForm verb="Continue" verbWhileBusy="One moment…" busy={busy} problem={problem} onSubmit={start}>
        <Field label="Your answer" name="answer" required value={answer} onChange={setAnswer} />
      </StepForm>
      <p className="aside">
        <BackToSignIn email={email} dispatch={dispatch} />
      </p>
    </>
  )
}
