/** What proves a user once more after the first factor. */
export type SecondFactor = 'sms' | 'totp' | 'email'

/** In the order in which the service lists them. */
export const SECOND_FACTORS: readonly SecondFactor[] = ['sms', 'totp', 'email']

/** What a user has turned on. */
export interface MfaSettings {
  readonly enabled: readonly SecondFactor[]
  readonly preferred?: SecondFactor | undefined
  /** Whether passkeys of the user have to make sure who the user is. Absent where they need not. */
  readonly passkey?: true | undefined
}

export const NO_MFA: MfaSettings = { enabled: [] }

/** The same with one factor more. */
export const withFactor = (mfa: MfaSettings, factor: SecondFactor): MfaSettings => ({
  ...mfa,
  enabled: SECOND_FACTORS.filter((candidate) => candidate === factor || mfa.enabled.includes(candidate)),
})

/** The same without one; a preference for it goes too. */
export const withoutFactor = (mfa: MfaSettings, factor: SecondFactor): MfaSettings => ({
  ...mfa,
  enabled: mfa.enabled.filter((candidate) => candidate !== factor),
  preferred: mfa.preferred === factor ? undefined : mfa.preferred,
})
