import { errors, type ServiceError } from '../errors.js'
import { rulesOf } from '../pools/rules.js'
import type { UserPool } from '../pools/user-pool.js'
import { autoVerifiedDelivery } from '../users/code-destination.js'
import type { Device } from '../users/device.js'
import { firstFactorsOf, firstProofsOf } from '../users/first-factors.js'
import type { SecondFactor } from '../users/mfa-settings.js'
import { enabledFactorsOf, FACTOR_ATTRIBUTE, factorsOf, poolFactors } from '../users/second-factors.js'
import type { User } from '../users/user.js'
import type { AskedName, Flow, Proof } from './attempt.js'

/** What the next step of a sign-in depends on, once its first proof was right. */
export interface Facts {
  readonly pool: UserPool
  /** As the transaction that settled the last answer left it; absent for a simulated one. */
  readonly user: User | undefined
  readonly flow: Flow
  readonly proven: readonly Proof[]
  /** The device that the request at hand comes from: it says so, or has proven it. */
  readonly device: Device | undefined
  /** Milliseconds. */
  readonly now: number
  /** Of the function that defines the challenges of the flow CUSTOM, once it has been asked. */
  readonly verdict?: Verdict | undefined
}

/** What a function can name as the next challenge. */
export const NAMED_CHALLENGES = [
  'CUSTOM_CHALLENGE',
  'PASSWORD_VERIFIER',
  'SMS_MFA',
  'DEVICE_SRP_AUTH',
] as const satisfies readonly AskedName[]
export type NamedChallenge = (typeof NAMED_CHALLENGES)[number]

/** What a function says comes next. */
export type Verdict = 'issue' | { readonly refuse: ServiceError } | { readonly ask: NamedChallenge }

export type Decision =
  | { readonly refuse: ServiceError }
  | { readonly ask: AskedName; readonly of?: readonly SecondFactor[] }
  /** The verdict is needed to go on. */
  | { readonly define: true }
  | 'done'

/**
 * What comes next in a sign-in: the state of the account, then a new password, then a device that takes the place of a
 * second factor, then a second factor, then what a function defines, then a device, then tokens. Before a password was
 * proven, a function that defines the challenges decides alone: all names are answered alike.
 */
export function decide(facts: Facts): Decision {
  const { pool, user, now, flow, proven } = facts
  const first = flow === 'CUSTOM' && !proven.includes('PASSWORD') ? defined(facts) : undefined
  if (first) return first
  if (!user) return { refuse: errors.incorrectUsernameOrPassword() }
  const known = { ...facts, user }
  if (!user.enabled) return { refuse: errors.userDisabled() }
  switch (user.status) {
    case 'UNCONFIRMED':
      return { refuse: errors.userNotConfirmed() }
    case 'RESET_REQUIRED':
      return { refuse: errors.passwordResetRequired() }
    case 'EXTERNAL_PROVIDER':
      // A passkey or a session of before says who it is, too.
      return { refuse: errors.incorrectUsernameOrPassword() }
    case 'FORCE_CHANGE_PASSWORD': {
      // Passkeys are not offered then. One that is used without a name does not replace the temporary password either.
      if (proven.some((proof) => PASSKEY_PROOFS.includes(proof)))
        return { refuse: errors.incorrectUsernameOrPassword() }
      const age = now - (user.passwordSetAt ?? 0)
      return age >= rulesOf(pool).temporaryPasswordDays * DAY
        ? { refuse: errors.temporaryPasswordExpired() }
        : { ask: 'NEW_PASSWORD_REQUIRED' }
    }
    default:
      return withheld(known) ?? secondFactor(known) ?? defined(known) ?? device(known) ?? 'done'
  }
}

const DAY = 86_400_000

const PASSKEY_PROOFS: readonly Proof[] = ['PASSKEY', 'VERIFIED_PASSKEY']

interface FactsOfUser extends Facts {
  readonly user: User
}

/** What the function says, until it says that there are tokens. */
function defined({ flow, verdict }: Facts): Decision | undefined {
  if (flow !== 'CUSTOM' || verdict === 'issue') return undefined
  return verdict ?? { define: true }
}

