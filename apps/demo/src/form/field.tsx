import { type ComponentProps, type ReactNode, use, useId } from 'react'
import { ProblemContext } from './problem-context.js'

interface Props extends Omit<ComponentProps<'input'>, 'onChange' | 'value' | 'id'> {
  label: string
  /** Identifies the field to the form: a problem with this name is shown here. */
  name: string
  value: string
  onChange: (value: string) => void
  /** A short help, read together with the label. */
  hint?: ReactNode
  /** Something inside the field's frame, after the input. */
  after?: ReactNode
}

/** A labelled text input. */
export function Field({ label, name, value, onChange, hint, after, ...input }: Props) {
  const id = useId()
  const problem = use(ProblemContext)
  const invalid = problem?.field === name
  const hintId = `${id}-hint`
  const problemId = `${id}-problem`
  const describedBy = [invalid ? problemId : '', hint ? hintId : ''].filter(Boolean).join(' ')

  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="frame">
        <input
          {...input}
          id={id}
          name={name}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          aria-invalid={invalid}
          aria-describedby={describedBy || undefined}
        />
        {after}
      </div>
      {/* Always in the page, so that screen readers watch it when a sentence comes. */}
      <p className="field-problem" id={problemId} role="alert">
        {invalid && problem.sentence}
      </p>
      {hint && (
        <div className="hint" id={hintId}>
          {hint}
        </div>
      )}
    </div>
  )
}
