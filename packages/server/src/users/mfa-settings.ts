/** What proves a user once more after the first factor. */
export type SecondFactor = 'sms' | 'totp' | 'email'

/** In the order in which the service lists them. */
export const SECOND_FACTORS: readonly SecondFactor[] = ['sms', 'totp', 'email']

/** What a user has turned on. */
export interface MfaSettings {
  readonly enabled: readonly SecondFactor[]
  readonly preferred?: SecondFactor | undefined
}

export const NO_MFA: MfaSettings = { enabled: [] }

/** The same with one factor more. */
export const withFactor = ({ enabled, preferred }: MfaSettings, factor: SecondFactor): MfaSettings => ({
  enabled: SECOND_FACTORS.filter((candidate) => candidate === factor || enabled.includes(candidate)),
  preferred,
})

/** The same without one; a preference for it goes too. */
export const withoutFactor = ({ enabled, preferred }: MfaSettings, factor: SecondFactor): MfaSettings => ({
  enabled: enabled.filter((candidate) => candidate !== factor),
  preferred: preferred === factor ? undefined : preferred,
})
