// What comes next in a sign-in, written from the documentation of the service and from what is known of it, and from
// nothing else: the sources are compared with this, so it imports none of them.

/** Second factors by the challenge that asks for them, in the order in which the service lists them. */
export const FACTORS = ['SMS_MFA', 'SOFTWARE_TOKEN_MFA', 'EMAIL_OTP'] as const
export type Factor = (typeof FACTORS)[number]

/** What a pool may allow a sign-in to begin with. */
export const FIRST_FACTORS = ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN'] as const
export type FirstFactor = (typeof FIRST_FACTORS)[number]

/** Settings of a pool and its client that change what a sign-in asks. */
export interface Settings {
  readonly mfa: 'OFF' | 'OPTIONAL' | 'ON'
  readonly factors: readonly Factor[]
  readonly firstFactors: readonly FirstFactor[]
  /** `FactorConfiguration`: whether a passkey counts as two factors. */
  readonly passkeysAreTwoFactors: boolean
  /** `ChallengeRequiredOnNewDevice`; no devices are remembered where it is undefined. */
  readonly challengedOnNewDevice: boolean | undefined
  /** `DeviceOnlyRememberedOnUserPrompt`: a device has the user's trust once it is asked for. */
  readonly rememberedOnPrompt?: boolean
  readonly hidesExistence: boolean
}

export interface Person {
  readonly enabled: boolean
  readonly status: 'CONFIRMED' | 'UNCONFIRMED' | 'RESET_REQUIRED' | 'FORCE_CHANGE_PASSWORD'
  /** Of a temporary password. */
  readonly passwordHasExpired: boolean
  readonly hasPassword: boolean
  readonly email: 'none' | 'unverified' | 'verified'
  readonly phone: 'none' | 'unverified' | 'verified'
  readonly enabledFactors: readonly Factor[]
  readonly preferred: Factor | undefined
  readonly hasPasskey: boolean
}

export type Proven =
  | 'PASSWORD'
  | 'EMAIL'
  | 'SMS'
  | 'PASSKEY'
  /** A passkey whose device has made sure who uses it. */
  | 'VERIFIED_PASSKEY'
  | 'SIGN_UP'
  | 'NEW_PASSWORD'
  | 'SMS_MFA'
  | 'TOTP_MFA'
  | 'EMAIL_MFA'
  | 'DEVICE'

/** The device of a request: absent, or not known to the service, or known, with or without the user's trust. */
export type DeviceState = 'none' | 'confirmed' | 'remembered'

/** What DefineAuthChallenge says, once it was asked. */
export type Verdict = 'tokens' | 'failure' | { readonly challenge: string }

/** How far an attempt has come. */
export interface SoFar {
  readonly flow: 'SRP' | 'PASSWORD' | 'CHOICE' | 'CUSTOM'
  readonly proven: readonly Proven[]
  readonly device: DeviceState
  readonly verdict?: Verdict | undefined
}

export type Next =
  | 'tokens'
  /** DefineAuthChallenge has to be asked. */
  | 'define'
  | { readonly refuse: string }
  | { readonly ask: string; readonly of?: readonly Factor[] }

/**
 * In the order in which they are asked for: whatever is missing first comes next, and tokens when nothing is. Functions that
 * define the challenges come first until a password is proven: what they ask is the same for all names, and so they are asked
 * for names that do not exist too, which never end in tokens.
 */
export function next(settings: Settings, person: Person | undefined, soFar: SoFar): Next {
  const isDefined = soFar.flow === 'CUSTOM' && !soFar.proven.includes('PASSWORD')
  const first = isDefined ? verdict(soFar) : undefined
  if (first) return first
  if (!person) return GENERIC
  return (
    accountState(person) ??
    newPassword(person, soFar) ??
    withheld(settings, person, soFar) ??
    secondFactor(settings, person, soFar) ??
    verdict(soFar) ??
    device(soFar) ??
    'tokens'
  )
}

function accountState({ enabled, status }: Person): Next | undefined {
  if (!enabled) return { refuse: 'NotAuthorizedException: User is disabled.' }
  if (status === 'UNCONFIRMED') return { refuse: 'UserNotConfirmedException: User is not confirmed.' }
  if (status === 'RESET_REQUIRED')
    return { refuse: 'PasswordResetRequiredException: Password reset required for the user' }
  return undefined
}

