import { srpPoolName } from '../../pools/user-pool.js'
import { srpPassword, srpVerifier } from '../../users/password.js'
import { wrongPassword } from '../password.js'
import { beginSrp, isClaimRight, NO_CLAIM, refusalOfClaim } from '../srp.js'
import type { Answered, Step } from '../step.js'

/** The secure remote password: the client proves that it knows the password, and sends nothing of it. */
export const passwordVerifier: Step<'PASSWORD_VERIFIER'> = {
  name: 'PASSWORD_VERIFIER',
  carrier: 'secretBlock',
  oneGuess: true,
  unknownDevice: 'refused',

  ask({ context, pool }, { who }, { user, responses: { srpA = '' } }) {
    const { salt, v } = srpPassword(context, pool, user, who.srpIdentity)
    const { state, B } = beginSrp(context, srpA, v)
    return { state, show: { salt, B, srpIdentity: who.srpIdentity } }
  },

  answer({ context, pool }, { attempt: { who }, challenge }, user, { claim = NO_CLAIM }): Answered {
    const refusal = refusalOfClaim(context, claim)
    if (refusal) return refusal
    const { v, exists } = srpVerifier(context, user)
    const right = isClaimRight(challenge.state, v, [srpPoolName(pool.id), who.srpIdentity], claim)
    return right && exists ? { right: 'PASSWORD' } : wrongPassword(user, { ends: true })
  },
}
