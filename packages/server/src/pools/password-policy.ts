import type { UserPool } from './user-pool.js'

const DEFAULT_POLICY = {
  MinimumLength: 8,
  RequireUppercase: true,
  RequireLowercase: true,
  RequireNumbers: true,
  RequireSymbols: true,
}

export function passwordPolicy(pool: UserPool) {
  const given = pool.settings.Policies?.PasswordPolicy
  if (!given) return DEFAULT_POLICY
  // A policy that is given replaces the default one; what it leaves out is not required.
  return {
    MinimumLength: given.MinimumLength ?? 8,
    RequireUppercase: given.RequireUppercase ?? false,
    RequireLowercase: given.RequireLowercase ?? false,
    RequireNumbers: given.RequireNumbers ?? false,
    RequireSymbols: given.RequireSymbols ?? false,
  }
}

const SYMBOL = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+\- ]/

/** The first rule of the pool's policy that a password breaks, in the service's words, or `undefined`. */
export function passwordPolicyViolation(pool: UserPool, password: string): string | undefined {
  const policy = passwordPolicy(pool)
  if (password.length < policy.MinimumLength) return 'Password not long enough'
  if (policy.RequireUppercase && !/\p{Lu}/u.test(password)) return 'Password must have uppercase characters'
  if (policy.RequireLowercase && !/\p{Ll}/u.test(password)) return 'Password must have lowercase characters'
  if (policy.RequireNumbers && !/\d/.test(password)) return 'Password must have numeric characters'
  if (policy.RequireSymbols && !SYMBOL.test(password)) return 'Password must have symbol characters'
  if (/^\s|\s$/.test(password)) return String.raw`Password must satisfy regular expression pattern: ^\S.*\S$`
  return undefined
}

/** Days that a temporary password can be used; 0 counts as the default. */
export const temporaryPasswordDays = (pool: UserPool): number =>
  pool.settings.Policies?.PasswordPolicy?.TemporaryPasswordValidityDays ||
  pool.settings.AdminCreateUserConfig?.UnusedAccountValidityDays ||
  7
