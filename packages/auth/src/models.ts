/** Key-value pairs handed to the user pool's triggers with one request. Not stored, not encrypted. */
export type ClientMetadata = Record<string, string>

/** Key-value pairs for the pre sign-up trigger. */
export type ValidationData = Record<string, string>

export type VerifiableUserAttributeKey = 'email' | 'phone_number'

export type AuthStandardAttributeKey =
  | 'address'
  | 'birthdate'
  | 'email_verified'
  | 'family_name'
  | 'gender'
  | 'given_name'
  | 'locale'
  | 'middle_name'
  | 'name'
  | 'nickname'
  | 'phone_number_verified'
  | 'picture'
  | 'preferred_username'
  | 'profile'
  | 'sub'
  | 'updated_at'
  | 'website'
  | 'zoneinfo'
  | VerifiableUserAttributeKey

/** A standard attribute, or any other name: custom attributes are written with their `custom:` prefix. */
export type UserAttributeKey = AuthStandardAttributeKey | (string & NonNullable<unknown>)

/** How a user proves who they are; `signIn`'s default is `USER_SRP_AUTH`. */
export type AuthFlowType =
  | 'USER_AUTH'
  | 'USER_SRP_AUTH'
  | 'CUSTOM_WITH_SRP'
  | 'CUSTOM_WITHOUT_SRP'
  | 'USER_PASSWORD_AUTH'

/** A first factor of the choice-based flow `USER_AUTH`. */
export type AuthFactorType = 'WEB_AUTHN' | 'EMAIL_OTP' | 'SMS_OTP' | 'PASSWORD' | 'PASSWORD_SRP'

/** A second factor. */
export type AuthMFAType = 'SMS' | 'TOTP' | 'EMAIL'

/** What `updateMFAPreference` makes of a second factor. */
export type MFAPreference = 'ENABLED' | 'DISABLED' | 'PREFERRED' | 'NOT_PREFERRED'

/** Every call's `options` may carry members this version does not know. */
export type AuthServiceOptions = Record<string, unknown>

/** What was typed at sign-in, and how the user signed in. */
export interface SignInDetails {
  loginId?: string
  authFlowType?: AuthFlowType
}

/** The signed-in user. */
export interface AuthUser {
  username: string
  /** The `sub` of the user: unique in the pool and never used again. */
  userId: string
  signInDetails?: SignInDetails
}

/** Where a code or link was sent. */
export interface CodeDeliveryDetails<Key extends UserAttributeKey = UserAttributeKey> {
  /** Masked address, for example `a***@e***`. */
  destination?: string
  deliveryMedium?: 'EMAIL' | 'SMS' | 'PHONE' | 'UNKNOWN'
  attributeName?: Key
}

export type ChallengeName =
  | 'SMS_MFA'
  | 'SMS_OTP'
  | 'SOFTWARE_TOKEN_MFA'
  | 'EMAIL_OTP'
  | 'SELECT_MFA_TYPE'
  | 'SELECT_CHALLENGE'
  | 'MFA_SETUP'
  | 'PASSWORD'
  | 'PASSWORD_SRP'
  | 'PASSWORD_VERIFIER'
  | 'CUSTOM_CHALLENGE'
  | 'DEVICE_SRP_AUTH'
  | 'DEVICE_PASSWORD_VERIFIER'
  | 'ADMIN_NO_SRP_AUTH'
  | 'NEW_PASSWORD_REQUIRED'
  | 'WEB_AUTHN'

/** A device that the user has signed in from. */
export interface AuthDevice {
  /** Its key. */
  id: string
  name?: string
}

/** A passkey of the user. */
export interface AuthWebAuthnCredential {
  credentialId: string | undefined
  /** Of the kind of authenticator, as far as the service knows it. */
  friendlyCredentialName: string | undefined
  /** The domain that it is for. */
  relyingPartyId: string | undefined
  authenticatorAttachment?: string
  authenticatorTransports: string[] | undefined
  createdAt: Date | undefined
}

/** What `setUpTOTP` and the set-up step of a sign-in hand over for the authenticator app. */
export interface AuthTOTPSetupDetails {
  /** In base 32, for a user who types it in. */
  sharedSecret: string
  /** The `otpauth:` URI to show as a QR code. The account is the username unless another name is given. */
  getSetupUri(appName: string, accountName?: string): URL
}

