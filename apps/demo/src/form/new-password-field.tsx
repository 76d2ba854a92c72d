import { PasswordField } from './password-field.js'

interface Props {
  label?: string | undefined
  /** Whose password it is, where the form does not ask: password managers file it under this. */
  username?: string
  value: string
  onChange: (value: string) => void
}

/** A password to be chosen. The policy is the pool's: a page that repeats it is wrong about the next pool. */
export function NewPasswordField({ label, username, value, onChange }: Props) {
  return (
    <>
      {username && <input type="text" autoComplete="username" value={username} readOnly hidden />}
      <PasswordField
        label={label}
        value={value}
        onChange={onChange}
        autoComplete="new-password"
        hint="The user pool may ask for a certain length, capitals, digits and symbols, and says what is missing."
      />
    </>
  )
}
