import { isAuthError } from '@amulet/auth'
import { attributeLabel } from './attribute-label.js'

/** An error, told to a person. */
export interface Problem {
  sentence: string
  /** The name of the input it is about, when it is about one: it gets the focus and is marked as invalid. */
  field?: string
}

const appCodeMissing: Problem = { sentence: 'Enter the code that your app shows.', field: 'code' }
const wrongAppCode: Problem = {
  sentence: 'That is not the code that your app shows now. Check that its clock is right.',
  field: 'code',
}

const sentences: Record<string, Problem> = {
  EmptySignInUsername: { sentence: 'Enter your e-mail address.', field: 'email' },
  EmptySignInPassword: { sentence: 'Enter your password.', field: 'password' },
  EmptySignUpUsername: { sentence: 'Enter your e-mail address.', field: 'email' },
  EmptySignUpPassword: { sentence: 'Choose a password.', field: 'password' },
  EmptyConfirmSignUpCode: { sentence: 'Enter the code from the message.', field: 'code' },
  EmptyChallengeResponse: { sentence: 'Choose a password.', field: 'password' },
  EmptyVerifyTOTPSetupCode: appCodeMissing,
  EmptyResetPasswordUsername: { sentence: 'Enter your e-mail address.', field: 'email' },
  EmptyConfirmResetPasswordConfirmationCode: { sentence: 'Enter the code from the message.', field: 'code' },
  EmptyConfirmResetPasswordNewPassword: { sentence: 'Choose a password.', field: 'password' },
  EmptyUpdatePassword: { sentence: 'Enter your present password and a new one.', field: 'oldPassword' },
  EmptyConfirmUserAttributeCode: { sentence: 'Enter the code from the message.', field: 'code' },
  UsernameExistsException: {
    sentence: 'There is an account with this e-mail address already. Try signing in.',
    field: 'email',
  },
  UserNotFoundException: { sentence: 'There is no account with this e-mail address.', field: 'email' },
  PasswordHistoryPolicyViolationException: {
    sentence: 'You have used this password before. Choose another one.',
    field: 'password',
  },
  CodeMismatchException: {
    sentence: 'That is not the code we sent. Look at the newest message, or send a new code.',
    field: 'code',
  },
  // The name for a wrong code while the app is set up.
  EnableSoftwareTokenMFAException: wrongAppCode,
  ExpiredCodeException: {
    sentence: 'That code is too old or was used already. Send a new code.',
    field: 'code',
  },
  // Quotas are counted by the hour.
  LimitExceededException: { sentence: 'That was a bit much. Wait up to an hour, then try again.' },
  TooManyRequestsException: { sentence: 'That was a bit much. Wait a moment, then try again.' },
  TooManyFailedAttemptsException: { sentence: 'Too many wrong codes. Wait a while, then send a new code.' },
  TokenRefreshException: { sentence: 'Your session has ended. Please sign in again.' },
  PasskeyAuthenticationCanceled: { sentence: 'No passkey was used. Try again, or sign in another way.' },
  PasskeyRegistrationCanceled: { sentence: 'No passkey was added.' },
  PasskeyAlreadyExists: { sentence: 'This device has a passkey for this account already.' },
  PasskeyNotSupported: { sentence: 'This browser has no passkeys.' },
  PasskeyOperationAborted: { sentence: 'Another passkey was asked for meanwhile.' },
  RelyingPartyMismatch: { sentence: 'The passkeys of this user pool are for another domain than this page.' },
  PasskeyUsernameRequired: {
    sentence: 'Enter your e-mail address, then choose another way to sign in.',
    field: 'email',
  },
  UserAlreadyAuthenticatedException: { sentence: 'You are signed in already.' },
  NetworkError: { sentence: 'The user pool does not answer. Check that it is running, then try again.' },
  TimeoutError: { sentence: 'The user pool takes too long to answer. Wait a moment, then try again.' },
  InvalidResponseException: {
    sentence:
      'Something on the way answered in place of the user pool. Check your connection, then try again.',
  },
  ResourceNotFoundException: {
    sentence: 'The server does not know the user pool or app client this page is set up for.',
  },
}

const signInIsOver: Problem = {
  sentence: 'This sign-in has taken too long, or was finished elsewhere. Go back and sign in again.',
}

/** What the service's message says of a password. How long is long enough, only the pool knows. */
const passwordReasons: [RegExp, string][] = [
  [/not long enough/i, 'The password is too short. Choose a longer one.'],
  [/uppercase/i, 'The password needs an upper-case letter.'],
  [/lowercase/i, 'The password needs a lower-case letter.'],
  [/numeric|number/i, 'The password needs a digit.'],
  [/symbol/i, 'The password needs a symbol.'],
  [/length less than/i, 'The password is too long. Choose a shorter one.'],
  // All that the pattern says: `\S`, anything, `\S`.
  [/regular expression/i, 'A password cannot begin or end with a blank, nor be a single character.'],
]

