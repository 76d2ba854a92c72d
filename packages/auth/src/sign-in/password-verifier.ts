import { refuseChallenge } from './refuse-challenge.js'
import type { AnswerTo } from './step.js'

/** PASSWORD_VERIFIER: the proof of the password, by the flow or step that sent `SRP_A`. */
export const passwordVerifier: AnswerTo = (challenge, { prove = refuseChallenge }) => prove(challenge)
