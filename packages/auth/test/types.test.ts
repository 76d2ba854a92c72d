import * as ours from '@amulet/auth'
import type * as amplify from 'aws-amplify'
import type { AmplifyOutputs, LegacyConfig } from 'aws-amplify/adapter-core'
import type * as stock from 'aws-amplify/auth'
import type { KeyValueStorageInterface, Hub as StockHub } from 'aws-amplify/utils'
import { describe, expect, expectTypeOf, test } from 'vitest'
import type * as passkeyEnums from '../../../node_modules/@aws-amplify/auth/dist/esm/foundation/factories/serviceClients/cognitoIdentityProvider/types/errors.js'
// Amplify has these as enumerations, and does not export them.
import type * as enums from '../../../node_modules/@aws-amplify/auth/dist/esm/providers/cognito/types/errors.js'

// What these say is checked by the compiler (`tsc -p tsconfig.test.json`); running them says nothing.

describe('inputs of Amplify are inputs of ours, and the other way around', () => {
  test('as types', () => {
    expectTypeOf<stock.SignInInput>().toExtend<ours.SignInInput>()
    expectTypeOf<ours.SignInInput>().toExtend<stock.SignInInput>()
    expectTypeOf<stock.SignUpInput>().toExtend<ours.SignUpInput>()
    expectTypeOf<ours.SignUpInput>().toExtend<stock.SignUpInput>()
    expectTypeOf<stock.ConfirmSignUpInput>().toExtend<ours.ConfirmSignUpInput>()
    expectTypeOf<ours.ConfirmSignUpInput>().toExtend<stock.ConfirmSignUpInput>()
    expectTypeOf<stock.ConfirmSignInInput>().toExtend<ours.ConfirmSignInInput>()
    expectTypeOf<ours.ConfirmSignInInput>().toExtend<stock.ConfirmSignInInput>()
    expectTypeOf<stock.ResendSignUpCodeInput>().toExtend<ours.ResendSignUpCodeInput>()
    expectTypeOf<ours.ResendSignUpCodeInput>().toExtend<stock.ResendSignUpCodeInput>()
    expectTypeOf<stock.SignOutInput>().toExtend<ours.SignOutInput>()
    expectTypeOf<ours.SignOutInput>().toExtend<stock.SignOutInput>()
    expectTypeOf<stock.SignInWithRedirectInput>().toExtend<ours.SignInWithRedirectInput>()
    expectTypeOf<ours.SignInWithRedirectInput>().toExtend<stock.SignInWithRedirectInput>()
    expectTypeOf<stock.FetchAuthSessionOptions>().toExtend<ours.FetchAuthSessionOptions>()
    expectTypeOf<ours.FetchAuthSessionOptions>().toExtend<stock.FetchAuthSessionOptions>()
    expectTypeOf<stock.ResetPasswordInput>().toExtend<ours.ResetPasswordInput>()
    expectTypeOf<ours.ResetPasswordInput>().toExtend<stock.ResetPasswordInput>()
    expectTypeOf<stock.ConfirmResetPasswordInput>().toExtend<ours.ConfirmResetPasswordInput>()
    expectTypeOf<ours.ConfirmResetPasswordInput>().toExtend<stock.ConfirmResetPasswordInput>()
    expectTypeOf<stock.UpdatePasswordInput>().toExtend<ours.UpdatePasswordInput>()
    expectTypeOf<ours.UpdatePasswordInput>().toExtend<stock.UpdatePasswordInput>()
    expectTypeOf<stock.UpdateUserAttributeInput>().toExtend<ours.UpdateUserAttributeInput>()
    expectTypeOf<ours.UpdateUserAttributeInput>().toExtend<stock.UpdateUserAttributeInput>()
    expectTypeOf<stock.UpdateUserAttributesInput>().toExtend<ours.UpdateUserAttributesInput>()
    expectTypeOf<ours.UpdateUserAttributesInput>().toExtend<stock.UpdateUserAttributesInput>()
    expectTypeOf<stock.DeleteUserAttributesInput>().toExtend<ours.DeleteUserAttributesInput>()
    expectTypeOf<ours.DeleteUserAttributesInput>().toExtend<stock.DeleteUserAttributesInput>()
    expectTypeOf<stock.ConfirmUserAttributeInput>().toExtend<ours.ConfirmUserAttributeInput>()
    expectTypeOf<ours.ConfirmUserAttributeInput>().toExtend<stock.ConfirmUserAttributeInput>()
    expectTypeOf<stock.VerifyTOTPSetupInput>().toExtend<ours.VerifyTOTPSetupInput>()
    expectTypeOf<ours.VerifyTOTPSetupInput>().toExtend<stock.VerifyTOTPSetupInput>()
    expectTypeOf<stock.ForgetDeviceInput>().toExtend<ours.ForgetDeviceInput>()
    expectTypeOf<ours.ForgetDeviceInput>().toExtend<stock.ForgetDeviceInput>()
    expectTypeOf<stock.UpdateMFAPreferenceInput>().toExtend<ours.UpdateMFAPreferenceInput>()
    expectTypeOf<ours.UpdateMFAPreferenceInput>().toExtend<stock.UpdateMFAPreferenceInput>()
    expectTypeOf<stock.ListWebAuthnCredentialsInput>().toExtend<ours.ListWebAuthnCredentialsInput>()
    expectTypeOf<ours.ListWebAuthnCredentialsInput>().toExtend<stock.ListWebAuthnCredentialsInput>()
    expectTypeOf<stock.DeleteWebAuthnCredentialInput>().toExtend<ours.DeleteWebAuthnCredentialInput>()
    expectTypeOf<ours.DeleteWebAuthnCredentialInput>().toExtend<stock.DeleteWebAuthnCredentialInput>()
    type OurCodeInput = ours.SendUserAttributeVerificationCodeInput
    expectTypeOf<stock.SendUserAttributeVerificationCodeInput>().toExtend<OurCodeInput>()
    expectTypeOf<OurCodeInput>().toExtend<stock.SendUserAttributeVerificationCodeInput>()
  })
})

