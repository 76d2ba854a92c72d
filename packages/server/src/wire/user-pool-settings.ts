import { errors } from '../errors.js'
import * as c from './constraints.js'
import type { Parsed } from './shape.js'
import { boolean, document, integer, list, map, oneOf, required, string, structure } from './shape.js'

const AttributeConstraints = {
  AttributeDataType: {
    ...oneOf('Boolean', 'Number', 'String', 'DateTime'),
    refuse: errors.attributeDataType,
  },
  DeveloperOnlyAttribute: boolean,
  Mutable: boolean,
  Required: boolean,
  NumberAttributeConstraints: structure({ MinValue: c.AnyString, MaxValue: c.AnyString }),
  StringAttributeConstraints: structure({ MinLength: c.AnyString, MaxLength: c.AnyString }),
}

export const SchemaAttribute = structure({ Name: c.CustomAttributeName, ...AttributeConstraints })
export type SchemaAttribute = Parsed<typeof SchemaAttribute>

const VerifiedAttribute = oneOf('phone_number', 'email')

const PasswordPolicy = structure({
  MinimumLength: c.PasswordPolicyMinLength,
  RequireUppercase: boolean,
  RequireLowercase: boolean,
  RequireNumbers: boolean,
  RequireSymbols: boolean,
  PasswordHistorySize: c.PasswordHistorySize,
  TemporaryPasswordValidityDays: c.TemporaryPasswordValidityDays,
})

const SmsConfiguration = structure({
  SnsCallerArn: required(c.Arn),
  ExternalId: c.AnyString,
  SnsRegion: string(),
  EumsSms: document,
})

export const Tags = map(c.TagValue, { key: c.TagKeys })

const VersionedFunction = structure({
  LambdaVersion: required(oneOf('V1_0')),
  LambdaArn: required(c.Arn),
})

const LambdaConfig = structure({
  PreSignUp: c.Arn,
  CustomMessage: c.Arn,
  PostConfirmation: c.Arn,
  PreAuthentication: c.Arn,
  PostAuthentication: c.Arn,
  DefineAuthChallenge: c.Arn,
  CreateAuthChallenge: c.Arn,
  VerifyAuthChallengeResponse: c.Arn,
  PreTokenGeneration: c.Arn,
  UserMigration: c.Arn,
  PreTokenGenerationConfig: structure({
    LambdaVersion: required(oneOf('V1_0', 'V2_0', 'V3_0')),
    LambdaArn: required(c.Arn),
  }),
  CustomSMSSender: VersionedFunction,
  CustomEmailSender: VersionedFunction,
  KMSKeyID: c.Arn,
  InboundFederation: VersionedFunction,
})
export type LambdaConfig = Parsed<typeof LambdaConfig>

