import { type AuthUser, type FetchUserAttributesOutput, fetchUserAttributes, Hub } from '@amulet/auth'
import { useEffect, useState } from 'react'
import { explain } from '../problem.js'

/** The attributes as the server has them now, which may be newer than the ID token's claims. */
export function WhoAmI({ user }: { user: AuthUser }) {
  const [attributes, setAttributes] = useState<FetchUserAttributesOutput>()
  const [problem, setProblem] = useState('')

  useEffect(() => {
    let current = true
    const load = async () => {
      try {
        const attributes = await fetchUserAttributes()
        if (!current) return
        setAttributes(attributes)
        setProblem('')
      } catch (error) {
        if (current) setProblem(explain(error).sentence)
      }
    }
    void load()
    // A server that was away is back.
    const stop = Hub.listen(
      'auth',
      ({ payload }) => {
        if (payload.event === 'tokenRefresh') void load()
      },
      { enableCrossTabEvents: true },
    )
    return () => {
      current = false
      stop()
    }
  }, [])

  return (
    <section aria-labelledby="who-am-i">
      <h2 id="who-am-i">Who am I</h2>
      <p className="problem" role="alert">
        {problem}
      </p>
      <dl className="pairs">
        <div>
          <dt>Signed in as</dt>
          <dd>{user.signInDetails?.loginId ?? user.username}</dd>
        </div>
        {Object.entries(attributes ?? {}).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
