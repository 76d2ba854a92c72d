import type {
  AssociateSoftwareTokenException,
  AuthClientException,
  ChangePasswordException,
  CompleteWebAuthnRegistrationException,
  ConfirmForgotPasswordException,
  ConfirmSignUpException,
  DeleteUserAttributesException,
  DeleteUserException,
  DeleteWebAuthnCredentialException,
  ForgetDeviceException,
  ForgotPasswordException,
  GetCredentialsForIdentityException,
  GetIdException,
  GetTokensFromRefreshTokenException,
  GetUserAttributeVerificationException,
  GetUserException,
  InitiateAuthException,
  ListDevicesException,
  ListWebAuthnCredentialsException,
  PasskeyException,
  ResendConfirmationException,
  RespondToAuthChallengeException,
  SetUserMFAPreferenceException,
  SignUpException,
  StartWebAuthnRegistrationException,
  UpdateDeviceStatusException,
  UpdateUserAttributesException,
  VerifySoftwareTokenException,
  VerifyUserAttributeException,
} from './exceptions.js'

/** A refresh that was refused, or that the session has no means for. */
type Refresh =
  | InitiateAuthException
  | GetTokensFromRefreshTokenException
  | 'TokenRefreshException'
  | 'iatNotFoundException'
  | 'InvalidTokens'

/** Calls for the signed-in user. */
type SignedIn = Refresh | 'UserUnAuthenticatedException'

/** A passkey that is used. */
type PasskeyUse = Exclude<
  PasskeyException,
  'InvalidPasskeyRegistrationOptions' | `PasskeyRegistration${string}` | 'PasskeyAlreadyExists'
>

/** What the lists of the service's operations leave out, and the service can answer: a code cannot be sent. */
type SendingCode = 'CodeDeliveryFailureException'

/** The same of a new password, where the pool remembers old ones. */
type SettingPassword = 'PasswordHistoryPolicyViolationException'

/** Calls that end with a session. */
type SigningIn =
  | SendingCode
  | PasskeyUse
  | InitiateAuthException
  | RespondToAuthChallengeException
  | AssociateSoftwareTokenException
  | 'SetUpTOTPException'
  | 'SignInException'
  | 'UserAlreadyAuthenticatedException'
  | 'UnexpectedSignInInterruptionException'
  | 'EmptyUserIdForSRPException'
  | 'DeviceMetadataNotFoundException'
  | 'InvalidTokens'

/** Ends of a sign-in by redirect. */
type OAuth = 'OAuthSignInException' | 'InvalidTokens'

/** No configured redirect URI fits. */
type RedirectUri = 'InvalidOriginException' | 'InvalidRedirectException'

/** What a first request is not made with. */
type FirstRequest = 'EmptySignInPassword' | 'CustomAuthSignInPassword' | 'InvalidPreferredChallenge'

