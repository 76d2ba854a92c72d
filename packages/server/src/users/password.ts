import type { ServerContext } from '../context.js'
import { randomBelow } from '../crypto/random.js'
import { rulesOf } from '../pools/rules.js'
import { srpPoolName, type UserPool } from '../pools/user-pool.js'
import { mod, toBigInt } from '../srp/group.js'
import { privateKey, verifier } from '../srp/verifier.js'
import { simulatedBytes } from './simulated-user.js'
import { loginKey, type User } from './user.js'

/** The columns that hold a password: an SRP salt and the sealed verifier, nothing else. */
export interface PasswordColumns {
  salt: string
  sealed_verifier: Uint8Array
  srp_identity: string
  password_set_at: number
}

export function passwordColumns(
  context: ServerContext,
  pool: UserPool,
  user: { id: string; username: string },
  password: string,
): PasswordColumns {
  const salt = context.randomBytes(SALT_BYTES)
  const identity = srpIdentityOf(pool, user)
  const v = verifierOf(pool, identity, password, toBigInt(salt))
  return {
    salt: salt.toString('hex'),
    sealed_verifier: context.rootKey.seal('srp-verifier', user.id, verifierBytes(v)),
    srp_identity: identity,
    password_set_at: context.clock.now(),
  }
}

/**
 * The name that SRP mixes into the password of a user. Folded where case does not count: how a user once wrote the name
 * would tell that there is one.
 */
export const srpIdentityOf = (pool: UserPool, { id, username }: { id: string; username: string }): string =>
  rulesOf(pool).srpIdentityIsSub ? id : loginKey(pool, 'username', username)

const verifierOf = (pool: UserPool, identity: string, password: string, salt: bigint): bigint =>
  verifier(privateKey(srpPoolName(pool.id) + identity, password, salt))

/** The verifier that a proof is checked with. */
interface SrpVerifier {
  readonly v: bigint
  /** Whether there is such a password. No proof of one that there is not can be right. */
  readonly exists: boolean
}

/** The salt and verifier that a sign-in begins with. */
interface SrpPassword extends SrpVerifier {
  /** Hexadecimal. */
  readonly salt: string
}

/**
 * A user's verifier, or one that is equal to no password where there is no user or no password. Both are opened alike, so
 * that the time tells nothing. Nothing that is answered is computed from it: a proof is compared with it, and that is all.
 */
export function srpVerifier(context: ServerContext, user: User | undefined): SrpVerifier {
  const stored = user?.sealedVerifier ?? undefined
  const opened =
    user && stored
      ? context.rootKey.open('srp-verifier', user.id, stored)
      : context.rootKey.open('srp-verifier', '', decoyOf(context))
  if (!opened) throw new Error(`The password verifier of user ${user?.id} was sealed under another root key.`)
  return { v: toBigInt(opened), exists: stored !== undefined }
}

/**
 * A user's password, or one that stands in for it where there is no user or no password: always the same for a name, and
 * equal to no password. Both are worked out for every user, so that the time tells nothing.
 *
 * @param identity the name that SRP mixes in, of the user or of the simulated one
 */
export function srpPassword(
  context: ServerContext,
  pool: UserPool,
  user: User | undefined,
  identity: string,
): SrpPassword {
  const simulated = simulatedBytes(context, pool, identity, 'password', SALT_BYTES + VERIFIER_BYTES)
  const { v, exists } = srpVerifier(context, user)
  return user && exists
    ? { salt: user.salt ?? '', v, exists }
    : {
        salt: simulated.subarray(0, SALT_BYTES).toString('hex'),
        v: mod(toBigInt(simulated.subarray(SALT_BYTES))),
        exists,
      }
}

const SALT_BYTES = 16
/** 3072 bits. */
const VERIFIER_BYTES = 384

const verifierBytes = (v: bigint): Buffer =>
  Buffer.from(v.toString(16).padStart(2 * VERIFIER_BYTES, '0'), 'hex')

/** A sealed verifier for users who have none. To open it, and to compute with it, takes as long as with a real one. */
const decoys = new WeakMap<ServerContext, Uint8Array>()
function decoyOf(context: ServerContext): Uint8Array {
  let decoy = decoys.get(context)
  if (!decoy) {
    const v = mod(toBigInt(context.randomBytes(VERIFIER_BYTES)))
    decoy = context.rootKey.seal('srp-verifier', '', verifierBytes(v))
    decoys.set(context, decoy)
  }
  return decoy
}

/** Takes as long for a user without a password, or for no user at all, as for any other. */
export function passwordMatches(
  context: ServerContext,
  pool: UserPool,
  user: User | undefined,
  identity: string,
  password: string,
): boolean {
  const { salt, v, exists } = srpPassword(context, pool, user, identity)
  const given = verifierOf(pool, identity, password, BigInt(`0x${salt}`))
  // One compare of two numbers that an attacker cannot choose bit by bit: v is a power of 2 modulo a 3072-bit prime.
  return exists && given === v
}

// Without letters and digits that look alike, and without what a message in HTML would write another way.
const GROUPS = ['ABCDEFGHJKLMNPQRSTUVWXYZ', 'abcdefghijkmnpqrstuvwxyz', '23456789', '!@#$%^*-_=+']

/** A random password that conforms to the pool's policy, whatever the policy. */
export function temporaryPassword(context: ServerContext, pool: UserPool): string {
  const length = Math.max(12, rulesOf(pool).password.MinimumLength)
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
