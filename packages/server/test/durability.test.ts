import { type CreationOptions, createPasskey, type Passkey } from '@amulet/server/testing'
import { expect, test } from 'vitest'
import type { RunningAmulet } from './amulet.js'
import type { KnownDevice } from './device-client.js'
import { Gone, KILLS, type Lasting, lastingOf, startDurable, workUntilKilled } from './kills.js'
import { srpBegin, srpClaim, srpVerifier } from './srp-sign-in.js'
import { PASSWORD } from './start.js'

/** What one user has been promised by answers, and what was asked for and not answered when the server died. */
interface Promised {
  readonly username: string
  /** Answers to all users after which the server was killed. */
  readonly killedAfter: number
  status: 'asked' | 'signed up' | 'confirmed' | 'deleted'
  /** The next status, asked for. */
  asked?: Promised['status']
  name?: string
  askedName?: string
  refreshToken?: string
  revoked?: 'asked' | 'answered'
  device?: KnownDevice & { is: Lasting }
  passkey?: Passkey
  passkeyIs?: Lasting
  /** A passkey's answer that brought tokens. */
  used?: object
}

const CONFIG = {
  userPools: [
    {
      UserPoolId: 'us-east-1_Durable',
      PoolName: 'Durable',
      UsernameAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
      DeviceConfiguration: { ChallengeRequiredOnNewDevice: true },
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
      clients: [
        {
          ClientId: 'durable',
          ClientName: 'Web',
          ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_AUTH'],
          PreventUserExistenceErrors: 'LEGACY',
          RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 60 },
        },
      ],
    },
  ],
}

async function call(server: RunningAmulet, operation: string, input: object) {
  try {
    const { status, body } = await server.call(operation, input)
    // The test says what it should be.
    return {
      status,
      body: body as {
        __type?: string
        AuthenticationResult?: Tokens
        UserAttributes?: Pair[]
        ChallengeName?: string
        Session?: string
        ChallengeParameters?: Record<string, string>
        CredentialCreationOptions?: CreationOptions
      },
    }
  } catch (cause) {
    throw new Gone(operation, { cause })
  }
}
interface Tokens {
  readonly AccessToken: string
  readonly RefreshToken: string
  readonly NewDeviceMetadata?: { readonly DeviceKey: string; readonly DeviceGroupKey: string }
}
interface Pair {
  readonly Name: string
  readonly Value: string
}

async function answered(server: RunningAmulet, operation: string, input: object) {
  const answer = await call(server, operation, input)
  expect(answer.status, `${operation}: ${JSON.stringify(answer.body)}`).toBe(200)
  return answer.body
}

const ClientId = 'durable'
const signIn = (server: RunningAmulet, USERNAME: string, DEVICE_KEY?: string) =>
  call(server, 'InitiateAuth', {
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME, PASSWORD, DEVICE_KEY },
  })

/** Signs in from a device that the server knows, or says that it knows none. */
async function signInFrom(server: RunningAmulet, USERNAME: string, device: KnownDevice): Promise<boolean> {
  const { key: DEVICE_KEY, groupKey, password } = device
  const asked = await signIn(server, USERNAME, DEVICE_KEY)
  if (asked.body.__type === 'ResourceNotFoundException') return false
  expect(asked.body.ChallengeName, JSON.stringify(asked.body)).toBe('DEVICE_SRP_AUTH')
  const respond = (ChallengeName: string, Session: string | undefined, responses: object) =>
    answered(server, 'RespondToAuthChallenge', {
      ClientId,
      ChallengeName,
      Session,
      ChallengeResponses: { USERNAME, DEVICE_KEY, ...responses },
    })
  const { SRP_A, ...srp } = srpBegin()
  const challenge = await respond('DEVICE_SRP_AUTH', asked.body.Session, { SRP_A })
  const parameters = challenge.ChallengeParameters ?? {}
  const claim = srpClaim({ ...srp, parameters }, [groupKey, DEVICE_KEY], password, Date.now())
  const done = await respond('DEVICE_PASSWORD_VERIFIER', challenge.Session, claim)
  expect(done.AuthenticationResult).toBeDefined()
  return true
}