describe('outputs of ours are outputs of Amplify, and the other way around', () => {
  test('as types', () => {
    expectTypeOf<ours.SignInOutput>().toExtend<stock.SignInOutput>()
    expectTypeOf<stock.SignInOutput>().toExtend<ours.SignInOutput>()
    expectTypeOf<ours.ConfirmSignInOutput>().toExtend<stock.ConfirmSignInOutput>()
    expectTypeOf<stock.ConfirmSignInOutput>().toExtend<ours.ConfirmSignInOutput>()
    expectTypeOf<ours.SignUpOutput>().toExtend<stock.SignUpOutput>()
    expectTypeOf<stock.SignUpOutput>().toExtend<ours.SignUpOutput>()
    expectTypeOf<ours.ConfirmSignUpOutput>().toExtend<stock.ConfirmSignUpOutput>()
    expectTypeOf<stock.ConfirmSignUpOutput>().toExtend<ours.ConfirmSignUpOutput>()
    expectTypeOf<ours.ResendSignUpCodeOutput>().toExtend<stock.ResendSignUpCodeOutput>()
    expectTypeOf<stock.ResendSignUpCodeOutput>().toExtend<ours.ResendSignUpCodeOutput>()
    expectTypeOf<ours.GetCurrentUserOutput>().toExtend<stock.GetCurrentUserOutput>()
    expectTypeOf<stock.GetCurrentUserOutput>().toExtend<ours.GetCurrentUserOutput>()
    expectTypeOf<ours.FetchUserAttributesOutput>().toExtend<stock.FetchUserAttributesOutput>()
    expectTypeOf<stock.FetchUserAttributesOutput>().toExtend<ours.FetchUserAttributesOutput>()
    expectTypeOf<ours.ResetPasswordOutput>().toExtend<stock.ResetPasswordOutput>()
    expectTypeOf<stock.ResetPasswordOutput>().toExtend<ours.ResetPasswordOutput>()
    expectTypeOf<ours.UpdateUserAttributeOutput>().toExtend<stock.UpdateUserAttributeOutput>()
    expectTypeOf<stock.UpdateUserAttributeOutput>().toExtend<ours.UpdateUserAttributeOutput>()
    expectTypeOf<ours.UpdateUserAttributesOutput>().toExtend<stock.UpdateUserAttributesOutput>()
    expectTypeOf<stock.UpdateUserAttributesOutput>().toExtend<ours.UpdateUserAttributesOutput>()
    expectTypeOf<ours.SetUpTOTPOutput>().toExtend<stock.SetUpTOTPOutput>()
    expectTypeOf<stock.SetUpTOTPOutput>().toExtend<ours.SetUpTOTPOutput>()
    expectTypeOf<ours.FetchMFAPreferenceOutput>().toExtend<stock.FetchMFAPreferenceOutput>()
    expectTypeOf<stock.FetchMFAPreferenceOutput>().toExtend<ours.FetchMFAPreferenceOutput>()
    expectTypeOf<ours.FetchDevicesOutput>().toExtend<stock.FetchDevicesOutput>()
    expectTypeOf<stock.FetchDevicesOutput>().toExtend<ours.FetchDevicesOutput>()
    expectTypeOf<ours.ListWebAuthnCredentialsOutput>().toEqualTypeOf<stock.ListWebAuthnCredentialsOutput>()
    expectTypeOf<ours.AuthWebAuthnCredential>().toEqualTypeOf<stock.AuthWebAuthnCredential>()
    type OurCodeOutput = ours.SendUserAttributeVerificationCodeOutput
    expectTypeOf<OurCodeOutput>().toExtend<stock.SendUserAttributeVerificationCodeOutput>()
    expectTypeOf<stock.SendUserAttributeVerificationCodeOutput>().toExtend<OurCodeOutput>()
    expectTypeOf<ours.AuthError>().toExtend<stock.AuthError>()
    expectTypeOf<ours.AuthSession>().toExtend<stock.AuthSession>()
    expectTypeOf<stock.AuthSession>().toExtend<ours.AuthSession>()
    expectTypeOf<ours.AuthTokens>().toExtend<stock.AuthTokens>()
    expectTypeOf<stock.AuthTokens>().toExtend<ours.AuthTokens>()
    expectTypeOf<ours.JWT>().toExtend<stock.JWT>()
    expectTypeOf<stock.JWT>().toExtend<ours.JWT>()
    expectTypeOf<ours.AuthUser>().toEqualTypeOf<ours.GetCurrentUserOutput>()
    expectTypeOf<ours.CodeDeliveryDetails>().toExtend<stock.CodeDeliveryDetails>()
    expectTypeOf<stock.CodeDeliveryDetails>().toExtend<ours.CodeDeliveryDetails>()
    expectTypeOf<ours.UserAttributeKey>().toEqualTypeOf<stock.UserAttributeKey>()
    expectTypeOf<ours.VerifiableUserAttributeKey>().toEqualTypeOf<stock.VerifiableUserAttributeKey>()
  })
})

