import type { ServerContext } from '../context.js'
import { randomBelow } from '../crypto/random.js'
import { passwordPolicy } from '../pools/password-policy.js'
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
