// The names an AuthError can have, by the operation that answers them: types only, no bytes. The service may
// add names at any time, and they are passed through unchanged; so a `switch` over these wants a `default`.

type Common =
  | 'ForbiddenException'
  | 'InternalErrorException'
  | 'InvalidParameterException'
  | 'NotAuthorizedException'
  | 'ResourceNotFoundException'
  | 'TooManyRequestsException'

type User = 'PasswordResetRequiredException' | 'UserNotConfirmedException' | 'UserNotFoundException'

type Lambda = 'InvalidLambdaResponseException' | 'UnexpectedLambdaException' | 'UserLambdaValidationException'

type Sms = 'InvalidSmsRoleAccessPolicyException' | 'InvalidSmsRoleTrustRelationshipException'

type Email = 'CodeDeliveryFailureException' | 'InvalidEmailRoleAccessPolicyException'

type Code = 'CodeMismatchException' | 'ExpiredCodeException'

/** Names from the SignUp operation. */
export type SignUpException =
  | Exclude<Common, 'ForbiddenException'>
  | Lambda
  | Sms
  | Email
  | 'InvalidPasswordException'
  | 'UsernameExistsException'

/** Names from the ConfirmSignUp operation. */
export type ConfirmSignUpException =
  | Common
  | Lambda
  | Code
  | 'AliasExistsException'
  | 'LimitExceededException'
  | 'TooManyFailedAttemptsException'
  | 'UserNotFoundException'

/** Names from the ResendConfirmationCode operation. */
export type ResendConfirmationException =
  | Common
  | Lambda
  | Sms
  | Email
  | 'LimitExceededException'
  | 'UserNotFoundException'

/** Names from the InitiateAuth operation. */
export type InitiateAuthException = Common | Lambda | Sms | User | 'InvalidUserPoolConfigurationException'

/** Names from the RespondToAuthChallenge operation. */
export type RespondToAuthChallengeException =
  | Common
  | Lambda
  | Sms
  | User
  | Code
  | 'AliasExistsException'
  | 'InvalidPasswordException'
  | 'InvalidUserPoolConfigurationException'
  | 'MFAMethodNotFoundException'
  | 'SoftwareTokenMFANotFoundException'

/** Names from the GetTokensFromRefreshToken operation, which any call for a signed-in user may need. */
export type GetTokensFromRefreshTokenException =
  | Common
  | Lambda
  | User
  | 'RefreshTokenReuseException'
  | 'TokenRevokedException'

/** Names from the AssociateSoftwareToken operation. */
export type AssociateSoftwareTokenException =
  | Exclude<Common, 'TooManyRequestsException'>
  | 'ConcurrentModificationException'
  | 'SoftwareTokenMFANotFoundException'

/** Names from the VerifySoftwareToken operation. */
export type VerifySoftwareTokenException =
  | Common
  | User
  | 'CodeMismatchException'
  | 'EnableSoftwareTokenMFAException'
  | 'InvalidUserPoolConfigurationException'
  | 'SoftwareTokenMFANotFoundException'

/** Names from the ForgotPassword operation. */
export type ForgotPasswordException =
  | Common
  | Lambda
  | Sms
  | Email
  | 'LimitExceededException'
  | 'UserNotFoundException'

/** Names from the ConfirmForgotPassword operation. */
export type ConfirmForgotPasswordException =
  | Common
  | Lambda
  | Code
  | 'InvalidPasswordException'
  | 'LimitExceededException'
  | 'TooManyFailedAttemptsException'
  | 'UserNotConfirmedException'
  | 'UserNotFoundException'

/** Names from the ChangePassword operation. */
export type ChangePasswordException = Common | User | 'InvalidPasswordException' | 'LimitExceededException'

/** Names from the GetUser operation. */
export type GetUserException = Common | User

/** Names from the DeleteUser operation. */
export type DeleteUserException = Common | User

/** Names from the DeleteUserAttributes operation. */
export type DeleteUserAttributesException = Common | User

/** Names from the UpdateUserAttributes operation. */
export type UpdateUserAttributesException =
  | Common
  | User
  | Lambda
  | Sms
  | Email
  | Code
  | 'AliasExistsException'

/** Names from the GetUserAttributeVerificationCode operation. */
export type GetUserAttributeVerificationException =
  | Common
  | User
  | Lambda
  | Sms
  | Email
  | 'LimitExceededException'

/** Names from the VerifyUserAttribute operation. */
export type VerifyUserAttributeException =
  | Common
  | User
  | Code
  | 'AliasExistsException'
  | 'LimitExceededException'

/** Names from the SetUserMFAPreference operation. */
export type SetUserMFAPreferenceException = Exclude<Common, 'TooManyRequestsException'> | User

/** Names from the ConfirmDevice operation. */
export type ConfirmDeviceException =
  | Common
  | User
  | 'InvalidLambdaResponseException'
  | 'InvalidPasswordException'
  | 'InvalidUserPoolConfigurationException'
  | 'UsernameExistsException'

