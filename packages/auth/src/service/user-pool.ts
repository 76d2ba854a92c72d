import type { IdentityPoolConfig, UserPoolConfig } from '../context/config.js'
import type { AuthContext } from '../context/context.js'
import type { RequestContext } from '../context/deadline.js'
import { authError } from '../errors.js'
import type { ClientMetadata } from '../models.js'
import { send } from './transport.js'

interface Attribute {
  Name: string
  Value: string | undefined
}

/** Members of every request of an app client that is made before there is a session. */
export interface ClientFields {
  ClientId: string
  ClientMetadata: ClientMetadata | undefined
  UserContextData: { EncodedData: string } | undefined
}

export interface CodeDelivery {
  CodeDeliveryDetails?: { Destination?: string; DeliveryMedium?: string; AttributeName?: string }
}

/** What a user wants of a second factor. */
export interface MfaSettings {
  Enabled: boolean
  PreferredMfa?: boolean
}

export interface AuthenticationResult {
  AccessToken?: string
  IdToken?: string
  RefreshToken?: string
  /** The sign-in was made from a device that the pool does not know. */
  NewDeviceMetadata?: { DeviceKey?: string; DeviceGroupKey?: string }
}

/** What InitiateAuth and RespondToAuthChallenge answer: tokens, or the next challenge. */
export interface AuthResponse {
  ChallengeName?: string | undefined
  /** First factors to choose from. */
  AvailableChallenges?: string[]
  ChallengeParameters?: Record<string, string>
  Session?: string | undefined
  AuthenticationResult?: AuthenticationResult
  /** When the service answered, by its clock: its `Date` header. */
  date?: string
}

/** The user pool's operations, as far as this package uses them: `[input, output]` by name. */
export interface UserPoolOperations {
  SignUp: [
    ClientFields & {
      Username: string
      Password: string | undefined
      UserAttributes: Attribute[] | undefined
      ValidationData: Attribute[] | undefined
    },
    CodeDelivery & { UserConfirmed?: boolean; UserSub?: string; Session?: string },
  ]
  ConfirmSignUp: [
    ClientFields & {
      Username: string
      ConfirmationCode: string
      ForceAliasCreation: boolean | undefined
    },
    { Session?: string },
  ]
  ResendConfirmationCode: [ClientFields & { Username: string }, CodeDelivery]
  InitiateAuth: [
    ClientFields & { AuthFlow: string; AuthParameters: Record<string, string>; Session?: string | undefined },
    AuthResponse,
  ]
  RespondToAuthChallenge: [
    ClientFields & {
      ChallengeName: string
      ChallengeResponses: Record<string, string>
      Session: string | undefined
    },
    AuthResponse,
  ]
  GetTokensFromRefreshToken: [
    {
      ClientId: string
      RefreshToken: string
      DeviceKey: string | undefined
      ClientMetadata: ClientMetadata | undefined
    },
    { AuthenticationResult?: AuthenticationResult },
  ]
  ForgotPassword: [ClientFields & { Username: string }, CodeDelivery]
  ConfirmForgotPassword: [
    ClientFields & { Username: string; ConfirmationCode: string; Password: string },
    object,
  ]
  ChangePassword: [{ AccessToken: string; PreviousPassword: string; ProposedPassword: string }, object]
  UpdateUserAttributes: [
    { AccessToken: string; UserAttributes: Attribute[]; ClientMetadata: ClientMetadata | undefined },
    { CodeDeliveryDetailsList?: NonNullable<CodeDelivery['CodeDeliveryDetails']>[] },
  ]
  DeleteUserAttributes: [{ AccessToken: string; UserAttributeNames: string[] }, object]
  GetUserAttributeVerificationCode: [
    { AccessToken: string; AttributeName: string; ClientMetadata: ClientMetadata | undefined },
    CodeDelivery,
  ]
  VerifyUserAttribute: [{ AccessToken: string; AttributeName: string; Code: string }, object]
  DeleteUser: [{ AccessToken: string }, object]
  GetUser: [
    { AccessToken: string },
    {
      UserAttributes?: { Name?: string; Value?: string }[]
      UserMFASettingList?: string[]
      PreferredMfaSetting?: string
    },
  ]
  AssociateSoftwareToken: [
    { AccessToken: string } | { Session: string | undefined },
    { SecretCode?: string; Session?: string },
  ]
  VerifySoftwareToken: [
    ({ AccessToken: string } | { Session: string | undefined }) & {
      UserCode: string
      FriendlyDeviceName: string | undefined
    },
    { Session?: string; Status?: string },
  ]
  SetUserMFAPreference: [
    {
      AccessToken: string
      SMSMfaSettings: MfaSettings | undefined
      SoftwareTokenMfaSettings: MfaSettings | undefined
      EmailMfaSettings: MfaSettings | undefined
    },
    object,
  ]
  ConfirmDevice: [
    {
      AccessToken: string
      DeviceName: string | undefined
      DeviceKey: string
      DeviceSecretVerifierConfig: { Salt: string; PasswordVerifier: string }
    },
    object,
  ]
  UpdateDeviceStatus: [
    { AccessToken: string; DeviceKey: string; DeviceRememberedStatus: 'remembered' },
    object,
  ]
  ForgetDevice: [{ AccessToken: string; DeviceKey: string }, object]
  ListDevices: [
    { AccessToken: string; Limit: number },
    {
      Devices?: {
        DeviceKey?: string
        DeviceAttributes?: { Name?: string; Value?: string }[]
        /** Seconds since 1970. */
        DeviceCreateDate?: number
        DeviceLastModifiedDate?: number
        DeviceLastAuthenticatedDate?: number
      }[]
    },
  ]
  StartWebAuthnRegistration: [{ AccessToken: string }, { CredentialCreationOptions?: unknown }]
  CompleteWebAuthnRegistration: [{ AccessToken: string; Credential: object }, object]
  ListWebAuthnCredentials: [
    { AccessToken: string; MaxResults: number | undefined; NextToken: string | undefined },
    {
      Credentials?: {
        CredentialId?: string
        FriendlyCredentialName?: string
        RelyingPartyId?: string
        AuthenticatorAttachment?: string
        AuthenticatorTransports?: string[]
        /** Seconds since 1970. */
        CreatedAt?: number
      }[]
      NextToken?: string
    },
  ]
  DeleteWebAuthnCredential: [{ AccessToken: string; CredentialId: string }, object]
  GlobalSignOut: [{ AccessToken: string }, object]
  RevokeToken: [{ ClientId: string; Token: string }, object]
}

