import {
  type AuthMFAType,
  type AuthTOTPSetupDetails,
  isAuthError,
  type MFAPreference,
  setUpTOTP,
  updateMFAPreference,
} from '@amulet/auth'
import { useState } from 'react'
import { factorLabel } from '../factor-label.js'
import type { Pool } from '../pool.js'
import { useAction } from '../use-action.js'
import { AppSetup } from './app-setup.js'
import { AttributeSetup } from './attribute-setup.js'

interface Props {
  factor: AuthMFAType
  isOn: boolean
  isPreferred: boolean
  pool: Pool
  /** What an authenticator app shows for the account. */
  name: string
  /** Something has changed, as the sentence says; without one, what it said before is no news any more. */
  onChange: (sentence: string) => void
}

/** One second factor: turned on, preferred and turned off, and set up first where that takes something. */
export function SecondFactor({ factor, isOn, isPreferred, pool, name, onChange }: Props) {
  /** What is being set up. */
  const [app, setApp] = useState<AuthTOTPSetupDetails>()
  const [phone, setPhone] = useState(false)
  const label = factorLabel(factor)

  const update = async (preference: MFAPreference) => {
    await updateMFAPreference({ [factor.toLowerCase()]: preference })
    setApp(undefined)
    setPhone(false)
    onChange(
      preference === 'DISABLED'
        ? `${label} is not asked for any more.`
        : preference === 'PREFERRED'
          ? `${label} is what the next sign-in asks for.`
          : `${label} can be asked for from the next sign-in on.`,
    )
  }
  const turningOn = useAction(async () => {
    onChange('')
    if (factor === 'TOTP') return setApp(await setUpTOTP())
    try {
      await update('ENABLED')
    } catch (error) {
      // The account has no number that codes could go to.
      if (factor !== 'SMS' || !isAuthError(error, 'InvalidParameterException')) throw error
      setPhone(true)
    }
  })
  const preferring = useAction(() => update('PREFERRED'))
  const turningOff = useAction(() => update('DISABLED'))
  const actions = isOn
    ? [...(isPreferred ? [] : [['Prefer', preferring] as const]), ['Turn off', turningOff] as const]
    : app || phone
      ? []
      : [['Turn on', turningOn] as const]
  const busy = turningOn.busy || preferring.busy || turningOff.busy

  return (
    <li aria-label={label}>
      <div className="row">
        <span className="grow">
          {label}{' '}
          <span className={isOn ? 'tag on' : 'tag'}>{isPreferred ? 'preferred' : isOn ? 'on' : 'off'}</span>
        </span>
        {actions.map(([verb, { start }]) => (
          <button
            key={verb}
            type="button"
            className="quiet"
            aria-label={`${verb}: ${label}`}
            aria-disabled={busy}
            onClick={() => !busy && start()}
          >
            {verb}
          </button>
        ))}
      </div>
      <p className="problem" role="alert">
        {(turningOn.problem ?? preferring.problem ?? turningOff.problem)?.sentence}
      </p>
      {app && <AppSetup setup={app} name={name} onDone={() => update('PREFERRED')} />}
      {phone && (
        <div className="inset">
          <AttributeSetup
            pool={pool}
            name="phone_number"
            verb="Use this number"
            onDone={() => update('ENABLED')}
          />
        </div>
      )}
    </li>
  )
}
