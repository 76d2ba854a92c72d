import type * as identitySdk from '@aws-sdk/client-cognito-identity'
import type * as sdk from '@aws-sdk/client-cognito-identity-provider'
import { expectTypeOf, test } from 'vitest'
import type { IdentityPoolOperations } from '../src/service/identity-pool.js'
import type { UserPoolOperations } from '../src/service/user-pool.js'

// What these say is checked by the compiler (`tsc -p tsconfig.test.json`); running them says nothing.

/** The vendor's own contract, for the operations this package uses: `[input, output]` by name. */
interface SdkOperations {
  SignUp: [sdk.SignUpCommandInput, sdk.SignUpCommandOutput]
  ConfirmSignUp: [sdk.ConfirmSignUpCommandInput, sdk.ConfirmSignUpCommandOutput]
  ResendConfirmationCode: [sdk.ResendConfirmationCodeCommandInput, sdk.ResendConfirmationCodeCommandOutput]
  InitiateAuth: [sdk.InitiateAuthCommandInput, sdk.InitiateAuthCommandOutput]
  RespondToAuthChallenge: [sdk.RespondToAuthChallengeCommandInput, sdk.RespondToAuthChallengeCommandOutput]
  GetTokensFromRefreshToken: [
    sdk.GetTokensFromRefreshTokenCommandInput,
    sdk.GetTokensFromRefreshTokenCommandOutput,
  ]
  ForgotPassword: [sdk.ForgotPasswordCommandInput, sdk.ForgotPasswordCommandOutput]
  ConfirmForgotPassword: [sdk.ConfirmForgotPasswordCommandInput, sdk.ConfirmForgotPasswordCommandOutput]
  ChangePassword: [sdk.ChangePasswordCommandInput, sdk.ChangePasswordCommandOutput]
  UpdateUserAttributes: [sdk.UpdateUserAttributesCommandInput, sdk.UpdateUserAttributesCommandOutput]
  DeleteUserAttributes: [sdk.DeleteUserAttributesCommandInput, sdk.DeleteUserAttributesCommandOutput]
  GetUserAttributeVerificationCode: [
    sdk.GetUserAttributeVerificationCodeCommandInput,
    sdk.GetUserAttributeVerificationCodeCommandOutput,
  ]
  VerifyUserAttribute: [sdk.VerifyUserAttributeCommandInput, sdk.VerifyUserAttributeCommandOutput]
  DeleteUser: [sdk.DeleteUserCommandInput, sdk.DeleteUserCommandOutput]
  GetUser: [sdk.GetUserCommandInput, sdk.GetUserCommandOutput]
  AssociateSoftwareToken: [sdk.AssociateSoftwareTokenCommandInput, sdk.AssociateSoftwareTokenCommandOutput]
  VerifySoftwareToken: [sdk.VerifySoftwareTokenCommandInput, sdk.VerifySoftwareTokenCommandOutput]
  SetUserMFAPreference: [sdk.SetUserMFAPreferenceCommandInput, sdk.SetUserMFAPreferenceCommandOutput]
  ConfirmDevice: [sdk.ConfirmDeviceCommandInput, sdk.ConfirmDeviceCommandOutput]
  UpdateDeviceStatus: [sdk.UpdateDeviceStatusCommandInput, sdk.UpdateDeviceStatusCommandOutput]
  ForgetDevice: [sdk.ForgetDeviceCommandInput, sdk.ForgetDeviceCommandOutput]
  ListDevices: [sdk.ListDevicesCommandInput, sdk.ListDevicesCommandOutput]
  StartWebAuthnRegistration: [
    sdk.StartWebAuthnRegistrationCommandInput,
    sdk.StartWebAuthnRegistrationCommandOutput,
  ]
  CompleteWebAuthnRegistration: [
    // Any JSON, which the SDK writes by a type that refers to itself.
    Omit<sdk.CompleteWebAuthnRegistrationCommandInput, 'Credential'> & { Credential: object },
    sdk.CompleteWebAuthnRegistrationCommandOutput,
  ]
  ListWebAuthnCredentials: [sdk.ListWebAuthnCredentialsCommandInput, sdk.ListWebAuthnCredentialsCommandOutput]
  DeleteWebAuthnCredential: [
    sdk.DeleteWebAuthnCredentialCommandInput,
    sdk.DeleteWebAuthnCredentialCommandOutput,
  ]
  GlobalSignOut: [sdk.GlobalSignOutCommandInput, sdk.GlobalSignOutCommandOutput]
  RevokeToken: [sdk.RevokeTokenCommandInput, sdk.RevokeTokenCommandOutput]
  GetId: [identitySdk.GetIdCommandInput, Required<identitySdk.GetIdCommandOutput>]
  GetCredentialsForIdentity: [
    identitySdk.GetCredentialsForIdentityCommandInput,
    identitySdk.GetCredentialsForIdentityCommandOutput,
  ]
}

type Name = keyof SdkOperations

/** Text stands here where the SDK has an enumeration: what the service may say is not ours to limit. */
type Text<Value> = Value extends string
  ? string
  : // Dates come as seconds.
    Value extends Date
    ? number
    : Value extends (infer Item)[]
      ? Text<Item>[]
      : Value extends object
        ? { [Key in keyof Value]: Text<Value[Key]> }
        : Value

type Operations = UserPoolOperations & IdentityPoolOperations

type Input<Operation extends Name> = Operations[Operation][0]

type Output<Operation extends Name> = Operations[Operation][1]

test('the operations here are those of the table', () => {
  expectTypeOf<keyof Operations>().toEqualTypeOf<Name>()
})

test('every input is one of the SDK, member by member', () => {
  type Misnamed = {
    [Operation in Name]: Exclude<keyof Input<Operation>, keyof SdkOperations[Operation][0]>
  }[Name]
  expectTypeOf<Misnamed>().toEqualTypeOf<never>()
  type Mistyped = {
    [Operation in Name]: Input<Operation> extends Text<SdkOperations[Operation][0]> ? never : Operation
  }[Name]
  expectTypeOf<Mistyped>().toEqualTypeOf<never>()
})

test('every output of the SDK is one here, member by member', () => {
  // The date is a header of the answer, not a member.
  type Misnamed = {
    [Operation in Name]: Exclude<keyof Output<Operation>, keyof SdkOperations[Operation][1] | 'date'>
  }[Name]
  expectTypeOf<Misnamed>().toEqualTypeOf<never>()
  type Mistyped = {
    [Operation in Name]: Text<SdkOperations[Operation][1]> extends Output<Operation> ? never : Operation
  }[Name]
  expectTypeOf<Mistyped>().toEqualTypeOf<never>()
})
