import type { AuthMFAType } from '../models.js'

/** Each second factor by the protocol's name. */
const types: Record<string, AuthMFAType> = {
  SMS_MFA: 'SMS',
  SOFTWARE_TOKEN_MFA: 'TOTP',
  EMAIL_OTP: 'EMAIL',
}

/** The factors of a list of the protocol's names, without those that are not known here. */
export const mfaTypes = (names: string[]): AuthMFAType[] => names.flatMap((name) => types[name] ?? [])

/** The protocol's name of a factor; nothing for any other text. */
export const mfaName = (type: string): string | undefined =>
  Object.keys(types).find((name) => types[name] === type)
