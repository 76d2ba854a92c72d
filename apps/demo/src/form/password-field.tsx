import { type ReactNode, useState } from 'react'
import { Field } from './field.js'

interface Props {
  label?: string | undefined
  /** Where a form has two. */
  name?: string
  value: string
  onChange: (value: string) => void
  autoComplete: 'new-password' | 'current-password'
  hint?: ReactNode
}

/** A password that can be shown: hiding it costs more mistyped passwords than it saves from onlookers. */
export function PasswordField({
  label = 'Password',
  name = 'password',
  value,
  onChange,
  autoComplete,
  hint,
}: Props) {
  const [shown, setShown] = useState(false)
  return (
    <Field
      label={label}
      name={name}
      type={shown ? 'text' : 'password'}
      autoComplete={autoComplete}
      autoCapitalize="none"
      spellCheck={false}
      required
      value={value}
      onChange={onChange}
      hint={hint}
      after={
        <button
          type="button"
          className="quiet"
          // Begins with the word that is seen: a person who speaks to the browser says that one.
          aria-label={shown ? 'Hide password' : 'Show password'}
          onClick={() => setShown(!shown)}
        >
          {shown ? 'Hide' : 'Show'}
        </button>
      }
    />
  )
}
