import type { Queryable, Transaction } from '../db/schema.js'
import type { Challenge, ChallengeName, OpenChallenge, Proof } from './attempt.js'
import { withAnswer } from './custom.js'
import { offerIn } from './offer.js'
import { isTaken, takeStep } from './settle.js'

// amazon-cognito-identity-js answers a DEVICE_SRP_AUTH that follows a code with the session of the code, which is used up
// by then, and not with the one that it was given. Such a session is good for that one answer, once the code was right and
// did lead there. Both sessions are of one step, which a proof of the device takes.

/** What led there: the machine, whose last step it is, or a function, which is asked again after it. */
type Leader = 'machine' | 'function'

const PROOF_OF_CODE: { readonly [N in ChallengeName]?: Proof } = {
  SMS_MFA: 'SMS_MFA',
  EMAIL_OTP: 'EMAIL_MFA',
  SOFTWARE_TOKEN_MFA: 'TOTP_MFA',
}

function proofOf(challenge: Challenge): Proof | undefined {
  if (offerIn(challenge)) return undefined
  const isNamed = challenge.name === 'SMS_MFA' && challenge.state.as === 'named'
  return isNamed ? 'SMS' : PROOF_OF_CODE[challenge.name]
}

const deviceStep = (step: string) => `${step} device`
const MARKS = {
  machine: (step: string) => `${step} led to a device`,
  function: (step: string) => `${step} led to a device, as a function said`,
} as const satisfies Record<Leader, unknown>

/** The challenge of a code that led to DEVICE_SRP_AUTH, as what that one comes from. */
export async function noteDeviceAfterCode(
  tx: Transaction,
  code: Challenge | undefined,
  ledBy: Leader,
  now: number,
): Promise<Challenge | undefined> {
  if (!code || !proofOf(code)) return undefined
  await takeStep(tx, code, MARKS[ledBy](code.step), now)
  return { ...code, step: deviceStep(code.step) }
}

/** The session of a code as one of the DEVICE_SRP_AUTH that followed it, if one did. */
export async function asDeviceAfterCode(
  db: Queryable,
  { attempt, challenge }: OpenChallenge,
  deviceKey = '',
): Promise<OpenChallenge<'DEVICE_SRP_AUTH'> | undefined> {
  const proof = proofOf(challenge)
  if (!proof) return undefined
  const { step, expiresAt } = challenge
  const isLedBy = (leader: Leader) => isTaken(db, { step: MARKS[leader](step) })
  const { custom } = attempt
  const isLast = await isLedBy('machine')
  if (!isLast && !(await isLedBy('function'))) return undefined
  return {
    attempt: {
      ...attempt,
      proven: [...attempt.proven, proof],
      ...(custom && {
        custom: isLast ? { ...custom, issued: true } : withAnswer(custom, challenge, { right: proof }),
      }),
    },
    challenge: { name: 'DEVICE_SRP_AUTH', step: deviceStep(step), expiresAt, state: { deviceKey } },
  }
}
