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
    userAttributes: { [name: string]: string }
    clientMetadata?: { [name: string]: string }
    validationData?: { [name: string]: string } | null
    userNotFound?: boolean
    newDeviceUsed?: boolean
    session?: { challengeName: string; challengeResult: boolean; challengeMetadata?: string | null }[]
    challengeName?: string
    challengeAnswer?: string
    privateChallengeParameters?: { [name: string]: string } | null
    groupConfiguration?: {
      groupsToOverride?: string[]
      iamRolesToOverride?: string[]
      preferredRole?: string | null
    }
    scopes?: string[]
    password?: string
    codeParameter?: string
    linkParameter?: string
    usernameParameter?: string | null
    type?: string
    code?: string | null
  }
  /** What the function fills in. */
  response: {
    autoConfirmUser?: boolean
    autoVerifyEmail?: boolean
    autoVerifyPhone?: boolean
    challengeName?: string
    issueTokens?: boolean
    failAuthentication?: boolean
    publicChallengeParameters?: { [name: string]: string }
    privateChallengeParameters?: { [name: string]: string }
    challengeMetadata?: string
    answerCorrect?: boolean
    claimsOverrideDetails?: ClaimOverrides<string> & { groupOverrideDetails?: GroupOverrides }
    claimsAndScopeOverrideDetails?: {
      idTokenGeneration?: ClaimOverrides<unknown>
      accessTokenGeneration?: ClaimOverrides<unknown> & {
        scopesToAdd?: string[]
        scopesToSuppress?: string[]
      }
      groupOverrideDetails?: GroupOverrides
    }
    userAttributes?: { [name: string]: string }
    finalUserStatus?: string
    messageAction?: string
    desiredDeliveryMediums?: string[]
    forceAliasCreation?: boolean
    smsMessage?: string
    emailMessage?: string
    emailSubject?: string
  }
}

interface ClaimOverrides<Value> {
  claimsToAddOrOverride?: { [name: string]: Value }
  claimsToSuppress?: string[]
}

interface GroupOverrides {
  groupsToOverride?: string[]
  iamRolesToOverride?: string[]
  preferredRole?: string | null
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
