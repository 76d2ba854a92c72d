/** What a function is called with, as AWS Lambda has it. Which members there are depends on the trigger. */
export interface TriggerEvent {
  version: string
  region: string
  userPoolId: string
  userName: string
  callerContext: { awsSdkVersion: string; clientId: string }
  /** Such as `PreSignUp_SignUp`. */
  triggerSource: string
  request: {
    userAttributes?: { [name: string]: string } | null | undefined
    clientMetadata?: { [name: string]: string } | undefined
    validationData?: { [name: string]: string } | null | undefined
    userNotFound?: boolean | undefined
    newDeviceUsed?: boolean | undefined
    session?:
      | { challengeName: string; challengeResult: boolean; challengeMetadata?: string | null | undefined }[]
      | undefined
    challengeName?: string | undefined
    challengeAnswer?: string | undefined
    privateChallengeParameters?: { [name: string]: string } | null | undefined
    groupConfiguration?:
      | {
          groupsToOverride?: string[] | undefined
          iamRolesToOverride?: string[] | undefined
          preferredRole?: string | null | undefined
        }
      | undefined
    scopes?: string[] | undefined
    password?: string | undefined
    codeParameter?: string | undefined
    linkParameter?: string | undefined
    usernameParameter?: string | null | undefined
    type?: string | undefined
    code?: string | null | undefined
  }
  /** What the function fills in. */
  response: {
    autoConfirmUser?: boolean | null | undefined
    autoVerifyEmail?: boolean | null | undefined
    autoVerifyPhone?: boolean | null | undefined
    challengeName?: string | null | undefined
    issueTokens?: boolean | null | undefined
    failAuthentication?: boolean | null | undefined
    publicChallengeParameters?: { [name: string]: string } | null | undefined
    privateChallengeParameters?: { [name: string]: string } | null | undefined
    challengeMetadata?: string | null | undefined
    answerCorrect?: boolean | null | undefined
    claimsOverrideDetails?: (ClaimOverrides<string> & WithGroups) | null | undefined
    claimsAndScopeOverrideDetails?:
      | (WithGroups & {
          idTokenGeneration?: ClaimOverrides<unknown> | null | undefined
          accessTokenGeneration?: (ClaimOverrides<unknown> & ScopeOverrides) | null | undefined
        })
      | null
      | undefined
    userAttributes?: { [name: string]: string } | null | undefined
    finalUserStatus?: string | null | undefined
    messageAction?: string | null | undefined
    desiredDeliveryMediums?: string[] | null | undefined
    forceAliasCreation?: boolean | null | undefined
    smsMessage?: string | null | undefined
    emailMessage?: string | null | undefined
    emailSubject?: string | null | undefined
  }
}

interface ClaimOverrides<Value> {
  claimsToAddOrOverride?: { [name: string]: Value } | null | undefined
  claimsToSuppress?: string[] | null | undefined
}

interface ScopeOverrides {
  scopesToAdd?: string[] | null | undefined
  scopesToSuppress?: string[] | null | undefined
}

interface WithGroups {
  groupOverrideDetails?: GroupOverrides | null | undefined
}

interface GroupOverrides {
  groupsToOverride?: string[] | null | undefined
  iamRolesToOverride?: string[] | null | undefined
  preferredRole?: string | null | undefined
}

/** What a function is told about its run, as AWS Lambda has it. */
export interface FunctionContext {
  readonly functionName: string
  readonly functionVersion: string
  readonly invokedFunctionArn: string
  readonly awsRequestId: string
  readonly memoryLimitInMB: string
  readonly logGroupName: string
  readonly logStreamName: string
  callbackWaitsForEmptyEventLoop: boolean
  /** Milliseconds. */
  getRemainingTimeInMillis(): number
  done(error?: unknown, result?: unknown): void
  fail(error: unknown): void
  succeed(result: unknown): void
}

/** How a function that returns no promise answers. */
export type FunctionCallback = (error?: unknown, result?: unknown) => void

/**
 * A function of a trigger, as it is written for AWS Lambda: it returns a promise of the event, calls its callback with it,
 * or `context.succeed`. Handlers typed by `@types/aws-lambda` are such functions.
 */
export type FunctionHandler = {
  // The form of a method, whose parameters may be narrower: handlers declare the event of their own trigger.
  handle(event: TriggerEvent, context: FunctionContext, callback: FunctionCallback): unknown
}['handle']

/** What a run of a function came to. */
export type Invocation =
  | { readonly is: 'returned'; readonly json: string }
  /** What the function says to its caller, and what the log says of it. */
  | { readonly is: 'threw'; readonly text: string; readonly cause?: unknown }
  /** It did not answer in time, or the run did not come about. */
  | { readonly is: 'timed out' }
  | {
      readonly is: 'failed'
      /** Name of the error, as of the Lambda API. */
      readonly error: string
      readonly cause?: unknown
      /** Whether another try could come to something else. */
      readonly mayRetry: boolean
    }

/** Runs the functions that the triggers of pools name. */
export interface Functions {
  /** Whether there is something that runs the function of this ARN. Not asked in a transaction: it may load files. */
  canInvoke(arn: string): Promise<boolean>
  /** @param event JSON */
  invoke(arn: string, event: string): Promise<Invocation>
  /**
   * What a sender of messages gets of a code: the code itself, unless there is a key and a KMS that has it.
   *
   * @param key ARN
   */
  encryptCode(key: string | undefined, userPoolId: string, code: string): Promise<string>
}