describe('a configuration for Amplify is one for us', () => {
  test('as types', () => {
    expectTypeOf<amplify.ResourcesConfig>().toExtend<ours.ResourcesConfig>()
    expectTypeOf<ours.ResourcesConfig>().toExtend<amplify.ResourcesConfig>()
    expectTypeOf<AmplifyOutputs>().toExtend<ours.AmplifyOutputs>()
    expectTypeOf<LegacyConfig>().toExtend<ours.AwsExports>()
    expectTypeOf<KeyValueStorageInterface>().toExtend<ours.KeyValueStorage>()
  })

  test('as TypeScript reads the files', () => {
    const outputs = {
      version: '1.4',
      auth: {
        user_pool_id: 'us-east-1_x',
        user_pool_client_id: 'client',
        mfa_methods: [],
        groups: [{ ADMINS: { precedence: 0 } }, { EDITORS: { precedence: 1 } }],
      },
      data: { url: 'https://example.com' },
    }
    const awsExports = {
      aws_project_region: 'us-east-1',
      aws_user_pools_id: 'us-east-1_x',
      aws_cognito_social_providers: [],
      aws_appsync_graphqlEndpoint: 'https://example.com',
      oauth: {},
    }
    for (const config of [
      ours.createAuthContext(outputs).config,
      ours.createAuthContext(awsExports).config,
    ]) {
      expect(config.Auth?.Cognito.userPoolId).toBe('us-east-1_x')
    }
  })
})

