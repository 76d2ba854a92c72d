import type { ServiceError } from '../../errors.js'
import type { Texts } from './texts/en.js'

type ErrorKey = keyof Texts['errors']

/** Kinds of refusals by the name of the exception, where all that have the name are told alike. */
const BY_NAME: Readonly<Record<string, ErrorKey>> = {
  AliasExistsException: 'aliasExists',
  CodeDeliveryFailureException: 'notDelivered',
  CodeMismatchException: 'wrongCode',
  EnableSoftwareTokenMFAException: 'wrongCode',
  InternalErrorException: 'server',
  LimitExceededException: 'limit',
  PasswordHistoryPolicyViolationException: 'usedPassword',
  TooManyRequestsException: 'requests',
  UsernameExistsException: 'userExists',
  WebAuthnCredentialNotSupportedException: 'passkey',
  WebAuthnOriginNotAllowedException: 'passkey',
  WebAuthnRelyingPartyMismatchException: 'passkey',
}

/** By the message, where the name says too little. */
const BY_MESSAGE: Readonly<Record<string, ErrorKey>> = {
  'Incorrect username or password.': 'incorrect',
  'User does not exist.': 'incorrect',
  'Password attempts exceeded': 'attempts',
  'Attempt limit exceeded, please try after some time.': 'limit',
  'User is disabled.': 'disabled',
  'Temporary password has expired and must be reset by an administrator.': 'temporaryExpired',
  'Invalid code provided, please request a code again.': 'expiredCode',
  'Your software token has already been used once.': 'usedCode',
  'SignUp is not permitted for this user pool': 'noSignUp',
  'Invalid email address format.': 'invalidEmail',
  'Invalid phone number format.': 'invalidPhoneNumber',
  'Username should be an email.': 'nameIsEmail',
  'Username should be a phone number.': 'nameIsPhoneNumber',
  'Username should be either an email or a phone number.': 'nameIsAddress',
  'Username cannot be of email format, since user pool is configured for email alias.': 'nameIsNoAddress',
  'Username cannot be of phone number format, since user pool is configured for phone number alias.':
    'nameIsNoAddress',
  'Username/client id combination not found.': 'noUser',
  'User is already confirmed.': 'isConfirmed',
  'User cannot be confirmed. Current status is CONFIRMED': 'isConfirmed',
  'User password cannot be reset in the current state.': 'cannotReset',
  'Contact administrator to reset password.': 'cannotReset',
  'Cannot reset password for the user as there is no registered/verified email or phone_number':
    'cannotReset',
}

/** What the user is told of a refusal. What a function of the pool says, and what no page should cause, is told as it is. */
export function errorText(texts: Texts, { name, message }: Pick<ServiceError, 'name' | 'message'>): string {
  const key = BY_MESSAGE[message] ?? BY_NAME[name]
  return key === undefined ? message : texts.errors[key]
}