/** Members that UpdateUserPool can replace as well. */
export const mutableUserPoolMembers = {
  Policies: structure({
    PasswordPolicy,
    SignInPolicy: structure({
      AllowedFirstAuthFactors: list(
        oneOf('PASSWORD', 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN', 'SOFTWARE_TOKEN'),
        {
          min: 1,
          max: 5,
        },
      ),
    }),
  }),
  DeletionProtection: oneOf('ACTIVE', 'INACTIVE'),
  LambdaConfig,
  AutoVerifiedAttributes: list(VerifiedAttribute),
  SmsVerificationMessage: c.SmsVerificationMessage,
  EmailVerificationMessage: c.EmailVerificationMessage,
  EmailVerificationSubject: c.EmailVerificationSubject,
  VerificationMessageTemplate: structure({
    SmsMessage: c.SmsVerificationMessage,
    EmailMessage: c.EmailVerificationMessage,
    EmailSubject: c.EmailVerificationSubject,
    EmailMessageByLink: c.EmailVerificationMessageByLink,
    EmailSubjectByLink: c.EmailVerificationSubjectByLink,
    DefaultEmailOption: oneOf('CONFIRM_WITH_LINK', 'CONFIRM_WITH_CODE'),
  }),
  SmsAuthenticationMessage: c.SmsVerificationMessage,
  UserAttributeUpdateSettings: structure({
    AttributesRequireVerificationBeforeUpdate: list(VerifiedAttribute),
  }),
  MfaConfiguration: oneOf('OFF', 'ON', 'OPTIONAL'),
  DeviceConfiguration: structure({
    ChallengeRequiredOnNewDevice: boolean,
    DeviceOnlyRememberedOnUserPrompt: boolean,
  }),
  EmailConfiguration: structure({
    SourceArn: c.Arn,
    ReplyToEmailAddress: c.EmailAddress,
    EmailSendingAccount: oneOf('COGNITO_DEFAULT', 'DEVELOPER'),
    From: c.AnyString,
    ConfigurationSet: c.SESConfigurationSet,
  }),
  SmsConfiguration,
  UserPoolTags: Tags,
  AdminCreateUserConfig: structure({
    AllowAdminCreateUserOnly: boolean,
    UnusedAccountValidityDays: c.AdminCreateUserUnusedAccountValidityDays,
    InviteMessageTemplate: structure({
      SMSMessage: c.SmsInviteMessage,
      EmailMessage: c.EmailInviteMessage,
      EmailSubject: c.EmailNotificationSubject,
    }),
  }),
  UserPoolAddOns: structure({
    AdvancedSecurityMode: required(oneOf('OFF', 'AUDIT', 'ENFORCED')),
    AdvancedSecurityAdditionalFlows: structure({ CustomAuthMode: oneOf('AUDIT', 'ENFORCED') }),
  }),
  AccountRecoverySetting: structure({
    RecoveryMechanisms: list(
      structure({
        Priority: required(c.Priority),
        Name: required(oneOf('verified_email', 'verified_phone_number', 'admin_only')),
      }),
      { min: 1, max: 2 },
    ),
  }),
  UserPoolTier: oneOf('LITE', 'ESSENTIALS', 'PLUS'),
  DcrConfiguration: document,
  KeyConfiguration: document,
  IssuerConfiguration: document,
  AcrConfiguration: document,
}

export const CreateUserPoolInput = structure({
  PoolName: required(c.UserPoolName),
  ...mutableUserPoolMembers,
  AliasAttributes: list(oneOf('phone_number', 'email', 'preferred_username')),
  UsernameAttributes: list(VerifiedAttribute),
  Schema: list(SchemaAttribute, { min: 1, max: 50 }),
  UsernameConfiguration: structure({ CaseSensitive: required(boolean) }),
})

/** What is stored of a pool beside its name. */
export type UserPoolSettings = Omit<Parsed<typeof CreateUserPoolInput>, 'PoolName'> & {
  /** Attributes that came later, by AddCustomAttributes. */
  CustomAttributes?: SchemaAttribute[]
}

export const mfaConfigMembers = {
  SmsMfaConfiguration: structure({
    SmsAuthenticationMessage: c.SmsVerificationMessage,
    SmsConfiguration,
  }),
  SoftwareTokenMfaConfiguration: structure({ Enabled: boolean }),
  EmailMfaConfiguration: structure({ Message: c.EmailMfaMessage, Subject: c.EmailMfaSubject }),
  MfaConfiguration: oneOf('OFF', 'ON', 'OPTIONAL'),
  WebAuthnConfiguration: structure({
    RelyingPartyId: c.RelyingPartyId,
    UserVerification: oneOf('required', 'preferred'),
    FactorConfiguration: oneOf('SINGLE_FACTOR', 'MULTI_FACTOR_WITH_USER_VERIFICATION'),
  }),
}
const MfaConfig = structure(mfaConfigMembers)
export type MfaConfig = Parsed<typeof MfaConfig>

const TimeUnit = oneOf('seconds', 'minutes', 'hours', 'days')

/** Members that UpdateUserPoolClient can replace as well. */
export const mutableClientMembers = {
  RefreshTokenValidity: c.RefreshTokenValidity,
  AccessTokenValidity: c.AccessTokenValidity,
  IdTokenValidity: c.IdTokenValidity,
  TokenValidityUnits: structure({ AccessToken: TimeUnit, IdToken: TimeUnit, RefreshToken: TimeUnit }),
  ReadAttributes: list(c.ClientPermission),
  WriteAttributes: list(c.ClientPermission),
  ExplicitAuthFlows: list(
    oneOf(
      'ADMIN_NO_SRP_AUTH',
      'CUSTOM_AUTH_FLOW_ONLY',
      'USER_PASSWORD_AUTH',
      'ALLOW_ADMIN_USER_PASSWORD_AUTH',
      'ALLOW_CUSTOM_AUTH',
      'ALLOW_USER_PASSWORD_AUTH',
      'ALLOW_USER_SRP_AUTH',
      'ALLOW_REFRESH_TOKEN_AUTH',
      'ALLOW_USER_AUTH',
      'ALLOW_CLIENT_TOKEN_AUTH',
    ),
  ),
  SupportedIdentityProviders: list(c.ProviderName),
  CallbackURLs: list(c.RedirectUrl, { max: 100 }),
  LogoutURLs: list(c.RedirectUrl, { max: 100 }),
  DefaultRedirectURI: c.RedirectUrl,
  AllowedOAuthFlows: list(oneOf('code', 'implicit', 'client_credentials'), { max: 3 }),
  AllowedOAuthScopes: list(c.Scope, { max: 50 }),
  AllowedOAuthFlowsUserPoolClient: boolean,
  AnalyticsConfiguration: document,
  PreventUserExistenceErrors: oneOf('LEGACY', 'ENABLED'),
  EnableTokenRevocation: boolean,
  EnablePropagateAdditionalUserContextData: boolean,
  AuthSessionValidity: c.AuthSessionValidity,
  RefreshTokenRotation: structure({
    Feature: required(oneOf('ENABLED', 'DISABLED')),
    RetryGracePeriodSeconds: c.RetryGracePeriodSeconds,
  }),
}

export const CreateUserPoolClientInput = structure({
  UserPoolId: required(c.UserPoolId),
  ClientName: required(c.ClientName),
  GenerateSecret: boolean,
  ClientSecret: c.ClientSecret,
  ...mutableClientMembers,
})

/** What SetUserPoolSessionConfiguration sets. */
export const sessionConfigMembers = {
  UserSessionTracking: required(oneOf('ENABLED', 'DISABLED')),
  TokenSession: required(structure({ MaxPerUser: required(integer({ min: 1, max: 100 })) })),
}
const SessionConfiguration = structure(sessionConfigMembers)
export type SessionConfig = Parsed<typeof SessionConfiguration>

/** What SetUserPoolClientSessionConfiguration sets. */
export const SsoSession = structure({ MaxValidityMinutes: required(integer({ min: 0, max: 129_600 })) })

/** What is stored of an app client beside its name and secret. */
export type AppClientSettings = Omit<
  Parsed<typeof CreateUserPoolClientInput>,
  'UserPoolId' | 'ClientName' | 'GenerateSecret' | 'ClientSecret'
> & { SSOSession?: Parsed<typeof SsoSession> }
