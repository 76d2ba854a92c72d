import { errors } from '../../errors.js'
import { runTrigger } from '../../triggers/run-trigger.js'
import { TRIGGERS } from '../../triggers/triggers.js'
import { assertRunsCustom, customEvent } from '../custom.js'
import type { Answered, Asked, Step } from '../step.js'

/** A challenge that one function of the pool makes, and another one judges. */
export const customChallenge: Step<'CUSTOM_CHALLENGE'> = {
  name: 'CUSTOM_CHALLENGE',
  carrier: 'session',
  unknownDevice: 'refused',
  isJudgedByFunction: true,

  async ask(call, attempt, { user }): Promise<Asked<'CUSTOM_CHALLENGE'>> {
    assertRunsCustom(call, 'CreateAuthChallenge', 'VerifyAuthChallengeResponse')
    const session = attempt.custom?.history ?? []
    const made = await runTrigger(call, TRIGGERS.CreateAuthChallenge, {
      ...customEvent(call, attempt, user, { challengeName: 'CUSTOM_CHALLENGE', session }),
    })
    const {
      publicChallengeParameters: publicParameters = {},
      privateChallengeParameters: privateParameters = {},
      challengeMetadata: metadata = null,
    } = made
    if (Buffer.byteLength(JSON.stringify([...session, metadata])) > MAX_HISTORY)
      throw errors.unrecognizableLambdaOutput(new Error('The metadata of all challenges is too long.'))
    return {
      state: { privateParameters, metadata },
      show: { srpIdentity: attempt.who.srpIdentity, publicParameters },
    }
  },

  async answer(call, { attempt, challenge }, user, { choice: challengeAnswer = '' }): Promise<Answered> {
    const { privateParameters: privateChallengeParameters, metadata } = challenge.state
    const { answerCorrect = false } = await runTrigger(call, TRIGGERS.VerifyAuthChallengeResponse, {
      ...customEvent(call, attempt, user, { privateChallengeParameters, challengeAnswer }),
    })
    return { result: answerCorrect, metadata }
  },
}

/** Bytes of JSON that an attempt remembers for functions: it goes with every event, and into secret blocks. */
const MAX_HISTORY = 65_536