describe('a function written for Amplify’s call takes ours', () => {
  test('as types', () => {
    expectTypeOf(ours.signIn).toExtend<(input: stock.SignInInput) => Promise<stock.SignInOutput>>()
    expectTypeOf(ours.confirmSignIn).toExtend<
      (input: stock.ConfirmSignInInput) => Promise<stock.ConfirmSignInOutput>
    >()
    expectTypeOf(ours.signUp).toExtend<(input: stock.SignUpInput) => Promise<stock.SignUpOutput>>()
    expectTypeOf(ours.confirmSignUp).toExtend<
      (input: stock.ConfirmSignUpInput) => Promise<stock.ConfirmSignUpOutput>
    >()
    expectTypeOf(ours.resendSignUpCode).toExtend<
      (input: stock.ResendSignUpCodeInput) => Promise<stock.ResendSignUpCodeOutput>
    >()
    expectTypeOf(ours.signOut).toExtend<(input?: stock.SignOutInput) => Promise<void>>()
    expectTypeOf(ours.signInWithRedirect).toExtend<(input?: stock.SignInWithRedirectInput) => Promise<void>>()
    expectTypeOf(ours.autoSignIn).toExtend<() => Promise<stock.SignInOutput>>()
    expectTypeOf(ours.getCurrentUser).toExtend<() => Promise<stock.GetCurrentUserOutput>>()
    expectTypeOf(ours.fetchUserAttributes).toExtend<() => Promise<stock.FetchUserAttributesOutput>>()
    expectTypeOf(ours.fetchAuthSession).toExtend<
      (options?: stock.FetchAuthSessionOptions) => Promise<stock.AuthSession>
    >()
    expectTypeOf(ours.resetPassword).toExtend<
      (input: stock.ResetPasswordInput) => Promise<stock.ResetPasswordOutput>
    >()
    expectTypeOf(ours.confirmResetPassword).toExtend<
      (input: stock.ConfirmResetPasswordInput) => Promise<void>
    >()
    expectTypeOf(ours.updatePassword).toExtend<(input: stock.UpdatePasswordInput) => Promise<void>>()
    expectTypeOf(ours.updateUserAttribute).toExtend<
      (input: stock.UpdateUserAttributeInput) => Promise<stock.UpdateUserAttributeOutput>
    >()
    expectTypeOf(ours.updateUserAttributes).toExtend<
      (input: stock.UpdateUserAttributesInput) => Promise<stock.UpdateUserAttributesOutput>
    >()
    expectTypeOf(ours.deleteUserAttributes).toExtend<
      (input: stock.DeleteUserAttributesInput) => Promise<void>
    >()
    expectTypeOf(ours.sendUserAttributeVerificationCode).toExtend<
      (
        input: stock.SendUserAttributeVerificationCodeInput,
      ) => Promise<stock.SendUserAttributeVerificationCodeOutput>
    >()
    expectTypeOf(ours.confirmUserAttribute).toExtend<
      (input: stock.ConfirmUserAttributeInput) => Promise<void>
    >()
    expectTypeOf(ours.setUpTOTP).toExtend<() => Promise<stock.SetUpTOTPOutput>>()
    expectTypeOf(ours.verifyTOTPSetup).toExtend<(input: stock.VerifyTOTPSetupInput) => Promise<void>>()
    expectTypeOf(ours.updateMFAPreference).toExtend<
      (input: stock.UpdateMFAPreferenceInput) => Promise<void>
    >()
    expectTypeOf(ours.fetchDevices).toExtend<() => Promise<stock.FetchDevicesOutput>>()
    expectTypeOf(ours.rememberDevice).toExtend<() => Promise<void>>()
    expectTypeOf(ours.forgetDevice).toExtend<(input?: stock.ForgetDeviceInput) => Promise<void>>()
    expectTypeOf(ours.fetchMFAPreference).toExtend<() => Promise<stock.FetchMFAPreferenceOutput>>()
    expectTypeOf(ours.associateWebAuthnCredential).toExtend<typeof stock.associateWebAuthnCredential>()
    expectTypeOf(ours.listWebAuthnCredentials).toExtend<typeof stock.listWebAuthnCredentials>()
    expectTypeOf(ours.deleteWebAuthnCredential).toExtend<typeof stock.deleteWebAuthnCredential>()
    expectTypeOf(ours.deleteUser).toExtend<() => Promise<void>>()
    expectTypeOf(ours.decodeJWT).toExtend<typeof stock.decodeJWT>()
  })
})