/** Signs in with a passkey, or finds that none is asked for. Returns what was sent. */
async function signInWith(
  server: RunningAmulet,
  USERNAME: string,
  passkey: Passkey,
): Promise<object | undefined> {
  const asked = await answered(server, 'InitiateAuth', {
    ClientId,
    AuthFlow: 'USER_AUTH',
    AuthParameters: { USERNAME, PREFERRED_CHALLENGE: 'WEB_AUTHN' },
  })
  if (asked.ChallengeName !== 'WEB_AUTHN') return undefined
  const options = JSON.parse(asked.ChallengeParameters?.CREDENTIAL_REQUEST_OPTIONS ?? '')
  const input = {
    ClientId,
    ChallengeName: 'WEB_AUTHN',
    Session: asked.Session,
    ChallengeResponses: { USERNAME, CREDENTIAL: JSON.stringify(passkey.get(options)) },
  }
  const { AuthenticationResult } = await answered(server, 'RespondToAuthChallenge', input)
  expect(AuthenticationResult).toBeDefined()
  return input
}

/** A user's life, each answer noted. */
async function live(server: RunningAmulet, user: Promised, turn: number): Promise<void> {
  const Username = user.username
  await answered(server, 'SignUp', { ClientId, Username, Password: PASSWORD })
  user.status = 'signed up'
  user.asked = 'confirmed'
  const ConfirmationCode = await codeFor(server, Username)
  await answered(server, 'ConfirmSignUp', { ClientId, Username, ConfirmationCode })
  user.status = 'confirmed'
  delete user.asked
  const { body } = await signIn(server, Username)
  let { AccessToken = '', RefreshToken = '' } = body.AuthenticationResult ?? {}
  const { DeviceKey = '', DeviceGroupKey = '' } = body.AuthenticationResult?.NewDeviceMetadata ?? {}
  const password = `the password of ${DeviceKey}`
  user.device = { key: DeviceKey, groupKey: DeviceGroupKey, password, is: 'asked' }
  await answered(server, 'ConfirmDevice', {
    AccessToken,
    DeviceKey,
    DeviceSecretVerifierConfig: srpVerifier(DeviceGroupKey + DeviceKey, password),
  })
  user.device.is = 'there'
  user.refreshToken = RefreshToken
  if (turn % 2 === 0) expect(await signInFrom(server, Username, user.device)).toBe(true)
  else {
    const { CredentialCreationOptions } = await answered(server, 'StartWebAuthnRegistration', { AccessToken })
    if (!CredentialCreationOptions) throw new Error('There are no options.')
    const passkey = createPasskey({ origin: 'http://localhost:5173' })
    user.passkey = passkey
    user.passkeyIs = 'asked'
    const Credential = passkey.create(CredentialCreationOptions)
    await answered(server, 'CompleteWebAuthnRegistration', { AccessToken, Credential })
    user.passkeyIs = 'there'
    const used = await signInWith(server, Username, passkey)
    expect(used).toBeDefined()
    if (used) user.used = used
  }
  for (let change = 0; change < 4; change++) {
    user.askedName = `${Username} ${change}`
    await answered(server, 'UpdateUserAttributes', {
      AccessToken,
      UserAttributes: [{ Name: 'name', Value: user.askedName }],
    })
    user.name = user.askedName
    const refreshed = await answered(server, 'GetTokensFromRefreshToken', {
      ClientId,
      RefreshToken,
      DeviceKey,
    })
    AccessToken = refreshed.AuthenticationResult?.AccessToken ?? ''
    RefreshToken = refreshed.AuthenticationResult?.RefreshToken ?? ''
    user.refreshToken = RefreshToken
  }
  if (turn % 3 === 0) {
    user.revoked = 'asked'
    await answered(server, 'RevokeToken', { ClientId, Token: RefreshToken })
    user.revoked = 'answered'
  } else if (turn % 3 === 1) {
    user.asked = 'deleted'
    await answered(server, 'DeleteUser', { AccessToken })
    user.status = 'deleted'
  } else if (user.passkey) {
    user.passkeyIs = 'taking away'
    await answered(server, 'DeleteWebAuthnCredential', { AccessToken, CredentialId: user.passkey.id })
    user.passkeyIs = 'gone'
  } else {
    // With the device, its refresh tokens go.
    user.device.is = 'taking away'
    user.revoked = 'asked'
    await answered(server, 'ForgetDevice', { AccessToken, DeviceKey })
    user.device.is = 'gone'
    user.revoked = 'answered'
  }
}

