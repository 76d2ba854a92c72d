import { type AuthError, authError } from '../errors.js'

/** A sign-in by redirect that failed. */
export const oauthError = (
  message = 'An error has occurred during the oauth process.',
  cause?: unknown,
): AuthError =>
  authError(
    'OAuthSignInException',
    message,
    'Make sure Cognito Hosted UI has been configured correctly',
    cause,
  )
