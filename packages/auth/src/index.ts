export { associateWebAuthnCredential } from './api/associate-web-authn-credential.js'
export { autoSignIn } from './api/auto-sign-in.js'
export {
  type CompleteSignInWithRedirectInput,
  completeSignInWithRedirect,
} from './api/complete-sign-in-with-redirect.js'
export { type ConfirmResetPasswordInput, confirmResetPassword } from './api/confirm-reset-password.js'
export { type ConfirmSignInInput, type ConfirmSignInOutput, confirmSignIn } from './api/confirm-sign-in.js'
export { type ConfirmSignUpInput, type ConfirmSignUpOutput, confirmSignUp } from './api/confirm-sign-up.js'
export { type ConfirmUserAttributeInput, confirmUserAttribute } from './api/confirm-user-attribute.js'
export { deleteUser } from './api/delete-user.js'
export { type DeleteUserAttributesInput, deleteUserAttributes } from './api/delete-user-attributes.js'
export {
  type DeleteWebAuthnCredentialInput,
  deleteWebAuthnCredential,
} from './api/delete-web-authn-credential.js'
export { type FetchAuthSessionOptions, fetchAuthSession } from './api/fetch-auth-session.js'
export { type FetchDevicesOutput, fetchDevices } from './api/fetch-devices.js'
export { type FetchMFAPreferenceOutput, fetchMFAPreference } from './api/fetch-mfa-preference.js'
export { type FetchUserAttributesOutput, fetchUserAttributes } from './api/fetch-user-attributes.js'
export { type ForgetDeviceInput, forgetDevice } from './api/forget-device.js'
export { type GetCurrentUserOutput, getCurrentUser } from './api/get-current-user.js'
export {
  type ListWebAuthnCredentialsInput,
  type ListWebAuthnCredentialsOutput,
  listWebAuthnCredentials,
} from './api/list-web-authn-credentials.js'
export { rememberDevice } from './api/remember-device.js'
export {
  type ResendSignUpCodeInput,
  type ResendSignUpCodeOutput,
  resendSignUpCode,
} from './api/resend-sign-up-code.js'
export { type ResetPasswordInput, type ResetPasswordOutput, resetPassword } from './api/reset-password.js'
export {
  type SendUserAttributeVerificationCodeInput,
  type SendUserAttributeVerificationCodeOutput,
  sendUserAttributeVerificationCode,
} from './api/send-user-attribute-verification-code.js'
export { type SetUpTOTPOutput, setUpTOTP } from './api/set-up-totp.js'
export { signIn } from './api/sign-in.js'
export { type SignInWithPasskeyInput, signInWithPasskey } from './api/sign-in-with-passkey.js'
export { type SignInWithRedirectInput, signInWithRedirect } from './api/sign-in-with-redirect.js'
export { type SignOutInput, signOut } from './api/sign-out.js'
export { type SignUpInput, signUp } from './api/sign-up.js'
export { type UpdateMFAPreferenceInput, updateMFAPreference } from './api/update-mfa-preference.js'
export { type UpdatePasswordInput, updatePassword } from './api/update-password.js'
export {
  type UpdateUserAttributeInput,
  type UpdateUserAttributeOutput,
  updateUserAttribute,
} from './api/update-user-attribute.js'
export {
  type UpdateUserAttributesInput,
  type UpdateUserAttributesOutput,
  updateUserAttributes,
} from './api/update-user-attributes.js'
export { type VerifyTOTPSetupInput, verifyTOTPSetup } from './api/verify-totp-setup.js'
export { configure } from './configure.js'
export type { Call, CallWithOptionalInput, CallWithoutInput } from './context/call.js'
export type {
  AmplifyOutputs,
  AwsExports,
  IdentityPoolConfig,
  OAuthConfig,
  ResourcesConfig,
  UserPoolConfig,
} from './context/config.js'
export type { AuthContext, AuthContextOptions } from './context/context.js'
export type { RequestOptions } from './context/deadline.js'
export { createAuthContext } from './create-auth-context.js'
export type { AuthErrorName, AuthErrorNames } from './error-names.js'
export { AuthError, type AuthErrorParams, isAuthError, type ResponseMetadata } from './errors.js'
export type {
  AuthHubEventData,
  EventDataMap,
  EventHub,
  HubCallback,
  HubCapsule,
  HubListenOptions,
  HubPayload,
  SignedOutReason,
} from './events.js'
export type * from './exceptions.js'
export { Hub } from './hub.js'
export type * from './models.js'
export { openPopup } from './oauth/open-popup.js'
export { isPasskeySupported } from './passkeys/is-passkey-supported.js'
export { decodeJWT } from './session/decode-jwt.js'
export { createMemoryStorage } from './storage/memory.js'
export type { KeyValueStorage } from './storage/storage.js'
export { createLocalStorage, createSessionStorage } from './storage/web.js'
