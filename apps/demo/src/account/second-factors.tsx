import { fetchMFAPreference } from '@amulet/auth'
import { useState } from 'react'
import type { Pool } from '../pool.js'
import { SecondFactor } from './second-factor.js'
import { useLoaded } from './use-loaded.js'

interface Props {
  pool: Pool
  /** What an authenticator app shows for the account. */
  name: string
}

/** What is asked for after the password. */
export function SecondFactors({ pool, name }: Props) {
  const { value: preference, problem, reload } = useLoaded(fetchMFAPreference)
  const [status, setStatus] = useState('')

  return (
    <section aria-labelledby="second-factors">
      <h2 id="second-factors">Second factors</h2>
      <p className="problem" role="alert">
        {problem?.sentence}
      </p>
      {preference && (
        <ul className="list">
          {(['TOTP', 'EMAIL', 'SMS'] as const).map((factor) => (
            <SecondFactor
              key={factor}
              factor={factor}
              isOn={preference.enabled?.includes(factor) ?? false}
              isPreferred={preference.preferred === factor}
              pool={pool}
              name={name}
              onChange={(sentence) => {
                setStatus(sentence)
                if (sentence) reload()
              }}
            />
          ))}
        </ul>
      )}
      <p className="hint" role="status">
        {status}
      </p>
    </section>
  )
}
