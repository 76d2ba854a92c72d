import type { Ref } from 'react'
import { Field } from './field.js'

interface Props {
  ref: Ref<HTMLInputElement>
  value: string
  onChange: (value: string) => void
}

export function CodeField({ ref, value, onChange }: Props) {
  return (
    <Field
      ref={ref}
      label="Code"
      name="code"
      className="code"
      inputMode="numeric"
      autoComplete="one-time-code"
      required
      value={value}
      // Codes are copied from messages together with the blanks around them. A `maxLength` would count those.
      onChange={(typed) => onChange(typed.replace(/\s/g, ''))}
    />
  )
}
