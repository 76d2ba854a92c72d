import type { TriggerName } from '../pools/rules.js'
import { parse } from '../wire/parse.js'
import type { Members, Parsed, StructureShape } from '../wire/shape.js'
import { boolean, document, list, map, oneOf, string, structure } from '../wire/shape.js'

type Texts = Readonly<Record<string, string>>

/** What an application sends along for its own functions. Empty ones are left out of the event. */
interface Metadata {
  readonly clientMetadata?: Texts
}

/** A moment at which a pool's own function runs. */
export interface Trigger<
  Source extends string = string,
  Request extends object = object,
  Answer extends object = object,
> {
  readonly name: TriggerName
  /** What the `triggerSource` of an event is made of: `PreSignUp_SignUp`. */
  readonly prefix: string
  readonly sources: readonly Source[]
  /** Whether what the function answers is read. */
  readonly isAnswered: boolean
  /** The response in the event that the function is called with. */
  readonly prefilled: Readonly<Record<string, unknown>>
  /**
   * Turns what the function answered, which is not trusted, into what it may answer. All members are optional; the
   * answer of a pool without the function has none.
   */
  readonly read: (response: unknown) => Answer
  // Only a type: what the caller hands over.
  readonly request?: (request: Request) => void
}

const trigger =
  <Request extends object>() =>
  <const Source extends string, M extends Members>(
    name: TriggerName,
    sources: readonly Source[],
    members: M,
    {
      prefix = name as string,
      prefilled,
      isAnswered = true,
    }: { prefix?: string; prefilled?: Record<string, unknown>; isAnswered?: boolean } = {},
  ): Trigger<Source, Request, Parsed<StructureShape<M>>> => {
    const shape = structure(members)
    return {
      name,
      prefix,
      sources,
      isAnswered,
      prefilled: prefilled ?? Object.fromEntries(Object.keys(members).map((member) => [member, null])),
      read: (response) => parse(shape, response),
    }
  }

/** One answered challenge of a sign-in whose steps a function decides. */
export interface SessionEntry {
  readonly challengeName: string
  readonly challengeResult: boolean
  readonly challengeMetadata: string | null
}

interface UnknownUser {
  /** Only where there is no such user. */
  readonly userNotFound?: boolean
}

const claims = { claimsToAddOrOverride: map(string()), claimsToSuppress: list(string()) }
const anyClaims = { claimsToAddOrOverride: map(document), claimsToSuppress: list(string()) }
const groupOverrideDetails = structure({
  groupsToOverride: list(string()),
  iamRolesToOverride: list(string()),
  preferredRole: string(),
})

interface TokenRequest extends Metadata {
  readonly groupConfiguration: {
    readonly groupsToOverride: readonly string[]
    readonly iamRolesToOverride: readonly string[]
    readonly preferredRole: string | null
  }
}
const TOKEN_SOURCES = [
  'HostedAuth',
  'Authentication',
  'NewPasswordChallenge',
  'AuthenticateDevice',
  'RefreshTokens',
] as const

const SENDER_SOURCES = [
  'SignUp',
  'ResendCode',
  'ForgotPassword',
  'UpdateUserAttribute',
  'VerifyUserAttribute',
  'AdminCreateUser',
  'Authentication',
] as const
interface SenderRequest extends Metadata {
  readonly type: 'customEmailSenderRequestV1' | 'customSMSSenderRequestV1'
  readonly code: string
}