/** Names and messages are the service's; the sentence is for the person in front of the page. */
export function explain(error: unknown): Problem {
  if (!isAuthError(error)) {
    return { sentence: `Something unexpected went wrong: ${error instanceof Error ? error.message : error}` }
  }
  switch (error.name) {
    case 'NotAuthorizedException':
      return explainNotAuthorized(error.message)
    case 'InvalidPasswordException':
      return explainPassword(error.message)
    case 'InvalidParameterException':
      return explainInvalidParameter(error.message)
    case 'OAuthSignInException':
      // The pool's pages have words of their own for what else goes wrong.
      return /cancel+ed/i.test(error.message)
        ? { sentence: 'You have come back without signing in.' }
        : { sentence: `The user pool’s pages say: ${error.message}` }
    case 'SignInException':
      // One name for a challenge that the library does not know, and for one that is over.
      return /not addressed/i.test(error.message)
        ? { sentence: 'This account asks for a step that this page does not know.' }
        : signInIsOver
    case 'CodeMismatchException':
      // Also the name for a challenge session that the server cannot read.
      if (/session/i.test(error.message)) return signInIsOver
  }
  return sentences[error.name] ?? { sentence: error.message }
}

/** An error of an answer in a sign-in; `empty` is shown when the user has typed nothing. */
export const explainAnswer =
  (empty: Problem) =>
  (error: unknown): Problem =>
    isAuthError(error, 'EmptyChallengeResponse') ? empty : explain(error)

/** An error of a code in a sign-in: one from a message, or one of an app. */
export function explainCode(error: unknown, from: 'message' | 'app'): Problem {
  const problem = explain(error)
  if (!isAuthError(error)) return problem
  const isApp = from === 'app'
  switch (error.name) {
    case 'EmptyChallengeResponse':
      return isApp ? appCodeMissing : { sentence: 'Enter the code from the message.', field: 'code' }
    case 'CodeMismatchException':
      return isApp && problem.field ? wrongAppCode : problem
    case 'ExpiredCodeException':
      return isApp
        ? { sentence: 'That code was used already. Wait for the next one.', field: 'code' }
        : { sentence: 'That code is too old. Go back and sign in again for another one.', field: 'code' }
    case 'NotAuthorizedException':
      return /attempts exceeded/i.test(error.message)
        ? { sentence: 'Too many wrong codes. Wait up to an hour, then try again.', field: 'code' }
        : problem
  }
  return problem
}

const isIncorrect = (message: string) => /incorrect username or password/i.test(message)

/** An error of a passkey in a sign-in. */
export const explainPasskey = (error: unknown): Problem =>
  isAuthError(error, 'NotAuthorizedException') && isIncorrect(error.message)
    ? { sentence: 'The user pool does not know this passkey. It may have been deleted.' }
    : explain(error)

/** An error of a change of the password: the present one is wrong, or the new one cannot be taken. */
export function explainChange(error: unknown, oldPassword: string): Problem {
  if (isAuthError(error, 'EmptyUpdatePassword') && oldPassword !== '')
    return { sentence: 'Choose a password.', field: 'password' }
  if (isAuthError(error, 'NotAuthorizedException') && isIncorrect(error.message))
    return { sentence: 'That is not your present password.', field: 'oldPassword' }
  const problem = explain(error)
  return isAuthError(error, 'NotAuthorizedException') && problem.field === 'password'
    ? { ...problem, field: 'oldPassword' }
    : problem
}

function explainPassword(message: string): Problem {
  const reason = passwordReasons.find(([pattern]) => pattern.test(message))
  return { sentence: reason?.[1] ?? message, field: 'password' }
}

/** One name for every malformed input; only the message tells which one it was. */
function explainInvalidParameter(message: string): Problem {
  const [, name, reason] = /conform to the schema: ([^\s:]+(?::[^\s:]+)?): (.+)/.exec(message) ?? []
  if (name) return { sentence: `${attributeLabel(name)}: ${reason}.`, field: name }
  const [, missing] = /attributes given, (\S+) is missing/i.exec(message) ?? []
  if (missing) return { sentence: `${attributeLabel(missing)} is missing.`, field: missing }
  if (/no registered\/verified/i.test(message)) {
    return { sentence: 'A code cannot be sent: no address of this account is confirmed.' }
  }
  if (/phone number/i.test(message)) {
    return {
      sentence: 'That does not look like a phone number. Begin it with + and the code of the country.',
      field: 'phone_number',
    }
  }
  if (/email|username/i.test(message)) {
    return { sentence: 'That does not look like an e-mail address.', field: 'email' }
  }
  if (/password/i.test(message)) return explainPassword(message)
  if (/confirmationcode/i.test(message)) {
    return { sentence: 'A code is made of digits only.', field: 'code' }
  }
  return { sentence: message }
}

function explainNotAuthorized(message: string): Problem {
  if (/attempts exceeded/i.test(message)) {
    return {
      sentence:
        'Too many wrong passwords. Wait before you try again: seconds at first, after many up to 15 minutes.',
      field: 'password',
    }
  }
  if (isIncorrect(message)) {
    return { sentence: 'The e-mail address and the password do not match.', field: 'password' }
  }
  if (/current status is confirmed/i.test(message)) {
    return { sentence: 'This account is confirmed already. You can sign in.' }
  }
  if (/cannot be reset in the current state/i.test(message)) {
    return { sentence: 'This account has a temporary password. Sign in with that one first.' }
  }
  if (/not authorized to change password/i.test(message)) {
    return { sentence: 'You sign in at another service, and have no password here.' }
  }
  if (/contact administrator/i.test(message)) {
    return { sentence: 'Only an administrator can give this account a new password.' }
  }
  if (/disabled/i.test(message)) return { sentence: 'This account has been disabled.' }
  if (/session/i.test(message)) return signInIsOver
  if (/token/i.test(message)) return { sentence: 'This session is no longer valid. Sign out, then in again.' }
  return { sentence: message }
}
