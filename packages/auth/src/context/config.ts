import type { AuthStandardAttributeKey } from '../models.js'

type OAuthScope =
  | 'email'
  | 'openid'
  | 'phone'
  | 'profile'
  | 'aws.cognito.signin.user.admin'
  | (string & NonNullable<unknown>)

/** Managed login (hosted pages) of a user pool. */
export interface OAuthConfig {
  /** Host name, at https; with a scheme, and a port, where a server of your own is, such as `http://localhost:9230`. */
  domain: string
  scopes: OAuthScope[]
  redirectSignIn: string[]
  redirectSignOut: string[]
  responseType: 'code' | 'token'
  providers?: ('Google' | 'Facebook' | 'Amazon' | 'Apple' | { custom: string })[]
}

export interface UserPoolConfig {
  /** `<region>_<name>`. */
  userPoolId: string
  userPoolClientId: string
  /** Complete URL to send the user pool's requests to, instead of Amazon Cognito in the pool's region. */
  userPoolEndpoint?: string
  /** How a new account is confirmed; default `code`. */
  signUpVerificationMethod?: 'code' | 'link'
  loginWith?: { oauth?: OAuthConfig; username?: boolean; email?: boolean; phone?: boolean }
  userAttributes?: Partial<Record<AuthStandardAttributeKey, { required: boolean }>>
  mfa?: { status?: 'on' | 'off' | 'optional'; totpEnabled?: boolean; smsEnabled?: boolean }
  passwordFormat?: {
    minLength?: number
    requireLowercase?: boolean
    requireUppercase?: boolean
    requireNumbers?: boolean
    requireSpecialCharacters?: boolean
  }
  groups?: Record<string, Record<string, number>>[]
  passwordless?: {
    emailOtpEnabled?: boolean
    smsOtpEnabled?: boolean
    webAuthn?: { relyingPartyId?: string; userVerification?: string }
    preferredChallenge?: 'EMAIL_OTP' | 'SMS_OTP' | 'WEB_AUTHN' | undefined
  }
}

export interface IdentityPoolConfig {
  /** `<region>:<uuid>`. */
  identityPoolId: string
  identityPoolEndpoint?: string
  /** Whether a guest, who is not signed in, gets AWS credentials; default `false`. */
  allowGuestAccess?: boolean
}

type Without<Config> = { [Key in keyof Config]?: never }

/** A user pool, an identity pool, or both. */
export interface ResourcesConfig {
  Auth?:
    | { Cognito: UserPoolConfig & Without<IdentityPoolConfig> }
    | { Cognito: IdentityPoolConfig & Without<UserPoolConfig> }
    | { Cognito: UserPoolConfig & IdentityPoolConfig }
}

/** What `amplify_outputs.json` (Gen 2) holds about authentication. */
export interface AmplifyOutputs {
  version?: string
  auth?: {
    user_pool_id: string
    user_pool_client_id: string
    identity_pool_id?: string
    unauthenticated_identities_enabled?: boolean
    password_policy?: {
      min_length?: number
      require_lowercase?: boolean
      require_uppercase?: boolean
      require_numbers?: boolean
      require_symbols?: boolean
    }
    mfa_configuration?: string
    mfa_methods?: string[]
    oauth?: {
      domain: string
      identity_providers?: string[]
      scopes: string[]
      redirect_sign_in_uri: string[]
      redirect_sign_out_uri: string[]
      response_type: string
    }
    username_attributes?: string[]
    standard_required_attributes?: string[]
    // TypeScript reads a JSON list of several groups as objects with optional members.
    groups?: Partial<Record<string, Record<string, number>>>[]
    passwordless?: {
      email_otp_enabled?: boolean
      sms_otp_enabled?: boolean
      web_authn?: { relying_party_id?: string; user_verification?: string }
      preferred_challenge?: string
    }
  }
}

/** What `aws-exports.js` and `amplifyconfiguration.json` hold about authentication. */
export interface AwsExports {
  /** Has to be there; optional as in Amplify's declaration of the file. */
  aws_project_region?: string
  aws_cognito_identity_pool_id?: string
  aws_mandatory_sign_in?: string
  aws_cognito_sign_up_verification_method?: string
  aws_user_pools_id?: string
  aws_user_pools_web_client_id?: string
  aws_cognito_mfa_configuration?: string
  aws_cognito_mfa_types?: string[]
  aws_cognito_password_protection_settings?: {
    passwordPolicyMinLength?: number
    passwordPolicyCharacters?: string[]
  }
  aws_cognito_verification_mechanisms?: string[]
  aws_cognito_signup_attributes?: string[]
  aws_cognito_username_attributes?: string[]
  aws_cognito_social_providers?: string[]
  oauth?: {
    domain?: string
    scope?: string[]
    redirectSignIn?: string
    redirectSignOut?: string
    responseType?: string
  }
}