/** Passkeys are offered to confirmed users alone, and one that comes without a name is worth no more. */
function newPassword({ status, passwordHasExpired }: Person, { proven }: SoFar): Next | undefined {
  if (status !== 'FORCE_CHANGE_PASSWORD') return undefined
  if (proven.includes('PASSKEY') || proven.includes('VERIFIED_PASSKEY')) return GENERIC
  return passwordHasExpired
    ? {
        refuse:
          'NotAuthorizedException: Temporary password has expired and must be reset by an administrator.',
      }
    : { ask: 'NEW_PASSWORD_REQUIRED' }
}

/**
 * A code is no first factor of one who has a second, or who has lost the address that it proved; nor is a passkey, unless it
 * counts for both.
 */
function withheld(settings: Settings, person: Person, { proven }: SoFar): Next | undefined {
  // The passkey was there.
  const offered = offer(settings, { ...person, hasPasskey: true })
  const hasPasskey = proven.includes('PASSKEY') || proven.includes('VERIFIED_PASSKEY')
  if (
    (proven.includes('EMAIL') && !offered.includes('EMAIL_OTP')) ||
    (proven.includes('SMS') && !offered.includes('SMS_OTP')) ||
    (hasPasskey && !offered.includes('WEB_AUTHN'))
  )
    return INVALID
  return undefined
}

function secondFactor(settings: Settings, person: Person, soFar: SoFar): Next | undefined {
  const { flow, proven, device } = soFar
  // Functions that do without SRP do without a second factor.
  if (flow === 'CUSTOM' && !proven.includes('PASSWORD')) return undefined
  // What was turned off since it was asked for has proven nothing.
  if (countingFactors(settings, person).some((factor) => proven.includes(PROOF_OF[factor]))) return undefined
  if (proven.includes('VERIFIED_PASSKEY') && settings.passkeysAreTwoFactors) return undefined
  const isSpared = device === 'remembered' && settings.challengedOnNewDevice === true && flow !== 'CUSTOM'
  if (isSpared) return undefined
  const due = factorDue(settings, person, proven.includes('SIGN_UP'))
  // Clients take what follows the proof of a device for tokens, so nothing can be asked for then.
  if (due && flow !== 'CUSTOM' && proven.includes('DEVICE')) return GENERIC
  return due
}

const PROOF_OF = { SMS_MFA: 'SMS_MFA', SOFTWARE_TOKEN_MFA: 'TOTP_MFA', EMAIL_OTP: 'EMAIL_MFA' } as const

/** Where one is required, the codes that reach a user who has turned nothing on. */
function countingFactors(settings: Settings, person: Person): Factor[] {
  const usable = usableFactors(settings, person)
  if (usable.length > 0 || settings.mfa !== 'ON') return usable
  const sent = (['SMS_MFA', 'EMAIL_OTP'] as const).find(
    (factor) => settings.factors.includes(factor) && reaches(person, factor),
  )
  return sent ? [sent] : []
}

const GENERIC: Next = { refuse: 'NotAuthorizedException: Incorrect username or password.' }

const INVALID: Next = { refuse: 'NotAuthorizedException: Invalid session for the user.' }

/**
 * The table of the service's second factors.
 *
 * @param bySignUp a code to the e-mail address came first, so another one is no second factor
 */
function factorDue({ mfa, factors }: Settings, person: Person, bySignUp = false): Next | undefined {
  if (mfa === 'OFF') return undefined
  const turnedOn = FACTORS.filter(
    (factor) => factors.includes(factor) && person.enabledFactors.includes(factor) && reaches(person, factor),
  )
  const usable = turnedOn.filter((factor) => !bySignUp || factor !== 'EMAIL_OTP')
  if (turnedOn.length > 0 && usable.length === 0) return INVALID
  if (usable.length === 1) return { ask: usable[0] ?? '' }
  if (usable.length > 1)
    return person.preferred && usable.includes(person.preferred)
      ? { ask: person.preferred }
      : { ask: 'SELECT_MFA_TYPE', of: usable }
  if (mfa === 'OPTIONAL') return undefined
  if (factors.includes('SMS_MFA') && person.phone !== 'none') return { ask: 'SMS_MFA' }
  const toSetUp = FACTORS.filter((factor) => factors.includes(factor))
  if (!factors.includes('EMAIL_OTP') || person.email === 'none') return { ask: 'MFA_SETUP', of: toSetUp }
  if (!bySignUp) return { ask: 'EMAIL_OTP' }
  // With a password, the sign-in begins with that. Without one, another factor than the address has to be set up.
  const others = toSetUp.filter((factor) => factor !== 'EMAIL_OTP')
  return person.hasPassword || others.length === 0 ? INVALID : { ask: 'MFA_SETUP', of: others }
}

