import type { FetchUserAttributesOutput } from '@amulet/auth'
import type { Pool } from '../pool.js'
import { AttributeSetup } from './attribute-setup.js'
import { Changeable } from './changeable.js'
import { DeleteForm } from './delete-form.js'
import { NameForm } from './name-form.js'
import { PasswordForm } from './password-form.js'

interface Props {
  pool: Pool
  attributes: FetchUserAttributesOutput | undefined
  /** What password managers file the password under. */
  username: string
  /** The server has other attributes now. */
  onChange: () => void
}

/** What users change about their own account. */
export function Profile({ pool, attributes = {}, username, onChange }: Props) {
  const { name = '', email = '', email_verified, identities } = attributes
  return (
    <section aria-labelledby="profile">
      <h2 id="profile">Your account</h2>
      <ul className="list">
        <Changeable name="Name" value={name || 'none yet'}>
          {(close) => (
            <NameForm
              name={name}
              onDone={() => {
                onChange()
                close('Your name is changed.')
              }}
            />
          )}
        </Changeable>
        <Changeable
          name="E-mail address"
          value={email && `${email}${email_verified === 'true' ? '' : ', not confirmed'}`}
        >
          {(close) => (
            <AttributeSetup
              pool={pool}
              name="email"
              verb="Send a code"
              onDone={() => {
                onChange()
                close('Your e-mail address is changed.')
              }}
            />
          )}
        </Changeable>
        {/* A user who signs in at a provider has no password here. */}
        {!identities && (
          <Changeable name="Password" value="••••••••">
            {(close) => (
              <PasswordForm username={username} onDone={() => close('Your password is changed.')} />
            )}
          </Changeable>
        )}
        <Changeable name="Delete this account" value="There is no way back." verb="Delete">
          {(close) => <DeleteForm onCancel={close} />}
        </Changeable>
      </ul>
    </section>
  )
}
