import type { AuthUser, FetchUserAttributesOutput } from '@amulet/auth'
import type { Problem } from '../problem.js'

interface Props {
  user: AuthUser
  attributes: FetchUserAttributesOutput | undefined
  problem: Problem | undefined
}

/** The attributes as the server has them now, which may be newer than the ID token's claims. */
export function WhoAmI({ user, attributes, problem }: Props) {
  return (
    <section aria-labelledby="who-am-i">
      <h2 id="who-am-i">Who am I</h2>
      <p className="problem" role="alert">
        {problem?.sentence}
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