/** What has to happen before the user is signed in; `DONE` when nothing has to. */
export type SignInNextStep =
  | { signInStep: 'DONE' }
  /** Call `confirmSignUp`, then `signIn` again. */
  | { signInStep: 'CONFIRM_SIGN_UP' }
  /** Call `resetPassword`, then `signIn` again. */
  | { signInStep: 'RESET_PASSWORD' }
  /** Call `confirmSignIn` with the new password, and the attributes that are missing. */
  | { signInStep: 'CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED'; missingAttributes?: UserAttributeKey[] }
  /** Call `confirmSignIn` with what the pool's functions want; `additionalInfo` is what they say about it. */
  | { signInStep: 'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE'; additionalInfo?: Record<string, string> }
  /** Call `confirmSignIn` with the second factor that the user chooses of these. */
  | { signInStep: 'CONTINUE_SIGN_IN_WITH_MFA_SELECTION'; allowedMFATypes?: AuthMFAType[] }
  /** Call `confirmSignIn` with the second factor that the user chooses to set up, `'TOTP'` or `'EMAIL'`. */
  | { signInStep: 'CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION'; allowedMFATypes?: AuthMFAType[] }
  /** Show the secret or the URI, then call `confirmSignIn` with a code of the authenticator app. */
  | { signInStep: 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP'; totpSetupDetails: AuthTOTPSetupDetails }
  /** Call `confirmSignIn` with the address for codes by e-mail. */
  | { signInStep: 'CONTINUE_SIGN_IN_WITH_EMAIL_SETUP' }
  /** Call `confirmSignIn` with the code that was sent. */
  | { signInStep: 'CONFIRM_SIGN_IN_WITH_SMS_CODE'; codeDeliveryDetails?: CodeDeliveryDetails }
  /** Call `confirmSignIn` with the code that was sent. */
  | { signInStep: 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE'; codeDeliveryDetails?: CodeDeliveryDetails }
  /** Call `confirmSignIn` with a code of the authenticator app. */
  | { signInStep: 'CONFIRM_SIGN_IN_WITH_TOTP_CODE' }
  /** Call `confirmSignIn` with the first factor that the user chooses of these. */
  | {
      signInStep: 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION'
      availableChallenges?: ChallengeName[] | undefined
    }
  /** Call `confirmSignIn` with the password. */
  | { signInStep: 'CONFIRM_SIGN_IN_WITH_PASSWORD' }

export type SignInOptions = AuthServiceOptions & {
  /** Default `USER_SRP_AUTH`. */
  authFlowType?: AuthFlowType
  /** Handed to the pool's triggers with each request of this call. */
  clientMetadata?: ClientMetadata
  /** The first factor to begin with; `USER_AUTH` only. */
  preferredChallenge?: AuthFactorType
}

export interface SignInInput {
  /** Username, or an alias of it such as an email address, as the pool allows. */
  username: string
  password?: string | undefined
  options?: SignInOptions | undefined
}

/** How far a sign-in has come. */
export interface SignInOutput {
  isSignedIn: boolean
  nextStep: SignInNextStep
}

/** What comes of {@link AuthSessionOpener}. */
export interface AuthSessionOpenerResult {
  /** `success` with the `url` that the domain has sent the user to. */
  type: 'canceled' | 'success' | 'error'
  error?: unknown
  url?: string
}

/**
 * Shows the user the page at `url`, and answers with the URL that it ends at: one of `redirectUrls`. Without an answer the
 * sign-in goes on elsewhere: in the page that the user is sent to, or by `completeSignInWithRedirect` with its URL.
 */
export type AuthSessionOpener = (
  url: string,
  redirectUrls: string[],
  preferPrivateSession?: boolean,
  // A function that answers with nothing is one, whatever its declared type.
  // biome-ignore lint/suspicious/noConfusingVoidType: Amplify's type
) => Promise<AuthSessionOpenerResult | void>

/** What came of the answer of a sign-in by redirect. */
export interface CompleteSignInWithRedirectOutput {
  /** False when the URL has no answer to a sign-in of this app. */
  isSignedIn: boolean
  /** As `signInWithRedirect` was given it. */
  customState?: string | undefined
}

/** What has to happen before the account can be used. */
export type SignUpNextStep =
  | { signUpStep: 'DONE' }
  | { signUpStep: 'CONFIRM_SIGN_UP'; codeDeliveryDetails: CodeDeliveryDetails<VerifiableUserAttributeKey> }
  | {
      signUpStep: 'COMPLETE_AUTO_SIGN_IN'
      codeDeliveryDetails?: CodeDeliveryDetails<VerifiableUserAttributeKey>
    }

/** How far a sign-up has come. */
export interface SignUpOutput {
  isSignUpComplete: boolean
  /** The `sub` of the new user. */
  userId?: string
  nextStep: SignUpNextStep
}

type JsonValue = null | string | number | boolean | JsonValue[] | { [key: string]: JsonValue }

/** The claims of a token: the registered ones typed, any other as JSON. Times are seconds since 1970. */
export type JwtPayload = {
  exp?: number
  iss?: string
  aud?: string | string[]
  nbf?: number
  iat?: number
  scope?: string
  jti?: string
  sub?: string
} & { [key: string]: JsonValue }

/** A decoded token; `toString()` gives it back as it came. */
export interface JWT {
  payload: JwtPayload
  toString(): string
}

export interface AuthTokens {
  accessToken: JWT
  idToken?: JWT
  /** @deprecated use `getCurrentUser` */
  signInDetails?: SignInDetails
}

export interface AWSCredentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
  expiration?: Date
}

/** What `fetchAuthSession` answers. Without a signed-in user every member is `undefined`. */
export interface AuthSession {
  tokens?: AuthTokens
  /** AWS credentials of an identity pool, where there is one. */
  credentials?: AWSCredentials
  /** Id in an identity pool, where there is one. */
  identityId?: string
  /** The `sub` of the access token. */
  userSub?: string
}
