import { TextField } from './form.js'
import type { View } from './view.js'

/** What users of a pool sign in with: decides how the field is called. */
export type NameKind = 'username' | 'email' | 'phoneNumber' | 'emailOrPhoneNumber'

/** The field of the name that a user signs in with. */
export const NameField = ({
  view,
  id = 'username',
  kind,
  placeholder,
  value,
  hint,
  error,
  autofocus = false,
  passkey = false,
}: {
  view: View
  id?: string
  kind: NameKind
  placeholder?: string | undefined
  value?: string | undefined
  hint?: string | undefined
  error?: string | undefined
  autofocus?: boolean
  /** Whether the browser suggests passkeys in it. */
  passkey?: boolean
}) => (
  <TextField
    view={view}
    id={id}
    name="username"
    label={view.texts[kind]}
    // Not `email`: browsers refuse addresses that pools take.
    type={kind === 'phoneNumber' ? 'tel' : 'text'}
    {...(kind === 'email' && { inputmode: 'email' })}
    placeholder={placeholder}
    autocomplete={passkey ? 'username webauthn' : 'username'}
    value={value}
    hint={hint}
    error={error}
    autofocus={autofocus}
  />
)