test('a listener written for Amplify’s Hub listens to ours', () => {
  const never = (stockHub: typeof StockHub) => {
    stockHub.listen('auth', (capsule) => {
      type StockCapsule = typeof capsule
      type Added = 'storage_failure'
      expectTypeOf<Exclude<ours.AuthHubEventData['event'], Added>>().toEqualTypeOf<
        StockCapsule['payload']['event']
      >()
      ours.Hub.listen('auth', (capsule: StockCapsule) => capsule.payload.event)
    })
    ours.Hub.listen('auth', ({ payload }) => {
      if (payload.event === 'customOAuthState') expectTypeOf(payload.data).toEqualTypeOf<string>()
    })
  }
  expect(never).toBeTypeOf('function')
})

test('every step of a sign-in is distinguished by its name', () => {
  const describeStep = (step: ours.SignInNextStep) => {
    switch (step.signInStep) {
      case 'CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED':
        return expectTypeOf(step.missingAttributes).toEqualTypeOf<ours.UserAttributeKey[] | undefined>()
      case 'CONFIRM_SIGN_IN_WITH_SMS_CODE':
        return expectTypeOf(step.codeDeliveryDetails).toEqualTypeOf<ours.CodeDeliveryDetails | undefined>()
      default:
        return undefined
    }
  }
  expect(describeStep({ signInStep: 'DONE' })).toBeUndefined()
})

test('a switch over the steps of a sign-in compiles only with a case for each', () => {
  const noOtherStep = (step: never): never => step
  const always = ({ nextStep }: ours.SignInOutput) => {
    switch (nextStep.signInStep) {
      case 'DONE':
      case 'CONFIRM_SIGN_UP':
      case 'RESET_PASSWORD':
      case 'CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED':
      case 'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE':
      case 'CONTINUE_SIGN_IN_WITH_MFA_SELECTION':
      case 'CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION':
      case 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP':
      case 'CONTINUE_SIGN_IN_WITH_EMAIL_SETUP':
      case 'CONFIRM_SIGN_IN_WITH_SMS_CODE':
      case 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE':
      case 'CONFIRM_SIGN_IN_WITH_TOTP_CODE':
      case 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION':
      case 'CONFIRM_SIGN_IN_WITH_PASSWORD':
        return nextStep.signInStep
      default:
        return noOtherStep(nextStep)
    }
  }
  const allButOne = ({ nextStep }: ours.SignInOutput) => {
    if (nextStep.signInStep === 'CONFIRM_SIGN_IN_WITH_PASSWORD') return undefined
    // @ts-expect-error other steps are left
    return noOtherStep(nextStep)
  }
  expect(always({ isSignedIn: true, nextStep: { signInStep: 'DONE' } })).toBe('DONE')
  expect(allButOne).toBeTypeOf('function')
  expectTypeOf<ours.SignInNextStep['signInStep']>().toEqualTypeOf<
    stock.SignInOutput['nextStep']['signInStep']
  >()
})

