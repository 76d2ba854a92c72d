import { isEmail } from '../wire/address.js'
import type { LambdaConfig, MfaConfig, UserPoolSettings } from '../wire/user-pool-settings.js'
import type { UserPool } from './user-pool.js'

/** An attribute that a code can prove. */
export type Verifiable = 'email' | 'phone_number'
type Alias = NonNullable<UserPoolSettings['AliasAttributes']>[number]
type FirstFactor = NonNullable<
  NonNullable<NonNullable<UserPoolSettings['Policies']>['SignInPolicy']>['AllowedFirstAuthFactors']
>[number]

/** Words of the pool's own; what is missing has the default words of its message. */
export interface OwnWords {
  readonly subject?: string | undefined
  readonly email?: string | undefined
  readonly sms?: string | undefined
}

/** The settings of a pool as the rules that they are, with the defaults of what was not set. */
export interface PoolRules {
  /** Whether the case of usernames, e-mail addresses and preferred usernames counts. */
  readonly caseSensitive: boolean
  /** What users sign up with in place of a username, which is then made up; empty where they choose one. */
  readonly usernameAttributes: readonly Verifiable[]
  /** What users sign in with beside the username. */
  readonly aliasAttributes: readonly Alias[]
  /** Whether users may sign up, or only administrators may create them. */
  readonly selfSignUp: boolean
  /** What gets a code at sign-up and when it changes, in the order in which sign-up chooses. */
  readonly autoVerified: readonly Verifiable[]
  /** What changes only once a code has proven the new value. */
  readonly provenFirst: readonly Verifiable[]
  readonly password: {
    readonly MinimumLength: number
    readonly RequireUppercase: boolean
    readonly RequireLowercase: boolean
    readonly RequireNumbers: boolean
    readonly RequireSymbols: boolean
  }
  /** How many passwords back a user may not go, the present one being the first. */
  readonly passwordHistory: number
  /** Days that a temporary password can be used. */
  readonly temporaryPasswordDays: number
  /** Whether SRP mixes the `sub` into the passwords that are set from now on, and not the username. */
  readonly srpIdentityIsSub: boolean
  /** What the pool pays for at the service: a few settings are of the higher tiers only. */
  readonly tier: NonNullable<UserPoolSettings['UserPoolTier']>
  /** How many sign-ins of a user are good at a time; nothing in a pool that does not track sessions. */
  readonly maxSessions: number | undefined
  /** What a sign-in that leaves the choice to the user may begin with. */
  readonly firstFactors: readonly FirstFactor[]
  /** Whether something else than the password is among them, so that users may be without one. */
  readonly passwordless: boolean
  readonly mfa: {
    readonly mode: 'OFF' | 'ON' | 'OPTIONAL'
    readonly sms: boolean
    readonly totp: boolean
    readonly email: boolean
  }
  readonly passkeys: {
    /** The domain that passkeys are made for, where the pool names one. */
    readonly relyingPartyId: string | undefined
    /** Origins that passkeys are used from, beside those of the domain. */
    readonly origins: readonly string[]
    /** Whether the authenticator has to make sure who the user is. */
    readonly verified: boolean
    /** Whether a passkey with user verification counts for two factors. */
    readonly multiFactor: boolean
  }
  /** Nothing where devices are not remembered. */
  readonly devices: { readonly challenged: boolean; readonly onPrompt: boolean } | undefined
  readonly recovery: {
    /** Whether users may reset their passwords themselves. */
    readonly bySelf: boolean
    /** What reset codes go to, the first choice first. */
    readonly attributes: readonly Verifiable[]
  }
  readonly messages: {
    /** E-mail addresses in `From` and `Reply-To`, where the pool has its own. */
    readonly from: string | undefined
    readonly replyTo: string | undefined
    readonly code: OwnWords
    /** Nothing where sign-ups are confirmed by a code. */
    readonly link: OwnWords | undefined
    readonly invitation: OwnWords
    /** Codes of second factors. */
    readonly signIn: OwnWords
  }
  /** ARNs of the functions that run at the triggers of the pool. */
  readonly functions: { readonly [T in TriggerName]?: string | undefined }
  /** ARN of the key that encrypts what custom senders get. */
  readonly senderKey: string | undefined
  /** Which form of event PreTokenGeneration gets. */
  readonly tokenGenerationVersion: '1' | '2' | '3'
  readonly deletionProtected: boolean
}

