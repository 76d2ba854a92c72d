/** ChallengeParameters of PASSWORD_VERIFIER. */
export type SrpChallenge = Record<'SALT' | 'SECRET_BLOCK' | 'SRP_B' | 'USERNAME' | 'USER_ID_FOR_SRP', string>

/** Does it once and gives the proof, in base64. */
type Work = () => Promise<string>

// Neither library exports its arithmetic, so its modules are found by their place in the package.
const moduleBeside = (name: string, path: string) => import(new URL(path, import.meta.resolve(name)).href)

/** All that `@amulet/auth` computes for one sign-in: its public value, the shared key and the proof. */
export async function amuletSrp(
  userPoolId: string,
  password: string,
  challenge: SrpChallenge,
): Promise<Work> {
  const { claimTimestamp, createKeyPair, sharedKey, signClaim } = await moduleBeside(
    '@amulet/auth',
    'srp/client.js',
  )
  const identity = poolName(userPoolId) + challenge.USER_ID_FOR_SRP
  return async () => {
    const keyPair = createKeyPair()
    keyPair.A.toString(16)
    const [salt, B] = [BigInt(`0x${challenge.SALT}`), BigInt(`0x${challenge.SRP_B}`)]
    const key = await sharedKey(keyPair, identity, password, salt, B)
    const block = Uint8Array.from(Buffer.from(challenge.SECRET_BLOCK, 'base64'))
    const proof: Uint8Array = await signClaim(key, identity, block, claimTimestamp(Date.now()))
    return Buffer.from(proof).toString('base64')
  }
}

/** The same of `aws-amplify`, in the steps of its own sign-in. */
export async function amplifySrp(
  userPoolId: string,
  password: string,
  challenge: SrpChallenge,
): Promise<Work> {
  const srp = (path: string) => moduleBeside('@aws-amplify/auth', `providers/cognito/utils/srp/${path}.mjs`)
  const { getAuthenticationHelper } = await srp('getAuthenticationHelper')
  const { getSignatureString } = await srp('getSignatureString')
  const { getNowString } = await srp('getNowString')
  const { default: BigInteger } = await srp('BigInteger/BigInteger')
  const userPoolName = poolName(userPoolId)
  const username = challenge.USER_ID_FOR_SRP
  return async () => {
    const helper = await getAuthenticationHelper(userPoolName)
    helper.A.toString(16)
    const hkdf = await helper.getPasswordAuthenticationKey({
      username,
      password,
      serverBValue: new BigInteger(challenge.SRP_B, 16),
      salt: new BigInteger(challenge.SALT, 16),
    })
    return getSignatureString({
      username,
      userPoolName,
      challengeParameters: challenge,
      dateNow: getNowString(),
      hkdf,
    })
  }
}

const poolName = (userPoolId: string) => userPoolId.slice(userPoolId.indexOf('_') + 1)
