import { fromBase64, toBase64 } from '../base64.js'
import type { AuthContext } from '../context/context.js'
import { authError } from '../errors.js'
import { userPoolConfig } from '../service/user-pool.js'
import type { Device } from '../session/device-store.js'
import { claimTimestamp, createKeyPair, sharedKey, signClaim } from '../srp/client.js'
import type { Attempt } from './attempt.js'

/**
 * Begins a proof of a password by SRP: gives `SRP_A` to send, and lets the attempt answer what comes back.
 *
 * @param device whose password it is; the user's without one
 */
export const beginProof = (
  attempt: Attempt,
  password: string,
  context: AuthContext,
  device?: Device,
): string => {
  const keyPair = createKeyPair()
  attempt.prove = async ({ ChallengeParameters = {}, date }) => {
    attempt.prove = undefined
    const { SALT, SRP_B, SECRET_BLOCK = '' } = ChallengeParameters
    const USERNAME = device
      ? (ChallengeParameters.USERNAME ?? attempt.username)
      : ChallengeParameters.USER_ID_FOR_SRP
    if (!USERNAME) {
      throw authError('EmptyUserIdForSRPException', 'USER_ID_FOR_SRP was not found in challengeParameters')
    }
    const [, poolName = ''] = userPoolConfig(context).userPoolId.split('_')
    // The time of the service's answer by its own clock: a proof that is five minutes off is refused, and this device's
    // clock may be a day off.
    const TIMESTAMP = claimTimestamp(Date.parse(date ?? '') || context.clock())
    const identity = device ? device.deviceGroupKey + device.deviceKey : poolName + USERNAME
    const key = await sharedKey(keyPair, identity, password, BigInt(`0x${SALT}`), BigInt(`0x${SRP_B}`))
    return {
      ChallengeResponses: {
        USERNAME,
        PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
        TIMESTAMP,
        PASSWORD_CLAIM_SIGNATURE: toBase64(
          await signClaim(key, identity, fromBase64(SECRET_BLOCK), TIMESTAMP),
        ),
      },
    }
  }
  return keyPair.A.toString(16)
}
