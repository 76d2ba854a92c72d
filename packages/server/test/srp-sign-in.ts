import { claimTimestamp, createKeyPair, signClaim } from '../../auth/src/srp/client.js'
import type { Answer, Started } from './start.js'
import { PASSWORD } from './start.js'

/** Asks for an SRP challenge with the client's own arithmetic, so that a test can hold it between the steps. */
export async function srpChallenge({ call, userPoolClientId }: Started, username: string) {
  const keyPair = createKeyPair()
  const answer = await call('InitiateAuth', {
    ClientId: userPoolClientId,
    AuthFlow: 'USER_SRP_AUTH',
    AuthParameters: { USERNAME: username, SRP_A: keyPair.A.toString(16) },
  })
  return { keyPair, answer, parameters: answer.body.ChallengeParameters ?? {} }
}

/** The answer to a challenge, right if the password is. */
export async function srpResponses(
  { server, userPoolId }: Started,
  { keyPair, parameters }: Awaited<ReturnType<typeof srpChallenge>>,
  password = PASSWORD,
): Promise<Record<string, string>> {
  const text = (name: string) => String(parameters[name])
  const timestamp = claimTimestamp(server.clock.now())
  const signature = await signClaim(
    keyPair,
    { poolName: userPoolId.split('_')[1] ?? '', username: text('USER_ID_FOR_SRP'), password },
    {
      salt: BigInt(`0x${text('SALT')}`),
      B: BigInt(`0x${text('SRP_B')}`),
      secretBlock: Buffer.from(text('SECRET_BLOCK'), 'base64'),
    },
    timestamp,
  )
  return {
    USERNAME: text('USER_ID_FOR_SRP'),
    PASSWORD_CLAIM_SECRET_BLOCK: text('SECRET_BLOCK'),
    PASSWORD_CLAIM_SIGNATURE: Buffer.from(signature).toString('base64'),
    TIMESTAMP: timestamp,
  }
}

export const respond = (
  { call, userPoolClientId }: Started,
  ChallengeResponses: Record<string, string>,
): Promise<Answer> =>
  call('RespondToAuthChallenge', {
    ClientId: userPoolClientId,
    ChallengeName: 'PASSWORD_VERIFIER',
    ChallengeResponses,
  })

export async function srpSignIn(app: Started, username: string, password = PASSWORD): Promise<Answer> {
  const challenge = await srpChallenge(app, username)
  if (challenge.answer.status !== 200) return challenge.answer
  return await respond(app, await srpResponses(app, challenge, password))
}
