import type { Queryable, Transaction } from '../db/schema.js'
import type { Challenge, ChallengeName, OpenChallenge, SecondFactorProof } from './attempt.js'
import { offerIn } from './offer.js'
import { isTaken, takeStep } from './settle.js'

// amazon-cognito-identity-js answers a DEVICE_SRP_AUTH that follows a code with the session of the code, which is used up
// by then, and not with the one that it was given. Such a session is good for that one answer, once the code was right and
// did lead there. Both sessions are of one step, which a proof of the device takes.

const PROOF_OF_CODE: { readonly [N in ChallengeName]?: SecondFactorProof } = {
  SMS_MFA: 'SMS_MFA',
  EMAIL_OTP: 'EMAIL_MFA',
  SOFTWARE_TOKEN_MFA: 'TOTP_MFA',
}

const proofOf = (challenge: Challenge): SecondFactorProof | undefined =>
  offerIn(challenge) ? undefined : PROOF_OF_CODE[challenge.name]

const deviceStep = (step: string) => `${step} device`
const mark = (step: string) => `${step} led to a device`

/** The challenge of a code that led to DEVICE_SRP_AUTH, as what that one comes from. */
export async function noteDeviceAfterCode(
  tx: Transaction,
  code: Challenge | undefined,
  now: number,
): Promise<Challenge | undefined> {
  if (!code || !proofOf(code)) return undefined
  await takeStep(tx, code, mark(code.step), now)
  return { ...code, step: deviceStep(code.step) }
}

/** The session of a code as one of the DEVICE_SRP_AUTH that followed it, if one did. */
export async function asDeviceAfterCode(
  db: Queryable,
  { attempt, challenge }: OpenChallenge,
  deviceKey = '',
): Promise<OpenChallenge<'DEVICE_SRP_AUTH'> | undefined> {
  const proof = proofOf(challenge)
  const { step, expiresAt } = challenge
  if (!proof || !(await isTaken(db, { step: mark(step) }))) return undefined
  return {
    attempt: {
      ...attempt,
      proven: [...attempt.proven, proof],
      // Only a function that had nothing more to ask led to the device.
      ...(attempt.custom && { custom: { ...attempt.custom, issued: true } }),
    },
    challenge: { name: 'DEVICE_SRP_AUTH', step: deviceStep(step), expiresAt, state: { deviceKey } },
  }
}
