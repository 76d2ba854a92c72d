import type { Call } from '../clients/call.js'
import { challengeLifetime } from '../clients/lifetimes.js'
import { randomUuid } from '../crypto/random.js'
import type { SecondFactor } from '../users/mfa-settings.js'
import type { User } from '../users/user.js'
import {
  type AskedName,
  type Attempt,
  CARRIERS,
  type Challenge,
  type ChallengeName,
  type Offer,
} from './attempt.js'
import { sendCode, sendFirstCode } from './send-code.js'
import type { Asked, Responses, Shown, Step } from './step.js'
import { STEPS } from './steps.js'

export type Asking<N extends AskedName = AskedName> = {
  readonly ask: N
  readonly of?: readonly SecondFactor[]
  readonly offer?: Offer | undefined
  /** The challenge whose step this one goes on with: of all that come of a choice, one is answered right. */
  readonly from?: Challenge
}

export interface ChallengeOutcome<N extends AskedName = AskedName> {
  readonly is: 'challenge'
  readonly name: N
  readonly show: Shown[N]
  /** Goes to the client, and comes back with the answer: a challenge session, or a secret block. */
  readonly sealed: string
  /** The session that comes back beside a secret block, where there is one. */
  readonly session?: string
}

/** A step of an attempt that begins now. */
export const newStep = ({ context, client }: Call): Pick<Challenge, 'step' | 'expiresAt'> => ({
  step: randomUuid(context),
  expiresAt: context.clock.now() + challengeLifetime(client),
})

/** What any answer uses up, where the state of the challenge names it. */
export function guessOf(name: ChallengeName, state: object): { readonly guess?: string } {
  // The state is that of the challenge's kind, which the compiler does not follow through the name.
  const guess = (STEPS[name] as Step<ChallengeName>).guessOf?.(state as never)
  return guess === undefined ? {} : { guess }
}

/**
 * Puts a challenge to the user, and sends what it takes to answer it.
 *
 * @throws NotAuthorizedException the address has had its messages
 */
export async function ask<N extends AskedName>(
  call: Call,
  attempt: Attempt,
  { ask: name, of = [], offer, from }: Asking<N>,
  user: User | undefined,
  responses: Responses,
): Promise<ChallengeOutcome<N>> {
  const { context } = call
  const { carrier, ask, oneGuess } = STEPS[name]
  const { state, show, send, sendFirst }: Asked<N> = await ask(call, attempt, { user, responses, of, offer })
  const { step, expiresAt } = newStep(call)
  const guess = from && oneGuess ? { guess: step } : guessOf(name, state)
  // A challenge's state is its kind's, which the compiler does not follow through the name.
  const challenge = { name, step: from?.step ?? step, ...guess, expiresAt, state } as Challenge
  if (send && user) await sendCode(call, user, send)
  if (sendFirst) await sendFirstCode(call, user, sendFirst, responses)
  const outcome: ChallengeOutcome<N> = {
    is: 'challenge',
    name,
    show,
    sealed: await CARRIERS[carrier].seal(context, { attempt, challenge }),
  }
  if (carrier === 'session' || (!from && !attempt.custom)) return outcome
  // The state is in the secret block, and so is what a function has to remember; the session binds the block to the choice,
  // or to the attempt.
  const beside = { ...challenge, state: {} } as Challenge
  const { custom: _, ...bound } = attempt
  return { ...outcome, session: await CARRIERS.session.seal(context, { attempt: bound, challenge: beside }) }
}