/** Triggers as `LambdaConfig` and the messages of the service name them. */
export type TriggerName = Exclude<keyof LambdaConfig, 'PreTokenGenerationConfig' | 'KMSKeyID'>

// Asked several times in a request. A pool that is changed is read as another object.
const known = new WeakMap<UserPool, PoolRules>()

/** What is stored of a pool stays as it was given; what follows from it is read here. */
export function rulesOf(pool: UserPool): PoolRules {
  let rules = known.get(pool)
  if (!rules) {
    rules = makeRules(pool)
    known.set(pool, rules)
  }
  return rules
}

/** The tag of a pool that decides which name SRP mixes into the passwords that are set from then on. */
export const SRP_IDENTITY_TAG = 'amulet:srp-identity'

/**
 * The tag of a pool with the origins that passkeys are used from beside those of the relying party's domain, separated by
 * spaces: apps (`android:apk-key-hash:…`), and sites that the domain lists in its `/.well-known/webauthn`.
 */
export const PASSKEY_ORIGINS_TAG = 'amulet:passkey-origins'

function makeRules({ settings, mfaConfig, sessionConfig }: UserPool): PoolRules {
  const { PasswordPolicy, SignInPolicy } = settings.Policies ?? {}
  const { AdminCreateUserConfig: admin, DeviceConfiguration: devices } = settings
  const verified = settings.AutoVerifiedAttributes ?? []
  const passkeys = mfaConfig.WebAuthnConfiguration
  const firstFactors = SignInPolicy?.AllowedFirstAuthFactors ?? ['PASSWORD']
  return {
    // Omitted on the API means that case counts.
    caseSensitive: settings.UsernameConfiguration?.CaseSensitive ?? true,
    usernameAttributes: settings.UsernameAttributes ?? [],
    aliasAttributes: settings.AliasAttributes ?? [],
    selfSignUp: !admin?.AllowAdminCreateUserOnly,
    // The phone number before the address.
    autoVerified: (['phone_number', 'email'] as const).filter((attribute) => verified.includes(attribute)),
    provenFirst: settings.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate ?? [],
    password: passwordRules(PasswordPolicy),
    passwordHistory: PasswordPolicy?.PasswordHistorySize ?? 0,
    // 0 counts as the default.
    temporaryPasswordDays:
      PasswordPolicy?.TemporaryPasswordValidityDays || admin?.UnusedAccountValidityDays || 7,
    // The service has the username there, and tells it to who begins a sign-in with an alias; the `sub` tells nothing.
    srpIdentityIsSub: settings.UserPoolTags?.[SRP_IDENTITY_TAG] === 'sub',
    tier: settings.UserPoolTier ?? 'ESSENTIALS',
    maxSessions:
      sessionConfig?.UserSessionTracking === 'ENABLED' ? sessionConfig.TokenSession.MaxPerUser : undefined,
    firstFactors,
    passwordless: firstFactors.some((factor) => factor !== 'PASSWORD'),
    mfa: {
      mode: mfaConfig.MfaConfiguration ?? 'OFF',
      sms: mfaConfig.SmsMfaConfiguration !== undefined,
      totp: mfaConfig.SoftwareTokenMfaConfiguration?.Enabled ?? false,
      email: mfaConfig.EmailMfaConfiguration !== undefined,
    },
    passkeys: {
      relyingPartyId: passkeys?.RelyingPartyId,
      origins: settings.UserPoolTags?.[PASSKEY_ORIGINS_TAG]?.split(' ').filter(Boolean) ?? [],
      verified: passkeys?.UserVerification === 'required',
      multiFactor: passkeys?.FactorConfiguration === 'MULTI_FACTOR_WITH_USER_VERIFICATION',
    },
    devices: devices && {
      challenged: devices.ChallengeRequiredOnNewDevice ?? false,
      onPrompt: devices.DeviceOnlyRememberedOnUserPrompt ?? false,
    },
    recovery: recoveryRules(settings),
    messages: messageRules(settings, mfaConfig),
    functions: functionRules(settings.LambdaConfig ?? {}),
    senderKey: settings.LambdaConfig?.KMSKeyID,
    tokenGenerationVersion:
      TOKEN_GENERATION_VERSION[settings.LambdaConfig?.PreTokenGenerationConfig?.LambdaVersion ?? 'V1_0'],
    deletionProtected: settings.DeletionProtection === 'ACTIVE',
  }
}

