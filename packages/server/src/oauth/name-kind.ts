import { rulesOf } from '../pools/rules.js'
import type { UserPool } from '../pools/user-pool.js'
import type { NameKind } from './pages/name-field.js'

/** What users of a pool are asked for to say who they are. */
export function nameKind(pool: UserPool): NameKind {
  const { usernameAttributes } = rulesOf(pool)
  const [first, second] = usernameAttributes
  if (first === undefined) return 'username'
  if (second !== undefined) return 'emailOrPhoneNumber'
  return first === 'email' ? 'email' : 'phoneNumber'
}
