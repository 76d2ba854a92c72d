import { type ActionDispatch, useId, useState } from 'react'
import { factorLabel } from '../factor-label.js'
import { StepForm } from '../form/step-form.js'
import type { Action } from '../state.js'
import { BackToSignIn } from './back-to-sign-in.js'
import { useConfirmSignIn } from './use-confirm-sign-in.js'

interface Props {
  email: string
  /** At least one, in the words that the library takes. */
  factors: readonly string[]
  dispatch: ActionDispatch<[Action]>
}

export function ChooseFactor({ email, factors, dispatch }: Props) {
  const [chosen, setChosen] = useState(factors[0] ?? '')
  const name = useId()
  const { start, busy, problem } = useConfirmSignIn(email, dispatch, () => chosen)

  return (
    <>
      <StepForm verb="Continue" verbWhileBusy="One moment…" busy={busy} problem={problem} onSubmit={start}>
        <fieldset className="choices">
          <legend>
            Continue as <strong>{email}</strong> with
          </legend>
          {factors.map((factor) => (
            <label key={factor}>
              <input
                type="radio"
                name={name}
                value={factor}
                checked={factor === chosen}
                onChange={() => setChosen(factor)}
              />
              {factorLabel(factor)}
            </label>
          ))}
        </fieldset>
      </StepForm>
      <p className="aside">
        <BackToSignIn email={email} dispatch={dispatch} />
      </p>
    </>
  )
}