/** A code counts for what it is at its end: the user may have turned a second factor on since it was sent. */
function withheld({ pool, user, flow, proven }: FactsOfUser): Decision | undefined {
  // A function that named a code by itself is not bound by what may be chosen.
  if (flow === 'CUSTOM') return undefined
  // A password is judged when it is proven.
  if (proven.every((proof) => proof === 'PASSWORD')) return undefined
  const factors = firstFactorsOf(pool, { ...firstProofsOf(pool, user), passkey: true })
  const isWithheld =
    (proven.includes('EMAIL') && !factors.includes('EMAIL_OTP')) ||
    (proven.includes('SMS') && !factors.includes('SMS_OTP')) ||
    (proven.some((proof) => PASSKEY_PROOFS.includes(proof)) && !factors.includes('WEB_AUTHN'))
  return isWithheld ? { refuse: errors.sessionInvalid() } : undefined
}

/** What each second factor proves. */
const FACTOR_PROOF = {
  sms: 'SMS_MFA',
  totp: 'TOTP_MFA',
  email: 'EMAIL_MFA',
} as const satisfies Record<SecondFactor, Proof>

/** What asks for each second factor. */
export const FACTOR_CHALLENGE = {
  sms: 'SMS_MFA',
  totp: 'SOFTWARE_TOKEN_MFA',
  email: 'EMAIL_OTP',
} as const satisfies Record<SecondFactor, AskedName>

function secondFactor(facts: FactsOfUser): Decision | undefined {
  const { flow, proven } = facts
  if (sparesSecondFactor(facts)) return undefined
  const next = unprovenFactor(facts)
  // Clients expect tokens after the proof of a device. While it was under way, the device has lost the user's trust, or the
  // user has got a second factor.
  if (next && proven.includes('DEVICE') && flow !== 'CUSTOM')
    return { refuse: errors.incorrectUsernameOrPassword() }
  return next
}

/**
 * Whether a passkey or a device takes the place of a second factor: a passkey where it counts for two, a remembered device
 * where only new ones are challenged.
 */
const sparesSecondFactor = ({ pool, flow, device, proven }: Facts): boolean =>
  (rulesOf(pool).passkeys.multiFactor && proven.includes('VERIFIED_PASSKEY')) ||
  (device?.remembered === true && rulesOf(pool).devices?.challenged === true && flow !== 'CUSTOM')

/** A device that is known proves itself, once in a sign-in. */
const device = ({ device: offered, proven }: Facts): Decision | undefined =>
  offered && !proven.includes('DEVICE') ? { ask: 'DEVICE_SRP_AUTH' } : undefined

function unprovenFactor({ pool, user, flow, proven }: FactsOfUser): Decision | undefined {
  // It follows a password. The challenges of functions are factors enough.
  if (flow === 'CUSTOM' && !proven.includes('PASSWORD')) return undefined
  const { mode } = rulesOf(pool).mfa
  if (mode === 'OFF') return undefined
  const usable = factorsOf(pool, user)
  // A factor that was turned off since its code was sent counts no more: the user is asked for one of those that are left.
  if (usable.some((factor) => proven.includes(FACTOR_PROOF[factor]))) return undefined
  const bySignUp = proven.includes('SIGN_UP')
  const factors = bySignUp ? besideSignUp(pool, user.attributes, usable) : usable
  // A sign-in that begins with the password can still end with that code. Without a password, another factor is set up.
  if (factors.length < usable.length && factors.length === 0 && !mayReplaceCode(pool, user))
    return { refuse: errors.sessionInvalid() }
  const [only] = factors
  if (only && factors.length === 1) return { ask: FACTOR_CHALLENGE[only] }
  const { preferred } = user.mfa
  if (preferred && factors.includes(preferred)) return { ask: FACTOR_CHALLENGE[preferred] }
  if (only) return { ask: 'SELECT_MFA_TYPE', of: factors }
  if (mode !== 'ON') return undefined
  const all = poolFactors(pool)
  return { ask: 'MFA_SETUP', of: bySignUp ? besideSignUp(pool, user.attributes, all) : all }
}

/** Those whose codes do not go where that of the sign-up went. One mailbox is not two factors. */
export function besideSignUp(
  pool: UserPool,
  attributes: User['attributes'],
  factors: readonly SecondFactor[],
): SecondFactor[] {
  const went = autoVerifiedDelivery(pool, attributes)?.attribute
  return factors.filter((factor) => factor === 'totp' || FACTOR_ATTRIBUTE[factor] !== went)
}

/** Whether a user who gets codes where that of the sign-up went, without having turned them on, sets another factor up. */
const mayReplaceCode = (pool: UserPool, user: User): boolean =>
  user.sealedVerifier === null &&
  enabledFactorsOf(pool, user).length === 0 &&
  besideSignUp(pool, user.attributes, poolFactors(pool)).length > 0
