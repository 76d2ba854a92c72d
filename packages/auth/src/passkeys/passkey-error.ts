import { type AuthError, authError } from '../errors.js'
import type { PasskeyException } from '../exceptions.js'

const notSupported = 'Passkeys may not be supported on this device.'
const secure = `${notSupported} Ensure your application is running in a secure context (HTTPS) and Web Authentication API is supported.`
const interrupted =
  'User may have canceled the ceremony or another interruption has occurred. Check underlying error for details.'
const misconfigured =
  'Ensure your user pool is configured to support the WEB_AUTHN as an authentication factor.'
const canceled = (what: string) => [`Passkey ${what} ceremony has been canceled.`, interrupted] as const
const invalid = (what: string) => [`Invalid passkey ${what} options.`, misconfigured] as const

const texts: Record<PasskeyException, readonly [message: string, suggestion: string]> = {
  PasskeyNotSupported: [notSupported, secure],
  InvalidPasskeyRegistrationOptions: invalid('registration'),
  InvalidPasskeyAuthenticationOptions: invalid('authentication'),
  PasskeyRegistrationFailed: ['Device failed to create passkey.', secure],
  PasskeyRetrievalFailed: [
    'Device failed to retrieve passkey.',
    'Passkeys may not be available on this device. Try an alternative authentication factor like PASSWORD, EMAIL_OTP, or SMS_OTP.',
  ],
  PasskeyAlreadyExists: [
    'Passkey already exists in authenticator.',
    'Proceed with existing passkey or try again after deleting the credential.',
  ],
  PasskeyRegistrationCanceled: canceled('registration'),
  PasskeyAuthenticationCanceled: canceled('authentication'),
  PasskeyOperationAborted: ['Passkey operation has been aborted.', interrupted],
  RelyingPartyMismatch: [
    'Relying party does not match current domain.',
    'Ensure relying party identifier matches current domain.',
  ],
}

/** Names and texts are Amplify's. */
export const passkeyError = (name: PasskeyException, cause?: unknown): AuthError =>
  authError(name, ...texts[name], cause)