interface NamesByCall {
  associateWebAuthnCredential:
    | SignedIn
    | StartWebAuthnRegistrationException
    | CompleteWebAuthnRegistrationException
    | Exclude<PasskeyException, `${string}Authentication${string}` | 'PasskeyRetrievalFailed'>
  autoSignIn: SigningIn | FirstRequest | 'AutoSignInException'
  completeSignInWithRedirect: OAuth
  configure: 'InvalidParameterException'
  confirmResetPassword:
    | ConfirmForgotPasswordException
    | SettingPassword
    | 'EmptyConfirmResetPasswordUsername'
    | 'EmptyConfirmResetPasswordNewPassword'
    | 'EmptyConfirmResetPasswordConfirmationCode'
  confirmSignIn:
    | Exclude<SigningIn, 'UserAlreadyAuthenticatedException'>
    | VerifySoftwareTokenException
    | SettingPassword
    | 'EmptyChallengeResponse'
    | 'IncorrectMFAMethod'
  confirmSignUp: ConfirmSignUpException | 'EmptyConfirmSignUpUsername' | 'EmptyConfirmSignUpCode'
  confirmUserAttribute: SignedIn | VerifyUserAttributeException | 'EmptyConfirmUserAttributeCode'
  createAuthContext: 'InvalidParameterException'
  deleteUser: SignedIn | RedirectUri | DeleteUserException
  deleteUserAttributes: SignedIn | DeleteUserAttributesException
  deleteWebAuthnCredential: SignedIn | DeleteWebAuthnCredentialException
  fetchAuthSession:
    | Refresh
    | GetIdException
    | GetCredentialsForIdentityException
    | 'CredentialsException'
    | 'CredentialsNotFoundException'
    | 'InvalidIdentityPoolIdException'
  fetchDevices: SignedIn | ListDevicesException
  fetchMFAPreference: SignedIn | GetUserException
  fetchUserAttributes: SignedIn | GetUserException
  forgetDevice: SignedIn | ForgetDeviceException | 'DeviceMetadataNotFoundException'
  getCurrentUser: SignedIn
  listWebAuthnCredentials: SignedIn | ListWebAuthnCredentialsException
  rememberDevice: SignedIn | UpdateDeviceStatusException | 'DeviceMetadataNotFoundException'
  resendSignUpCode: ResendConfirmationException | 'EmptySignUpUsername'
  resetPassword: ForgotPasswordException | 'EmptyResetPasswordUsername'
  sendUserAttributeVerificationCode: SignedIn | GetUserAttributeVerificationException
  setUpTOTP: SignedIn | AssociateSoftwareTokenException | 'SetUpTOTPException'
  signIn: SigningIn | FirstRequest | 'EmptySignInUsername'
  signInWithPasskey: SigningIn | 'PasskeyUsernameRequired'
  signInWithRedirect:
    | OAuth
    | RedirectUri
    | 'OAuthNotConfigureException'
    | 'UserAlreadyAuthenticatedException'
    | 'oauthSignInError'
  signOut: RedirectUri | 'InvalidPreferredRedirectUrlException' | 'OAuthSignOutException'
  signUp: SignUpException | 'EmptySignUpUsername' | 'EmptySignUpPassword'
  updateMFAPreference: SignedIn | SetUserMFAPreferenceException
  updatePassword: SignedIn | ChangePasswordException | SettingPassword | 'EmptyUpdatePassword'
  updateUserAttribute: SignedIn | UpdateUserAttributesException
  updateUserAttributes: SignedIn | UpdateUserAttributesException
  verifyTOTPSetup: SignedIn | VerifySoftwareTokenException | 'EmptyVerifyTOTPSetupCode'
}

/**
 * The names an error of each call can have, for a table of texts that the compiler keeps complete. The service
 * may add names at any time, and they are passed through: have a text for the unforeseen as well.
 *
 * @example
 * ```ts
 * import { type AuthErrorNames, isAuthError, updatePassword } from '@amulet/auth'
 *
 * const texts: Record<string, string | undefined> = {
 *   NotAuthorizedException: 'That is not your password, or your session has ended.',
 *   InvalidPasswordException: 'That password is too easy to guess.',
 *   NetworkError: 'You are offline.',
 * } satisfies Partial<Record<AuthErrorNames['updatePassword'], string>>
 *
 * try {
 *   await updatePassword({ oldPassword: 'correct horse', newPassword: 'battery staple' })
 * } catch (error) {
 *   console.log((isAuthError(error) && texts[error.name]) || 'That did not work.')
 * }
 * ```
 */
export type AuthErrorNames = {
  [Verb in keyof NamesByCall]: Verb extends 'configure' | 'createAuthContext'
    ? NamesByCall[Verb]
    : NamesByCall[Verb] | AuthClientException
}

/** Every name an error of this package is known to have. */
export type AuthErrorName = AuthErrorNames[keyof AuthErrorNames] | 'NoHubcallbackProvidedException'
