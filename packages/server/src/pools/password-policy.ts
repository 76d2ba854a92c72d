import { rulesOf } from './rules.js'
import type { UserPool } from './user-pool.js'

const SYMBOL = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+\- ]/

/** The first rule of the pool's policy that a password breaks, in the service's words, or `undefined`. */
export function passwordPolicyViolation(pool: UserPool, password: string): string | undefined {
  const policy = rulesOf(pool).password
  if (password.length < policy.MinimumLength) return 'Password not long enough'
  if (policy.RequireUppercase && !/\p{Lu}/u.test(password)) return 'Password must have uppercase characters'
  if (policy.RequireLowercase && !/\p{Ll}/u.test(password)) return 'Password must have lowercase characters'
  if (policy.RequireNumbers && !/\d/.test(password)) return 'Password must have numeric characters'
  if (policy.RequireSymbols && !SYMBOL.test(password)) return 'Password must have symbol characters'
  if (/^\s|\s$/.test(password)) return String.raw`Password must satisfy regular expression pattern: ^\S.*\S$`
  return undefined
}
