import { type ReactNode, useEffect, useId, useRef } from 'react'
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

/** A form of one step: its fields, what is wrong with them, and one button. */
export function StepForm({ verb, verbWhileBusy, busy, problem, onSubmit, children }: Props) {
  const form = useRef<HTMLFormElement>(null)
  const problemId = useId()

  useEffect(() => {
    const field = problem?.field && form.current?.elements.namedItem(problem.field)
    if (field instanceof HTMLInputElement) field.focus()
  }, [problem])

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
      <ProblemContext value={{ id: problemId, field: problem?.field }}>{children}</ProblemContext>
      {/* Always in the page, so that screen readers watch it when a sentence comes. */}
      <p className="problem" id={problemId} role="alert">
        {problem?.sentence}
      </p>
      {/* Not `disabled`: a disabled button drops the keyboard focus to the top of the page. */}
      <button type="submit" className="primary" aria-disabled={busy}>
        {busy ? verbWhileBusy : verb}
      </button>
    </form>
  )
}