/** Every trigger: when it runs, what its event has beside what all have, and what it may answer. */
export const TRIGGERS = {
  PreSignUp: trigger<Metadata & { readonly validationData: Texts }>()(
    'PreSignUp',
    ['SignUp', 'AdminCreateUser', 'ExternalProvider'],
    { autoConfirmUser: boolean, autoVerifyEmail: boolean, autoVerifyPhone: boolean },
    { prefilled: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false } },
  ),
  PostConfirmation: trigger<Metadata>()('PostConfirmation', ['ConfirmSignUp', 'ConfirmForgotPassword'], {}),
  PreAuthentication: trigger<UnknownUser & { readonly validationData: Texts }>()(
    'PreAuthentication',
    ['Authentication'],
    {},
  ),
  PostAuthentication: trigger<Metadata & { readonly newDeviceUsed: boolean }>()(
    'PostAuthentication',
    ['Authentication'],
    {},
  ),
  DefineAuthChallenge: trigger<Metadata & UnknownUser & { readonly session: readonly SessionEntry[] }>()(
    'DefineAuthChallenge',
    ['Authentication'],
    { challengeName: string(), issueTokens: boolean, failAuthentication: boolean },
  ),
  CreateAuthChallenge: trigger<
    Metadata & UnknownUser & { readonly challengeName: string; readonly session: readonly SessionEntry[] }
  >()('CreateAuthChallenge', ['Authentication'], {
    publicChallengeParameters: map(string()),
    privateChallengeParameters: map(string()),
    challengeMetadata: string(),
  }),
  VerifyAuthChallengeResponse: trigger<
    Metadata & UnknownUser & { readonly privateChallengeParameters: Texts; readonly challengeAnswer: string }
  >()('VerifyAuthChallengeResponse', ['Authentication'], { answerCorrect: boolean }),
  /** Version 1. */
  PreTokenGeneration: trigger<TokenRequest>()(
    'PreTokenGeneration',
    TOKEN_SOURCES,
    { claimsOverrideDetails: structure({ ...claims, groupOverrideDetails }) },
    { prefix: 'TokenGeneration' },
  ),
  /** Versions 2 and 3. */
  PreTokenGenerationOfScopes: trigger<TokenRequest & { readonly scopes: readonly string[] }>()(
    'PreTokenGeneration',
    [...TOKEN_SOURCES, 'ClientCredentials'],
    {
      claimsAndScopeOverrideDetails: structure({
        idTokenGeneration: structure(anyClaims),
        accessTokenGeneration: structure({
          ...anyClaims,
          // RFC 6749 section 3.3: a scope with a space in it would be two.
          scopesToAdd: list(string({ pattern: String.raw`[\x21\x23-\x5B\x5D-\x7E]+` })),
          scopesToSuppress: list(string()),
        }),
        groupOverrideDetails,
      }),
    },
    { prefix: 'TokenGeneration' },
  ),
  UserMigration: trigger<Metadata & { readonly password?: string; readonly validationData: Texts }>()(
    'UserMigration',
    ['Authentication', 'ForgotPassword'],
    {
      userAttributes: map(string()),
      forceAliasCreation: boolean,
      enableSMSMFA: boolean,
      finalUserStatus: oneOf('CONFIRMED', 'RESET_REQUIRED'),
      messageAction: oneOf('RESEND', 'SUPPRESS'),
      desiredDeliveryMediums: list(oneOf('SMS', 'EMAIL')),
    },
  ),
  InboundFederation: trigger<{
    readonly providerName: string
    readonly providerType: string
    /** What the provider has answered, before anything of it is mapped. */
    readonly attributes: object
  }>()('InboundFederation', ['ExternalProvider'], { userAttributesToMap: map(string()) }),
  CustomMessage: trigger<
    Metadata & {
      readonly codeParameter: string
      /** Only where the message has a link. */
      readonly linkParameter?: string
      readonly usernameParameter: string | null
    }
  >()(
    'CustomMessage',
    [
      'SignUp',
      'AdminCreateUser',
      'ResendCode',
      'ForgotPassword',
      'UpdateUserAttribute',
      'VerifyUserAttribute',
      'Authentication',
    ],
    { smsMessage: string(), emailMessage: string(), emailSubject: string() },
  ),
  CustomEmailSender: trigger<SenderRequest>()('CustomEmailSender', SENDER_SOURCES, {}, { isAnswered: false }),
  CustomSMSSender: trigger<SenderRequest>()('CustomSMSSender', SENDER_SOURCES, {}, { isAnswered: false }),
} satisfies Record<string, AnyTrigger>

// A trigger takes requests of its own kind only, so the compiler accepts no trigger for all kinds.
type AnyTrigger = Trigger<string, never, object>

/** What a trigger's function may answer. */
export type ResponseOf<T extends AnyTrigger> = T extends Trigger<string, never, infer Answer> ? Answer : never