/**
 * Says that an operation may be sent again after a dropped connection or a 5xx, when it is unknown whether the
 * first request was carried out. Most create an account, send a message, count an attempt, or use up a code or
 * a challenge session: there only an answer that says "not now" is followed by another attempt.
 *
 * @returns whether another attempt has become useless: never
 */
export const REPEATABLE = (): void => {}

/** Sends one operation to the context's user pool. */
export const userPool = async <Name extends keyof UserPoolOperations>(
  context: RequestContext,
  operation: Name,
  body: UserPoolOperations[Name][0],
  repeatable?: () => unknown,
): Promise<UserPoolOperations[Name][1]> => {
  const pool = userPoolConfig(context)
  const [region, poolName] = pool.userPoolId.split('_')
  if (!region || poolName === undefined) {
    throw authError('InvalidUserPoolId', 'Invalid user pool id provided.', 'Check userPoolId.')
  }
  const url =
    context.endpoint ??
    pool.userPoolEndpoint ??
    // China, whose regions together are `aws-cn-global`, has a domain of its own.
    `https://cognito-idp.${region}.amazonaws.com${region.includes('cn-') ? '.cn' : ''}/`
  // What is relative would send the password to the page's own server.
  if (!/^https?:\/\/[^\s/@]+(\/|$)/i.test(url)) {
    throw authError(
      'InvalidUserPoolEndpoint',
      'Invalid user pool endpoint provided.',
      'Check userPoolEndpoint.',
    )
  }
  return send(
    context,
    url,
    `AWSCognitoIdentityProviderService.${operation}`,
    body,
    repeatable,
    // The service's answers are taken at their word here; what must not be missing is checked where it is used.
  ) as Promise<UserPoolOperations[Name][1]>
}

/** @throws AuthError `AuthTokenConfigException` when the context has no user pool */
export const userPoolConfig = (context: AuthContext): UserPoolConfig & Partial<IdentityPoolConfig> => {
  const pool = context.config.Auth?.Cognito
  // Both ids are what makes it the configuration of a user pool.
  if (pool?.userPoolId && pool.userPoolClientId) return pool as UserPoolConfig & Partial<IdentityPoolConfig>
  throw authError(
    'AuthTokenConfigException',
    'Auth Token Provider not configured.',
    'Make sure to call configure in your app.',
    authError(
      'AuthUserPoolException',
      'Auth UserPool not configured.',
      'Make sure to call configure in your app with userPoolId and userPoolClientId.',
    ),
  )
}