/** What is turned on, in the pool as well, and can reach the user. */
export const usableFactors = (
  { mfa, factors }: Pick<Settings, 'mfa' | 'factors'>,
  person: Person,
): Factor[] =>
  FACTORS.filter(
    (factor) =>
      mfa !== 'OFF' &&
      factors.includes(factor) &&
      person.enabledFactors.includes(factor) &&
      reaches(person, factor),
  )

export function reaches({ email, phone }: Person, factor: Factor): boolean {
  if (factor === 'SMS_MFA') return phone !== 'none'
  if (factor === 'EMAIL_OTP') return email !== 'none'
  return true
}

function verdict({ flow, verdict }: SoFar): Next | undefined {
  if (flow !== 'CUSTOM' || verdict === 'tokens') return undefined
  if (verdict === undefined) return 'define'
  return verdict === 'failure' ? GENERIC : { ask: verdict.challenge }
}

const device = ({ device, proven }: SoFar): Next | undefined =>
  device !== 'none' && !proven.includes('DEVICE') ? { ask: 'DEVICE_SRP_AUTH' } : undefined

/**
 * What a sign-in that leaves the choice to the user offers to one who exists. Sign-ups are confirmed by a code to the
 * e-mail address.
 */
export function offer(settings: Settings, person: Person): string[] {
  const { firstFactors, passkeysAreTwoFactors } = settings
  const due = settings.mfa === 'ON' || factorDue(settings, person) !== undefined
  const offered: string[] = []
  if (firstFactors.includes('PASSWORD') && person.hasPassword) offered.push('PASSWORD_SRP', 'PASSWORD')
  // A sign-up that was interrupted is told what is missing by the right answer to a code.
  const { email, phone, status } = person
  const hasEmail =
    (status === 'CONFIRMED' && email === 'verified') || (status === 'UNCONFIRMED' && email !== 'none')
  const hasPhone = (status === 'CONFIRMED' || status === 'UNCONFIRMED') && phone === 'verified'
  if (firstFactors.includes('EMAIL_OTP') && hasEmail && !due) offered.push('EMAIL_OTP')
  if (firstFactors.includes('SMS_OTP') && hasPhone && !due) offered.push('SMS_OTP')
  // As codes, of users who are confirmed.
  const hasPasskey = person.hasPasskey && status === 'CONFIRMED'
  if (firstFactors.includes('WEB_AUTHN') && hasPasskey && (!due || passkeysAreTwoFactors))
    offered.push('WEB_AUTHN')
  return offered
}

/** What the right answer to a challenge proves, and what it makes of the user. */
export function afterRight(
  person: Person,
  challenge: string,
  { setsUp = false, isSecond = true }: { setsUp?: boolean; isSecond?: boolean } = {},
): { readonly proven: Proven; readonly person: Person } {
  const withFactor = (factor: Factor): Person =>
    setsUp ? { ...person, enabledFactors: [...new Set([...person.enabledFactors, factor])] } : person
  switch (challenge) {
    case 'NEW_PASSWORD_REQUIRED':
      return { proven: 'NEW_PASSWORD', person: { ...person, status: 'CONFIRMED', hasPassword: true } }
    case 'SMS_MFA':
      return { proven: 'SMS_MFA', person: { ...withFactor('SMS_MFA'), phone: 'verified' } }
    case 'EMAIL_OTP':
      return isSecond
        ? { proven: 'EMAIL_MFA', person: { ...withFactor('EMAIL_OTP'), email: 'verified' } }
        : { proven: 'EMAIL', person }
    case 'SMS_OTP':
      return { proven: 'SMS', person }
    case 'SOFTWARE_TOKEN_MFA':
    case 'MFA_SETUP':
      return { proven: 'TOTP_MFA', person: withFactor('SOFTWARE_TOKEN_MFA') }
    case 'WEB_AUTHN':
      return { proven: 'VERIFIED_PASSKEY', person }
    case 'DEVICE_PASSWORD_VERIFIER':
      return { proven: 'DEVICE', person }
    case 'SIGN_UP':
      return { proven: 'SIGN_UP', person }
    default:
      return { proven: 'PASSWORD', person }
  }
}
