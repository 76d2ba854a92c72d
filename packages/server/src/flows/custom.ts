import type { Call } from '../clients/call.js'
import { simulatedDestination } from '../delivery/simulated-destination.js'
import { errors } from '../errors.js'
import { rulesOf, type TriggerName } from '../pools/rules.js'
import { FunctionFailure } from '../triggers/function-failure.js'
import { type EventUser, eventUser, runTrigger } from '../triggers/run-trigger.js'
import { TRIGGERS } from '../triggers/triggers.js'
import type { Device } from '../users/device.js'
import type { User } from '../users/user.js'
import type { Attempt, Challenge, Custom } from './attempt.js'
import { NAMED_CHALLENGES, type NamedChallenge, type Verdict } from './decide.js'
import { assertPublicValue } from './srp.js'
import type { Answered } from './step.js'

// Sign-ins of the flow CUSTOM: a function of the pool says after each answer what comes next.

/** @throws InvalidParameterException the pool lacks one of the functions */
export function assertRunsCustom({ pool }: Call, ...names: TriggerName[]): void {
  const { functions } = rulesOf(pool)
  if (names.some((name) => functions[name] === undefined)) throw errors.customAuthNotConfigured()
}

/**
 * @param typedName the name that the client begins with
 * @param srpA the client's number of SRP, of a client that begins with it
 * @throws InvalidParameterException
 */
export function beginCustom(call: Call, typedName: string, srpA: string | undefined): Custom {
  assertRunsCustom(call, 'DefineAuthChallenge')
  // Worked out for every name, so that the time does not tell which exist.
  const madeUp = simulatedDestination(call.context, call.pool, typedName, 'reset-password', ['phone_number'])
  const custom = { madeUpNumber: madeUp.destination }
  if (srpA === undefined) return { ...custom, history: [] }
  assertPublicValue(srpA)
  return { ...custom, srpA, history: [entry('SRP_A')] }
}

/** What the client sent of SRP is good for one challenge. */
export function withoutSrpA({ custom = { history: [] }, ...attempt }: Attempt): {
  attempt: Attempt
  srpA: string | undefined
} {
  const { srpA, ...rest } = custom
  return { attempt: { ...attempt, custom: rest }, srpA }
}

/** With an answer that was settled. */
export function withAnswer(custom: Custom, { name }: Challenge, answered: Answered): Custom {
  if ('result' in answered)
    return { ...custom, history: [...custom.history, entry(name, answered.result, answered.metadata)] }
  const names = name === 'DEVICE_PASSWORD_VERIFIER' ? ['DEVICE_SRP_AUTH', name] : [name]
  return { ...custom, history: [...custom.history, ...names.map((each) => entry(each))] }
}

const entry = (challengeName: string, challengeResult = true, challengeMetadata: string | null = null) => ({
  challengeName,
  challengeResult,
  challengeMetadata,
})

/** What the three functions are told of who signs in. One who does not exist looks like one who has no attributes. */
export function customEvent<Request extends object>(
  { metadata: clientMetadata }: Call,
  { who }: Attempt,
  user: User | undefined,
  request: Request,
): {
  source: 'Authentication'
  user: EventUser
  request: Request & { clientMetadata: Call['metadata']; userNotFound?: true }
} {
  return {
    source: 'Authentication',
    user: user ? eventUser(user) : { userName: who.srpIdentity, userAttributes: {} },
    request: { ...request, clientMetadata, ...(!user && { userNotFound: true }) },
  }
}

/** Answers that an attempt takes: a function that never comes to an end does not keep one alive. */
const MAX_ANSWERS = 50

/**
 * Asks the function what comes next.
 *
 * @throws InvalidLambdaResponseException it named nothing, or a challenge that cannot be asked
 * @throws what the function throws
 */
export async function defineNext(
  call: Call,
  attempt: Attempt,
  user: User | undefined,
  device: Device | undefined,
): Promise<Verdict> {
  const session = attempt.custom?.history ?? []
  const refuse = (reason: string): Verdict => {
    call.explain(reason)
    return { refuse: errors.incorrectUsernameOrPassword() }
  }
  if (session.length >= MAX_ANSWERS) return refuse(`The sign-in has had ${MAX_ANSWERS} answers.`)
  const { challengeName, issueTokens, failAuthentication } = await runTrigger(
    call,
    TRIGGERS.DefineAuthChallenge,
    customEvent(call, attempt, user, { session }),
  )
  if (failAuthentication) return refuse('DefineAuthChallenge has ended the sign-in.')
  if (issueTokens) return 'issue'
  const ask = NAMED_CHALLENGES.find((name) => name === challengeName)
  const reason = ask
    ? whyNot(ask, attempt, user, device)
    : 'which is not a challenge that a function can name'
  if (ask && reason === undefined) return { ask }
  const arn = rulesOf(call.pool).functions.DefineAuthChallenge ?? ''
  const what =
    challengeName === undefined
      ? 'answered neither a challenge nor an end.'
      : `named ${challengeName.slice(0, 128)}, ${reason}.`
  throw errors.unrecognizableLambdaOutput(new FunctionFailure('DefineAuthChallenge', arn, what))
}

/** Why a challenge cannot be asked; nothing that tells whether there is a user. */
function whyNot(
  name: NamedChallenge,
  { custom, proven }: Attempt,
  user: User | undefined,
  device: Device | undefined,
): string | undefined {
  switch (name) {
    case 'PASSWORD_VERIFIER':
      return custom?.srpA === undefined ? 'for which the client has sent no SRP_A' : undefined
    case 'DEVICE_SRP_AUTH':
      return !device || proven.includes('DEVICE') ? 'for which the request named no device' : undefined
    case 'SMS_MFA':
      return proven.includes('PASSWORD') && !user?.attributes.phone_number
        ? 'and the user has no phone number'
        : undefined
    case 'CUSTOM_CHALLENGE':
      return undefined
  }
}