async function codeFor(server: RunningAmulet, address: string): Promise<string | undefined> {
  try {
    const inbox = await fetch(`${server.url}/_amulet/inbox?to=${encodeURIComponent(address)}`)
    const messages = (await inbox.json()) as { code: string }[]
    return messages[0]?.code
  } catch (cause) {
    throw new Gone('inbox', { cause })
  }
}

/** Users sign up, change and leave, several at once; after so many answers the server is killed. */
async function liveUntilKilled(server: RunningAmulet, round: number, after: number): Promise<Promised[]> {
  const users: Promised[] = []
  await workUntilKilled(server, after, async (counting, number) => {
    for (let turn = number; ; turn++) {
      const username = `user-${round}-${number}-${turn}@example.com`
      const user: Promised = { username, killedAfter: after, status: 'asked' }
      users.push(user)
      await live(counting, user, turn)
    }
  })
  return users
}

/** What was promised is so; what was asked for is either so or not, and not half so. */
async function assertKept(server: RunningAmulet, user: Promised): Promise<void> {
  const { status, body } = await signIn(server, user.username)
  const found =
    status === 200 ? 'confirmed' : body.__type === 'UserNotConfirmedException' ? 'signed up' : 'gone'
  const allowed = {
    asked: ['gone', 'signed up'],
    'signed up': user.asked ? ['signed up', 'confirmed'] : ['signed up'],
    confirmed: user.asked ? ['confirmed', 'gone'] : ['confirmed'],
    deleted: ['gone'],
  }[user.status]
  const promised = JSON.stringify(user)
  expect(allowed, `${promised} is ${found}: ${JSON.stringify(body)}`).toContain(found)
  if (found === 'gone') {
    // Gone as a whole: the name is free.
    await answered(server, 'SignUp', { ClientId, Username: user.username, Password: PASSWORD })
    user.status = 'signed up'
    delete user.asked
    return
  }
  if (found !== 'confirmed' || user.status !== 'confirmed') return
  const { AccessToken } = body.AuthenticationResult ?? {}
  const { UserAttributes = [] } = await answered(server, 'GetUser', { AccessToken })
  const name = UserAttributes.find(({ Name }) => Name === 'name')?.Value
  expect([user.name, user.askedName], promised).toContain(name)
  if (user.device) {
    const isThere = await signInFrom(server, user.username, user.device)
    user.device.is = lastingOf(user.device.is, isThere, promised)
  }
  if (user.passkey) {
    const used = await signInWith(server, user.username, user.passkey)
    user.passkeyIs = lastingOf(user.passkeyIs ?? 'asked', used !== undefined, promised)
    // What has brought tokens brings none again.
    if (user.used) expect((await call(server, 'RespondToAuthChallenge', user.used)).status).toBe(400)
    if (used) user.used = used
  }
  if (!user.refreshToken) return
  const refreshed = await call(server, 'GetTokensFromRefreshToken', {
    ClientId,
    RefreshToken: user.refreshToken,
    DeviceKey: user.device?.key,
  })
  if (user.revoked === 'answered') expect(refreshed.status, promised).toBe(400)
  // A rotation whose answer was lost does not sign the user out.
  if (!user.revoked) expect(refreshed.status, `${promised}: ${refreshed.body.__type}`).toBe(200)
}

test(`whatever was answered survives ${KILLS} kills in the middle of writing, and every start is clean`, {
  timeout: 60_000 + KILLS * 20_000,
}, async () => {
  const everybody: Promised[] = []
  const durable = await startDurable(CONFIG)
  for (let round = 0; round < KILLS; round++) {
    const users = await liveUntilKilled(durable.server, round, 50 + Math.floor(Math.random() * 200))
    everybody.push(...users)
    await durable.startAgain()
    for (const user of users) await assertKept(durable.server, user)
    if (process.env.AMULET_KILLS) console.log(`kill ${round + 1}: ${users.length} users as promised`)
  }
  // Enough has happened for the above to mean something, and nothing of the first rounds was lost in the later ones.
  expect(everybody.filter(({ status }) => status === 'confirmed').length).toBeGreaterThan(2 * KILLS)
  for (const has of ['device', 'passkey'] as const)
    expect(everybody.filter((user) => user[has]).length, has).toBeGreaterThan(KILLS)
  for (const user of everybody) {
    delete user.refreshToken
    await assertKept(durable.server, user)
  }
})
