import type { PasskeyException } from '../exceptions.js'

/** Of an error. Names and texts are Amplify's. */
export type Texts = readonly [name: PasskeyException, message: string, recoverySuggestion: string]

const notSupported = 'Passkeys may not be supported on this device.'

export const insecure = `${notSupported} Ensure your application is running in a secure context (HTTPS) and Web Authentication API is supported.`

const interrupted =
  'User may have canceled the ceremony or another interruption has occurred. Check underlying error for details.'

export const NOT_SUPPORTED: Texts = ['PasskeyNotSupported', notSupported, insecure]

/** Errors of the platform that mean the same in both ceremonies, by name. */
export const errors: Record<string, Texts> = {
  AbortError: ['PasskeyOperationAborted', 'Passkey operation has been aborted.', interrupted],
  SecurityError: [
    'RelyingPartyMismatch',
    'Relying party does not match current domain.',
    'Ensure relying party identifier matches current domain.',
  ],
}

export const canceled = (name: PasskeyException, ceremony: string): Texts => [
  name,
  `Passkey ${ceremony} ceremony has been canceled.`,
  interrupted,
]

/** The options of the service are missing or malformed. */
export const invalid = (name: PasskeyException, ceremony: string): Texts => [
  name,
  `Invalid passkey ${ceremony} options.`,
  'Ensure your user pool is configured to support the WEB_AUTHN as an authentication factor.',
]