test('isAuthError narrows to the class and the name', () => {
  const error: unknown = new ours.AuthError({ name: 'CodeMismatchException', message: 'No' })
  expect(ours.isAuthError(error)).toBe(true)
  expect(ours.isAuthError(error, 'CodeMismatchException')).toBe(true)
  expect(ours.isAuthError(error, 'ExpiredCodeException')).toBe(false)
  expect(ours.isAuthError(new Error('no'))).toBe(false)
  expect(ours.isAuthError(undefined)).toBe(false)
  if (ours.isAuthError(error, 'CodeMismatchException')) {
    expectTypeOf(error.name).toEqualTypeOf<'CodeMismatchException'>()
    expectTypeOf(error.metadata).toEqualTypeOf<ours.ResponseMetadata | undefined>()
  }
})

test('each call has a union of the names its errors can have', () => {
  type Exported = { [Name in keyof typeof ours]: (typeof ours)[Name] }
  // Calls reject; these throw, or answer yes or no.
  type Others =
    | 'AuthError'
    | 'Hub'
    | 'isAuthError'
    | 'isPasskeySupported'
    | 'decodeJWT'
    | 'openPopup'
    | `create${string}Storage`
  expectTypeOf<keyof ours.AuthErrorNames>().toEqualTypeOf<Exclude<keyof Exported, Others>>()
  expectTypeOf<'CodeMismatchException'>().toExtend<ours.AuthErrorNames['confirmResetPassword']>()
  expectTypeOf<'CodeMismatchException'>().not.toExtend<ours.AuthErrorNames['updatePassword']>()
  expectTypeOf<'AbortError'>().toExtend<ours.AuthErrorNames['signOut']>()
  // The server answers them, though the service's lists do not have them there.
  expectTypeOf<'CodeDeliveryFailureException'>().toExtend<ours.AuthErrorNames['signIn']>()
  expectTypeOf<'CodeDeliveryFailureException'>().toExtend<ours.AuthErrorNames['confirmSignIn']>()
  expectTypeOf<'CodeDeliveryFailureException'>().not.toExtend<ours.AuthErrorNames['verifyTOTPSetup']>()
  type History = 'PasswordHistoryPolicyViolationException'
  expectTypeOf<History>().toExtend<ours.AuthErrorNames['confirmSignIn']>()
  expectTypeOf<History>().toExtend<ours.AuthErrorNames['updatePassword']>()
  expectTypeOf<History>().toExtend<ours.AuthErrorNames['confirmResetPassword']>()
  expectTypeOf<History>().not.toExtend<ours.AuthErrorNames['signUp']>()
  expectTypeOf<string>().not.toExtend<ours.AuthErrorName>()
  const texts = {
    NotAuthorizedException: 'That is not your password.',
    // @ts-expect-error a mistyped name does not compile
    NotAuthorisedException: 'That is not your password.',
  } satisfies Partial<Record<ours.AuthErrorNames['updatePassword'], string>>
  expect(texts).toBeDefined()
})

