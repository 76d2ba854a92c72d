import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Problem } from '../problem.js'
import { ProblemContext } from './problem-context.js'

interface Props {
  /** What the button says, for example "Sign in". */
  verb: string
  /** What it says while it works, for example "Signing in…". */
  verbWhileBusy: string
  busy: boolean
  problem: Problem | undefined
  onSubmit: () => void
  children: ReactNode
}

/** A form of one step: its fields, each with what is wrong with it, what else is wrong, and one button. */
export function StepForm({ verb, verbWhileBusy, busy, problem, onSubmit, children }: Props) {
  const form = useRef<HTMLFormElement>(null)
  /** Whether the problem is shown at one of the fields. */
  const [isAtField, setAtField] = useState(false)

  // Before it is drawn: the sentence is to stand in one place.
  useLayoutEffect(() => {
    setAtField(fieldOf(form.current, problem) !== undefined)
  })
  useEffect(() => fieldOf(form.current, problem)?.focus(), [problem])

  return (
    // The library checks the input and says what is missing, in one place for every kind of caller; the
    // browser's own bubbles would say half of it in other words.
    <form
      ref={form}
      noValidate
      aria-busy={busy}
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit()
      }}
    >
      <ProblemContext value={problem}>{children}</ProblemContext>
      {/* Always in the page, so that screen readers watch it when a sentence comes. */}
      <p className="problem" role="alert">
        {!isAtField && problem?.sentence}
      </p>
      {/* Not `disabled`: a disabled button drops the keyboard focus to the top of the page. */}
      <button type="submit" className="primary" aria-disabled={busy}>
        {busy ? verbWhileBusy : verb}
      </button>
    </form>
  )
}

function fieldOf(form: HTMLFormElement | null, problem: Problem | undefined): HTMLInputElement | undefined {
  const field = problem?.field && form?.elements.namedItem(problem.field)
  return field instanceof HTMLInputElement ? field : undefined
}