/** Names from the UpdateDeviceStatus operation. */
export type UpdateDeviceStatusException = Common | User | 'InvalidUserPoolConfigurationException'

/** Names from the ForgetDevice operation. */
export type ForgetDeviceException = Common | User | 'InvalidUserPoolConfigurationException'

/** Names from the ListDevices operation. */
export type ListDevicesException = Common | User | 'InvalidUserPoolConfigurationException'

/** Names from the GlobalSignOut operation. */
export type GlobalSignOutException = Common | 'PasswordResetRequiredException' | 'UserNotConfirmedException'

/** Names from the StartWebAuthnRegistration operation. */
export type StartWebAuthnRegistrationException =
  | Exclude<Common, 'ResourceNotFoundException'>
  | 'LimitExceededException'
  | 'WebAuthnNotEnabledException'
  | 'WebAuthnConfigurationMissingException'

/** Names from the CompleteWebAuthnRegistration operation. */
export type CompleteWebAuthnRegistrationException =
  | Exclude<Common, 'ResourceNotFoundException'>
  | 'LimitExceededException'
  | 'WebAuthnNotEnabledException'
  | 'WebAuthnChallengeNotFoundException'
  | 'WebAuthnRelyingPartyMismatchException'
  | 'WebAuthnClientMismatchException'
  | 'WebAuthnOriginNotAllowedException'
  | 'WebAuthnCredentialNotSupportedException'

/** Names from the ListWebAuthnCredentials operation. */
export type ListWebAuthnCredentialsException =
  | 'ForbiddenException'
  | 'InternalErrorException'
  | 'InvalidParameterException'
  | 'NotAuthorizedException'

/** Names from the DeleteWebAuthnCredential operation. */
export type DeleteWebAuthnCredentialException = ListWebAuthnCredentialsException | 'ResourceNotFoundException'

/** Names from the platform, when it is asked for a passkey; `underlyingError` is its own error, where there is one. */
export type PasskeyException =
  /** The page is not secure, or the browser knows no passkeys. */
  | 'PasskeyNotSupported'
  | 'InvalidPasskeyRegistrationOptions'
  | 'InvalidPasskeyAuthenticationOptions'
  | 'PasskeyRegistrationFailed'
  | 'PasskeyRetrievalFailed'
  | 'PasskeyAlreadyExists'
  /** The user did not want to, or has no passkey here: no page is told which. */
  | 'PasskeyRegistrationCanceled'
  /** The user did not want to, or has no passkey here: no page is told which. */
  | 'PasskeyAuthenticationCanceled'
  /** The page asked for another passkey meanwhile. */
  | 'PasskeyOperationAborted'
  /** The page is of another domain than the passkeys of the user pool. */
  | 'RelyingPartyMismatch'

/** Names from the GetId operation of an identity pool. */
export type GetIdException =
  | Exclude<Common, 'ForbiddenException'>
  | 'ExternalServiceException'
  | 'LimitExceededException'
  | 'ResourceConflictException'

/** Names from the GetCredentialsForIdentity operation of an identity pool. */
export type GetCredentialsForIdentityException =
  | Exclude<GetIdException, 'LimitExceededException'>
  | 'InvalidIdentityPoolConfigurationException'

/** Names for input that cannot be right; thrown before any request. */
export type AuthValidationErrorCode =
  | 'EmptySignInUsername'
  | 'EmptySignInPassword'
  | 'CustomAuthSignInPassword'
  | 'EmptySignUpUsername'
  | 'EmptySignUpPassword'
  | 'EmptyConfirmSignUpUsername'
  | 'EmptyConfirmSignUpCode'
  | 'EmptyresendSignUpCodeUsername'
  | 'EmptyChallengeResponse'
  | 'EmptyConfirmResetPasswordUsername'
  | 'EmptyConfirmResetPasswordNewPassword'
  | 'EmptyConfirmResetPasswordConfirmationCode'
  | 'EmptyResetPasswordUsername'
  | 'EmptyVerifyTOTPSetupCode'
  | 'EmptyConfirmUserAttributeCode'
  | 'IncorrectMFAMethod'
  | 'EmptyUpdatePassword'
  | 'InvalidPreferredChallenge'

/** Names any call can have, from this package itself. */
export type AuthClientException =
  /** There is no user pool in the configuration; `cause` is named `AuthUserPoolException`. */
  | 'AuthTokenConfigException'
  | 'InvalidUserPoolId'
  | 'InvalidAmplifyContextError'
  | 'NoAmplifyContextError'
  /** The request did not get through, or the answer did not. */
  | 'NetworkError'
  /** Something on the way answered in the service's place. */
  | 'InvalidResponseException'
  /** The service refused without giving a name. */
  | 'UnknownError'
  | 'TimeoutError'
  | 'AbortError'
  /** Anything unforeseen; `cause` is what was thrown. */
  | 'Unknown'
