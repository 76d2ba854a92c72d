import { isAuthError } from '@amulet/auth'

/** An error, told to a person. */
export interface Problem {
  sentence: string
  /** The input it is about, when it is about one: it gets the focus and is marked as invalid. */
  field?: 'email' | 'password' | 'code'
}

const sentences: Record<string, Problem> = {
  EmptySignInUsername: { sentence: 'Enter your e-mail address.', field: 'email' },
  EmptySignInPassword: { sentence: 'Enter your password.', field: 'password' },
  EmptySignUpUsername: { sentence: 'Enter your e-mail address.', field: 'email' },
  EmptySignUpPassword: { sentence: 'Choose a password.', field: 'password' },
  EmptyConfirmSignUpCode: { sentence: 'Enter the code from the message.', field: 'code' },
  UsernameExistsException: {
    sentence: 'There is an account with this e-mail address already. Try signing in.',
    field: 'email',
  },
  UserNotFoundException: { sentence: 'There is no account with this e-mail address.', field: 'email' },
  CodeMismatchException: {
    sentence: 'That is not the code we sent. Look at the newest message, or send a new code.',
    field: 'code',
  },
  ExpiredCodeException: {
    sentence: 'That code is too old or was used already. Send a new code.',
    field: 'code',
  },
  LimitExceededException: { sentence: 'That was a bit much. Wait a few minutes, then try again.' },
  TooManyRequestsException: { sentence: 'That was a bit much. Wait a moment, then try again.' },
  TooManyFailedAttemptsException: { sentence: 'Too many wrong codes. Wait a while, then send a new code.' },
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

/** The parts of a password policy that the service's message can name. */
const passwordRules: [RegExp, string][] = [
  [/not long enough/i, 'at least 8 characters'],
  [/uppercase/i, 'an upper-case letter'],
  [/lowercase/i, 'a lower-case letter'],
  [/numeric|number/i, 'a digit'],
  [/symbol/i, 'a symbol'],
]

/** Names and messages are the service's; the sentence is for whoever sits in front of the page. */
export function explain(error: unknown): Problem {
  if (!isAuthError(error)) {
    return { sentence: `Something unexpected went wrong: ${error instanceof Error ? error.message : error}` }
  }
  switch (error.name) {
    case 'NotAuthorizedException':
      return explainNotAuthorized(error.message)
    case 'InvalidPasswordException': {
      const missing = passwordRules.find(([pattern]) => pattern.test(error.message))
      return {
        sentence: missing ? `The password needs ${missing[1]}.` : error.message,
        field: 'password',
      }
    }
    case 'InvalidParameterException':
      // One name for every malformed input; only the message tells which one it was.
      if (/email|username/i.test(error.message)) {
        return { sentence: 'That does not look like an e-mail address.', field: 'email' }
      }
      if (/password/i.test(error.message)) return { sentence: 'Choose a longer password.', field: 'password' }
      if (/confirmationcode/i.test(error.message)) {
        return { sentence: 'A code is made of digits only.', field: 'code' }
      }
      return { sentence: error.message }
    default:
      return sentences[error.name] ?? { sentence: error.message }
  }
}

function explainNotAuthorized(message: string): Problem {
  if (/attempts exceeded/i.test(message)) {
    return { sentence: 'Too many wrong passwords. Wait a few seconds, then try again.', field: 'password' }
  }
  if (/incorrect username or password/i.test(message)) {
    return { sentence: 'The e-mail address and the password do not match.', field: 'password' }
  }
  if (/current status is confirmed/i.test(message)) {
    return { sentence: 'This account is confirmed already. You can sign in.' }
  }
  if (/disabled/i.test(message)) return { sentence: 'This account has been disabled.' }
  if (/token/i.test(message)) return { sentence: 'This session is no longer valid. Sign out, then in again.' }
  return { sentence: message }
}
