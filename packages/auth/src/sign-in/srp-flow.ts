import { fromBase64, toBase64 } from '../base64.js'
import type { RequestContext } from '../context/deadline.js'
import { authError } from '../errors.js'
import type { ClientMetadata } from '../models.js'
import { clientFields } from '../service/client-fields.js'
import { type AuthResponse, userPool, userPoolConfig } from '../service/user-pool.js'
import { claimTimestamp, createKeyPair, type KeyPair, sharedKey, signClaim } from '../srp/client.js'

interface Options {
  clientMetadata?: ClientMetadata
}

/** USER_SRP_AUTH: proves the password without sending it. */
export async function srpFlow(
  context: RequestContext,
  username: string,
  password: string,
  options?: Options,
): Promise<[username: string, response: AuthResponse]> {
  const keyPair = createKeyPair()
  const response = await userPool(context, 'InitiateAuth', {
    ...clientFields(context, username, options),
    AuthFlow: 'USER_SRP_AUTH',
    AuthParameters: { USERNAME: username, SRP_A: keyPair.A.toString(16) },
  })
  return [
    response.ChallengeParameters?.USERNAME ?? username,
    response.ChallengeName === 'PASSWORD_VERIFIER'
      ? await answerPasswordVerifier(context, keyPair, password, response, options)
      : response,
  ]
}

/** PASSWORD_VERIFIER: the proof, made of what the service sent and the password. */
async function answerPasswordVerifier(
  context: RequestContext,
  keyPair: KeyPair,
  password: string,
  { ChallengeName = '', ChallengeParameters = {}, Session, date }: AuthResponse,
  options?: Options,
): Promise<AuthResponse> {
  const { USER_ID_FOR_SRP: username, SALT, SRP_B, SECRET_BLOCK = '' } = ChallengeParameters
  if (!username) {
    throw authError('EmptyUserIdForSRPException', 'USER_ID_FOR_SRP was not found in challengeParameters')
  }
  const [, poolName = ''] = userPoolConfig(context).userPoolId.split('_')
  // The time of the service's answer by its own clock: a proof that is five minutes off is refused, and this device's
  // clock may be a day off.
  const TIMESTAMP = claimTimestamp(Date.parse(date ?? '') || context.clock())
  const identity = poolName + username
  const key = await sharedKey(keyPair, identity, password, BigInt(`0x${SALT}`), BigInt(`0x${SRP_B}`))
  return userPool(context, 'RespondToAuthChallenge', {
    ...clientFields(context, username, options),
    ChallengeName,
    ChallengeResponses: {
      USERNAME: username,
      PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
      TIMESTAMP,
      PASSWORD_CLAIM_SIGNATURE: toBase64(await signClaim(key, identity, fromBase64(SECRET_BLOCK), TIMESTAMP)),
    },
    Session,
  })
}
