import { Field } from './field.js'

export function EmailField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <Field
      label="E-mail address"
      name="email"
      type="email"
      // What a password manager files the password under, on sign-up and on sign-in alike.
      autoComplete="username"
      autoCapitalize="none"
      spellCheck={false}
      required
      value={value}
      onChange={onChange}
    />
  )
}
