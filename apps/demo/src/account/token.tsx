import type { JWT } from '@amulet/auth'
import { timeLeft } from './time-left.js'

interface Props {
  name: string
  jwt: JWT
  /** Milliseconds since 1970. */
  now: number
}

export function Token({ name, jwt, now }: Props) {
  const { iat = 0, exp = 0 } = jwt.payload
  const left = exp - now / 1000
  const share = Math.min(1, Math.max(0, left / (exp - iat)))

  return (
    <article className="token" aria-label={name}>
      <div className="row">
        <h3>{name}</h3>
        {/* A timer is not announced as it runs, and can be read at any time. */}
        <span className="number" role="timer">
          {left > 0 ? `${timeLeft(left)} left` : 'expired: the next call gets a new one'}
        </span>
      </div>
      <div className="bar" aria-hidden="true">
        <div style={{ transform: `scaleX(${share})` }} />
      </div>
      <details>
        <summary>Claims</summary>
        <dl className="pairs claims">
          {Object.entries(jwt.payload).map(([claim, value]) => (
            <div key={claim}>
              <dt>{claim}</dt>
              <dd>
                {typeof value === 'string' ? value : JSON.stringify(value)}
                {(claim === 'exp' || claim === 'iat' || claim === 'auth_time') && (
                  <span className="hint"> {new Date(Number(value) * 1000).toLocaleString()}</span>
                )}
              </dd>
            </div>
          ))}
        </dl>
      </details>
    </article>
  )
}
