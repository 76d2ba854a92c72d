import type { AppClient } from '../clients/app-client.js'
import type { PoolCall } from '../clients/call.js'
import type { ServerContext } from '../context.js'
import { errors, type ServiceError } from '../errors.js'
import type { Invocation } from '../functions.js'
import { rulesOf, type TriggerName } from '../pools/rules.js'
import type { User } from '../users/user.js'
import { describeFailure, FunctionFailure } from './function-failure.js'
import type { Trigger } from './triggers.js'

/** Who an event is about. */
export interface EventUser {
  readonly userName: string
  /** Absent for a user that only the function knows. */
  readonly userAttributes?: Readonly<Record<string, string>>
}

/** A user as events show one. */
export const eventUser = (user: User): EventUser => ({
  userName: user.username,
  userAttributes: { sub: user.id, 'cognito:user_status': user.status, ...user.attributes },
})

/** What the service does, as its documentation says: three tries. */
const TRIES = 3

/** Characters that an answer may be longer than its event, which it repeats. */
const MAX_RESPONSE = 131_072

/** What events of administrators have for the app client. */
const NO_CLIENT = 'CLIENT_ID_NOT_APPLICABLE'

/**
 * Runs the function that the pool has for a trigger, if it has one, and answers what the function filled in: nothing
 * where there is none. Never call this in a transaction: SQLite has one connection, and functions call this server.
 *
 * @throws UserLambdaValidationException the function threw; its text reaches the caller
 * @throws InvalidLambdaResponseException it answered something else than the event
 * @throws UnexpectedLambdaException it did not answer in time, or cannot be run
 */
export async function runTrigger<Source extends string, Request extends object, Answer extends object>(
  call: PoolCall & { readonly client?: AppClient },
  trigger: Trigger<Source, Request, Answer>,
  { source, user, request }: { source: Source; user: EventUser; request: Request },
): Promise<Answer> {
  const { context, pool, client } = call
  const { functions, tokenGenerationVersion } = rulesOf(pool)
  const arn = functions[trigger.name]
  // All members of a response are optional.
  const none = {} as Answer
  if (arn === undefined) return none
  const event = JSON.stringify({
    version: trigger.name === 'PreTokenGeneration' ? tokenGenerationVersion : '1',
    region: pool.id.slice(0, pool.id.indexOf('_')),
    userPoolId: pool.id,
    userName: user.userName,
    callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: client?.id ?? NO_CLIENT },
    triggerSource: `${trigger.prefix}_${source}`,
    request: { userAttributes: user.userAttributes, ...withoutEmpty(request) },
    response: trigger.prefilled,
  })
  const invocation = await invoke(context, arn, event)
  if (invocation.is !== 'returned') {
    const cause = new FunctionFailure(
      trigger.name,
      arn,
      describeFailure(invocation),
      'cause' in invocation ? invocation.cause : undefined,
    )
    throw refusalOf(trigger.name, invocation, cause)
  }
  if (!trigger.isAnswered) return none
  try {
    return trigger.read(responseOf(event, invocation.json))
  } catch (error) {
    const cause = new FunctionFailure(trigger.name, arn, 'answered something else than the event.', error)
    throw error instanceof NotJson
      ? errors.invalidLambdaJson(cause)
      : errors.unrecognizableLambdaOutput(cause)
  }
}

/** Tries again where the run itself failed, and never after the function did what it does. */
async function invoke({ functions }: ServerContext, arn: string, event: string): Promise<Invocation> {
  for (let tried = 1; ; tried++) {
    const invocation = await functions.invoke(arn, event)
    const mayRetry = invocation.is === 'timed out' || (invocation.is === 'failed' && invocation.mayRetry)
    if (!mayRetry || tried === TRIES) return invocation
  }
}

function refusalOf(
  trigger: TriggerName,
  invocation: Exclude<Invocation, { readonly is: 'returned' }>,
  cause: FunctionFailure,
): ServiceError {
  switch (invocation.is) {
    case 'threw':
      return errors.lambdaThrew(trigger, invocation.text, cause)
    case 'timed out':
      return errors.lambdaTimedOut(trigger, cause)
    case 'failed':
      return errors.lambdaNotRun(trigger, invocation.error, cause)
  }
}

/** What was not sent along: no `clientMetadata`, and `validationData` that is `null`. */
function withoutEmpty(request: {
  readonly clientMetadata?: object
  readonly validationData?: object
}): object {
  const isEmpty = (texts: object | undefined) => texts !== undefined && Object.keys(texts).length === 0
  return {
    ...request,
    ...(isEmpty(request.clientMetadata) && { clientMetadata: undefined }),
    ...(isEmpty(request.validationData) && { validationData: null }),
  }
}

class NotJson extends Error {}

const ANSWER = 'A function answers with the event that it was given.'

/** The `response` of an answer, which is not trusted. */
function responseOf(event: string, json: string): unknown {
  if (json.length > event.length + MAX_RESPONSE) throw new Error('The answer is too long.')
  const answer = parseJson(json)
  if (answer === null || answer === undefined)
    throw new NotJson(`The answer is empty, or is not JSON. ${ANSWER}`)
  const response = typeof answer === 'object' && 'response' in answer ? answer.response : undefined
  if (typeof response !== 'object') throw new Error(`The answer has no response. ${ANSWER}`)
  assertPlain(response, 0)
  return response
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** Levels of objects in an answer. */
const MAX_DEPTH = 32

/** What others make objects of must not change what they inherit, and be no deeper than they can read. */
function assertPlain(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return
  if (depth === MAX_DEPTH) throw new Error('The answer is too deep.')
  if (Object.hasOwn(value, '__proto__')) throw new Error('The answer has a member __proto__.')
  for (const member of Object.values(value)) assertPlain(member, depth + 1)
}