const TOKEN_GENERATION_VERSION = { V1_0: '1', V2_0: '2', V3_0: '3' } as const

const functionRules = (config: LambdaConfig): PoolRules['functions'] => ({
  PreSignUp: config.PreSignUp,
  PostConfirmation: config.PostConfirmation,
  PreAuthentication: config.PreAuthentication,
  PostAuthentication: config.PostAuthentication,
  DefineAuthChallenge: config.DefineAuthChallenge,
  CreateAuthChallenge: config.CreateAuthChallenge,
  VerifyAuthChallengeResponse: config.VerifyAuthChallengeResponse,
  // The same function under its older name and with a version.
  PreTokenGeneration: config.PreTokenGenerationConfig?.LambdaArn ?? config.PreTokenGeneration,
  UserMigration: config.UserMigration,
  InboundFederation: config.InboundFederation?.LambdaArn,
  CustomMessage: config.CustomMessage,
  CustomEmailSender: config.CustomEmailSender?.LambdaArn,
  CustomSMSSender: config.CustomSMSSender?.LambdaArn,
})

type GivenPolicy = NonNullable<UserPoolSettings['Policies']>['PasswordPolicy']

function passwordRules(given: GivenPolicy): PoolRules['password'] {
  // A policy that is given replaces the default one; what it leaves out is not required.
  const otherwise = given === undefined
  return {
    MinimumLength: given?.MinimumLength ?? 8,
    RequireUppercase: given?.RequireUppercase ?? otherwise,
    RequireLowercase: given?.RequireLowercase ?? otherwise,
    RequireNumbers: given?.RequireNumbers ?? otherwise,
    RequireSymbols: given?.RequireSymbols ?? otherwise,
  }
}

const RECOVERED_BY = { verified_email: 'email', verified_phone_number: 'phone_number' } as const

/**
 * A pool that names no mechanisms sends to the phone number before the e-mail address, and so does one that leaves it to
 * its administrators when they ask.
 */
function recoveryRules({ AccountRecoverySetting }: UserPoolSettings): PoolRules['recovery'] {
  const mechanisms = AccountRecoverySetting?.RecoveryMechanisms
  const bySelf = !mechanisms?.some(({ Name }) => Name === 'admin_only')
  const attributes = mechanisms
    ?.toSorted((a, b) => a.Priority - b.Priority)
    .flatMap(({ Name }) => (Name === 'admin_only' ? [] : [RECOVERED_BY[Name]]))
  return { bySelf, attributes: (bySelf && attributes) || ['phone_number', 'email'] }
}

function messageRules(settings: UserPoolSettings, mfaConfig: MfaConfig): PoolRules['messages'] {
  const { VerificationMessageTemplate: template, EmailConfiguration: email } = settings
  const invitation = settings.AdminCreateUserConfig?.InviteMessageTemplate
  // The same three texts under their older names and in the template; the template has the last word.
  const code = {
    subject: template?.EmailSubject ?? settings.EmailVerificationSubject,
    email: template?.EmailMessage ?? settings.EmailVerificationMessage,
    sms: template?.SmsMessage ?? settings.SmsVerificationMessage,
  }
  return {
    from: email?.From ?? identityAddress(email?.SourceArn),
    replyTo: email?.ReplyToEmailAddress,
    code,
    link:
      template?.DefaultEmailOption === 'CONFIRM_WITH_LINK'
        ? { subject: template.EmailSubjectByLink, email: template.EmailMessageByLink }
        : undefined,
    invitation: {
      subject: invitation?.EmailSubject,
      email: invitation?.EmailMessage,
      sms: invitation?.SMSMessage,
    },
    signIn: {
      subject: mfaConfig.EmailMfaConfiguration?.Subject,
      email: mfaConfig.EmailMfaConfiguration?.Message,
      sms: mfaConfig.SmsMfaConfiguration?.SmsAuthenticationMessage ?? settings.SmsAuthenticationMessage,
    },
  }
}

/** The address that an identity of SES is, where it is one: `arn:aws:ses:…:identity/no-reply@example.com`. */
function identityAddress(arn: string | undefined): string | undefined {
  const identity = arn?.slice(arn.indexOf('/') + 1)
  return identity !== undefined && isEmail(identity) ? identity : undefined
}