test('the groups of the reference are unions of the names that Amplify has in them', () => {
  expectTypeOf<ours.AssociateSoftwareTokenException>().toEqualTypeOf<`${enums.AssociateSoftwareTokenException}`>()
  expectTypeOf<ours.ChangePasswordException>().toEqualTypeOf<`${enums.ChangePasswordException}`>()
  expectTypeOf<ours.ConfirmDeviceException>().toEqualTypeOf<`${enums.ConfirmDeviceException}`>()
  expectTypeOf<ours.ConfirmForgotPasswordException>().toEqualTypeOf<`${enums.ConfirmForgotPasswordException}`>()
  expectTypeOf<ours.ConfirmSignUpException>().toEqualTypeOf<`${enums.ConfirmSignUpException}`>()
  expectTypeOf<ours.DeleteUserAttributesException>().toEqualTypeOf<`${enums.DeleteUserAttributesException}`>()
  expectTypeOf<ours.DeleteUserException>().toEqualTypeOf<`${enums.DeleteUserException}`>()
  expectTypeOf<ours.ForgetDeviceException>().toEqualTypeOf<`${enums.ForgetDeviceException}`>()
  expectTypeOf<ours.ForgotPasswordException>().toEqualTypeOf<`${enums.ForgotPasswordException}`>()
  expectTypeOf<ours.GetCredentialsForIdentityException>().toEqualTypeOf<`${enums.GetCredentialsForIdentityException}`>()
  expectTypeOf<ours.GetIdException>().toEqualTypeOf<`${enums.GetIdException}`>()
  expectTypeOf<ours.GetUserAttributeVerificationException>().toEqualTypeOf<`${enums.GetUserAttributeVerificationException}`>()
  expectTypeOf<ours.GetUserException>().toEqualTypeOf<`${enums.GetUserException}`>()
  expectTypeOf<ours.GlobalSignOutException>().toEqualTypeOf<`${enums.GlobalSignOutException}`>()
  expectTypeOf<ours.InitiateAuthException>().toEqualTypeOf<`${enums.InitiateAuthException}`>()
  expectTypeOf<ours.ListDevicesException>().toEqualTypeOf<`${enums.ListDevicesException}`>()
  expectTypeOf<ours.ResendConfirmationException>().toEqualTypeOf<`${enums.ResendConfirmationException}`>()
  expectTypeOf<ours.RespondToAuthChallengeException>().toEqualTypeOf<`${enums.RespondToAuthChallengeException}`>()
  expectTypeOf<ours.SetUserMFAPreferenceException>().toEqualTypeOf<`${enums.SetUserMFAPreferenceException}`>()
  expectTypeOf<ours.SignUpException>().toEqualTypeOf<`${enums.SignUpException}`>()
  expectTypeOf<ours.UpdateDeviceStatusException>().toEqualTypeOf<`${enums.UpdateDeviceStatusException}`>()
  expectTypeOf<ours.UpdateUserAttributesException>().toEqualTypeOf<`${enums.UpdateUserAttributesException}`>()
  expectTypeOf<ours.VerifySoftwareTokenException>().toEqualTypeOf<`${enums.VerifySoftwareTokenException}`>()
  expectTypeOf<ours.VerifyUserAttributeException>().toEqualTypeOf<`${enums.VerifyUserAttributeException}`>()
  expectTypeOf<ours.StartWebAuthnRegistrationException>().toEqualTypeOf<`${passkeyEnums.StartWebAuthnRegistrationException}`>()
  expectTypeOf<ours.CompleteWebAuthnRegistrationException>().toEqualTypeOf<`${passkeyEnums.CompleteWebAuthnRegistrationException}`>()
  expectTypeOf<ours.ListWebAuthnCredentialsException>().toEqualTypeOf<`${passkeyEnums.ListWebAuthnCredentialsException}`>()
  expectTypeOf<ours.DeleteWebAuthnCredentialException>().toEqualTypeOf<`${passkeyEnums.DeleteWebAuthnCredentialException}`>()
  expectTypeOf<'EmptySignInUsername'>().toExtend<ours.AuthValidationErrorCode>()
})

test('what cannot work does not compile', () => {
  const never = () => {
    // @ts-expect-error a username is needed
    ours.signIn({ password: 'x' })
    // @ts-expect-error a name is not an input
    ours.signIn('ada')
    // @ts-expect-error there is no such flow
    ours.signIn({ username: 'ada', options: { authFlowType: 'MAGIC' } })
    // @ts-expect-error an object that only looks like a context
    ours.getCurrentUser({ config: {} })
    // @ts-expect-error a configuration needs an app client
    ours.configure({ Auth: { Cognito: { userPoolId: 'x' } } })
  }
  expect(never).toBeTypeOf('function')
})
