import type { ServerContext } from '../context.js'
import { srpPoolName, type UserPool } from '../pools/user-pool.js'
import { toBigInt } from '../srp/group.js'
import { privateKey, verifier } from '../srp/verifier.js'
import type { User } from './user.js'

/** The columns that hold a password: an SRP salt and the sealed verifier, nothing else. */
export interface PasswordColumns {
  salt: string
  sealed_verifier: Uint8Array
  password_set_at: number
}

export function passwordColumns(
  context: ServerContext,
  userPoolId: string,
  user: { id: string; username: string },
  password: string,
): PasswordColumns {
  const salt = context.randomBytes(16)
  const v = verifierOf(userPoolId, user.username, password, toBigInt(salt))
  return {
    salt: salt.toString('hex'),
    sealed_verifier: context.rootKey.seal(
      'srp-verifier',
      user.id,
      Buffer.from(v.toString(16).padStart(768, '0'), 'hex'),
    ),
    password_set_at: context.clock.now(),
  }
}

const verifierOf = (userPoolId: string, username: string, password: string, salt: bigint): bigint =>
  verifier(privateKey(srpPoolName(userPoolId) + username, password, salt))

/** The stored verifier, or `undefined` when the user has no password. */
export function storedVerifier(context: ServerContext, user: User): bigint | undefined {
  if (user.sealedVerifier === null) return undefined
  const bytes = context.rootKey.open('srp-verifier', user.id, user.sealedVerifier)
  if (!bytes) throw new Error(`The password verifier of user ${user.id} was sealed under another root key.`)
  return toBigInt(bytes)
}

/** Takes as long for a user without a password, or for no user at all, as for any other. */
export function passwordMatches(
  context: ServerContext,
  pool: UserPool,
  user: User | undefined,
  password: string,
): boolean {
  const stored = user && storedVerifier(context, user)
  const salt = user?.salt ?? '00'
  const v = verifierOf(pool.id, user?.username ?? '', password, BigInt(`0x${salt}`))
  // One compare of two numbers that an attacker cannot choose bit by bit: v is a power of 2 modulo a 3072-bit prime.
  return stored !== undefined && v === stored
}

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

// Without letters and digits that look alike, and without what a message in HTML would write another way.
const GROUPS = ['ABCDEFGHJKLMNPQRSTUVWXYZ', 'abcdefghijkmnpqrstuvwxyz', '23456789', '!@#$%^*-_=+']

/** A random password that conforms to the pool's policy, whatever the policy. */
export function temporaryPassword(context: ServerContext, pool: UserPool): string {
  const length = Math.max(12, passwordPolicy(pool).MinimumLength)
  const all = GROUPS.join('')
  const pick = (from: string) => from.charAt(randomBelow(context, from.length))
  const characters = [...GROUPS.map(pick), ...Array.from({ length: length - GROUPS.length }, () => pick(all))]
  for (let i = characters.length - 1; i > 0; i--) {
    const j = randomBelow(context, i + 1)
    const swapped = characters[i] ?? ''
    characters[i] = characters[j] ?? ''
    characters[j] = swapped
  }
  return characters.join('')
}

/** Uniform from 0 to `bound` - 1 (at most 256); bytes that would favour the low values are thrown away. */
function randomBelow(context: ServerContext, bound: number): number {
  const limit = 256 - (256 % bound)
  for (;;) {
    const byte = context.randomBytes(1)[0] ?? 255
    if (byte < limit) return byte % bound
  }
}
