import { Field } from './field.js'

interface Props {
  value: string
  onChange: (value: string) => void
  /** Whether browsers may suggest passkeys here. */
  offersPasskeys?: boolean
}

export function EmailField({ value, onChange, offersPasskeys = false }: Props) {
  return (
    <Field
      label="E-mail address"
      name="email"
      type="email"
      // What a password manager files the password under, on sign-up and on sign-in alike.
      autoComplete={offersPasskeys ? 'username webauthn' : 'username'}
      autoCapitalize="none"
      spellCheck={false}
      required
      value={value}
      onChange={onChange}
    />
  )
}
