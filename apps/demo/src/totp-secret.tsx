import type { AuthTOTPSetupDetails } from '@amulet/auth'
import { QrCode } from './qr-code.js'

interface Props {
  setup: AuthTOTPSetupDetails
  /** What the app shows beside its code. */
  email: string
}

/** The secret of an authenticator app: to be scanned, opened on this device, or typed. */
export function TotpSecret({ setup, email }: Props) {
  const uri = `${setup.getSetupUri('Amulet demo', email)}`
  return (
    <div className="secret">
      <QrCode text={uri} label="QR code with the secret for an authenticator app" />
      <div>
        <p>
          Scan this with an authenticator app, <a href={uri}>open it</a> in one on this device, or type the
          secret:
        </p>
        <p>
          <code className="spaced" translate="no">
            {(setup.sharedSecret.match(/.{1,4}/g) ?? []).join(' ')}
          </code>
        </p>
      </div>
    </div>
  )
}
