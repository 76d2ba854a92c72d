import type { FunctionHandler } from '@amulet/server'
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import {
  AuthenticationDetails,
  CognitoUser,
  CognitoUserPool,
  type CognitoUserSession,
} from 'amazon-cognito-identity-js'
import { Amplify } from 'aws-amplify'
import {
  confirmSignIn,
  fetchAuthSession,
  fetchDevices,
  rememberDevice,
  signIn,
  signOut,
} from 'aws-amplify/auth'
import { expect, test, vi } from 'vitest'
import { amplifyInBrowser } from '../amplify-in-browser.js'
import { PASSWORD } from '../start.js'
import { totp } from '../totp.js'
import { startCustom } from './custom-auth.js'
import { CLIENT, handlerOf, handlers, POOL } from './start-with-functions.js'

// Custom challenges with the clients that people have, over loopback.

amplifyInBrowser()

const username = 'ada'
const password = PASSWORD

const question = async () => ({
  define: await handlerOf('01-define-srp-then-question.cjs'),
  create: await handlerOf('02-create-third-round-only.cjs'),
  verify: await handlerOf('03-verify-equal.cjs'),
})

const counting = async () => {
  const { define, create, verify } = await handlers('31-define-replaces-response.cjs')
  return { define, create, verify }
}

/** The password, then the question, in pools with a second factor too. */
const tolerant: FunctionHandler = async (event) => {
  const named = (event.request.session ?? []).map(({ challengeName }) => challengeName)
  if (!named.includes('PASSWORD_VERIFIER')) event.response.challengeName = 'PASSWORD_VERIFIER'
  else if (named.at(-1) !== 'CUSTOM_CHALLENGE') event.response.challengeName = 'CUSTOM_CHALLENGE'
  else event.response.issueTokens = true
  return event
}

type Functions = Parameters<typeof startCustom>[0]

async function listening(functions: Functions, options?: Parameters<typeof startCustom>[1]) {
  const app = await startCustom(functions, options)
  const { url } = await app.server.listen()
  Amplify.configure({
    Auth: { Cognito: { userPoolId: POOL, userPoolClientId: CLIENT, userPoolEndpoint: url } },
  })
  return { ...app, url }
}

const signedIn = async () => (await fetchAuthSession()).tokens?.accessToken.payload.username

const CUSTOM_WITHOUT_SRP = { options: { authFlowType: 'CUSTOM_WITHOUT_SRP' } } as const
const CUSTOM_WITH_SRP = { options: { authFlowType: 'CUSTOM_WITH_SRP' } } as const

test('Amplify signs in by custom challenges without a password, after wrong answers too', async () => {
  await listening(await counting())
  const { nextStep } = await signIn({ username, ...CUSTOM_WITHOUT_SRP })
  expect(nextStep).toEqual({
    signInStep: 'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE',
    additionalInfo: { left: '5', USERNAME: 'ada' },
  })
  const again = await confirmSignIn({ challengeResponse: 'wrong' })
  expect(again.nextStep).toMatchObject({
    signInStep: 'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE',
    additionalInfo: { left: '4' },
  })
  expect(await confirmSignIn({ challengeResponse: '2718' })).toMatchObject({ isSignedIn: true })
  expect(await signedIn()).toBe('ada')
})

test('Amplify signs in by a password with SRP and a custom challenge, and gets errors for wrong ones', async () => {
  await listening(await question())
  await expect(signIn({ username, password: 'Wrong-1', ...CUSTOM_WITH_SRP })).rejects.toMatchObject({
    name: 'NotAuthorizedException',
    message: 'Incorrect username or password.',
  })
  const { nextStep } = await signIn({ username, password, ...CUSTOM_WITH_SRP })
  expect(nextStep).toMatchObject({ additionalInfo: { trigger: 'true', USERNAME: 'ada' } })
  await expect(confirmSignIn({ challengeResponse: 'gold' })).rejects.toMatchObject({
    message: 'Incorrect username or password.',
  })
  await signIn({ username, password, ...CUSTOM_WITH_SRP })
  expect(await confirmSignIn({ challengeResponse: 'silver' })).toMatchObject({ isSignedIn: true })
})

test('Amplify is asked for a second factor between the password and the challenge', async () => {
  const { url, ...app } = await listening({ ...(await question()), define: tolerant, create: silver })
  await app.manage('SetUserPoolMfaConfig', {
    MfaConfiguration: 'ON',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  })
  const first = await signIn({ username, password, ...CUSTOM_WITH_SRP })
  if (first.nextStep.signInStep !== 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP')
    throw new Error(first.nextStep.signInStep)
  const secret = first.nextStep.totpSetupDetails.sharedSecret
  const asked = await confirmSignIn({ challengeResponse: totp(secret, Date.now()) })
  expect(asked.nextStep.signInStep).toBe('CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE')
  await confirmSignIn({ challengeResponse: 'silver' })
  await signOut()
  vi.setSystemTime(Date.now() + 60_000)
  const second = await signIn({ username, password, ...CUSTOM_WITH_SRP })
  expect(second.nextStep.signInStep).toBe('CONFIRM_SIGN_IN_WITH_TOTP_CODE')
  const third = await confirmSignIn({ challengeResponse: totp(secret, Date.now()) })
  expect(third.nextStep.signInStep).toBe('CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE')
  expect(await confirmSignIn({ challengeResponse: 'silver' })).toMatchObject({ isSignedIn: true })
})

const silver: FunctionHandler = async (event) => {
  event.response.privateChallengeParameters = { answer: 'silver' }
  return event
}

const tracked = { pool: { DeviceConfiguration: { ChallengeRequiredOnNewDevice: true } } }

test('Amplify proves its device after the last challenge, and goes on without one that was forgotten', async () => {
  const { url, ...app } = await listening(await counting(), tracked)
  await signIn({ username, ...CUSTOM_WITHOUT_SRP })
  await confirmSignIn({ challengeResponse: '2718' })
  await rememberDevice()
  const [device] = await fetchDevices()
  await signOut()
  expect((await signIn({ username, ...CUSTOM_WITHOUT_SRP })).nextStep.signInStep).toBe(
    'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE',
  )
  const before = await lastUse(app)
  vi.setSystemTime(Date.now() + 60_000)
  expect(await confirmSignIn({ challengeResponse: '2718' })).toMatchObject({ isSignedIn: true })
  expect(await lastUse(app)).toBeGreaterThan(before)
  expect(await fetchDevices()).toHaveLength(1)
  await signOut()
  await signIn({ username, ...CUSTOM_WITHOUT_SRP })
  await app.manage('AdminForgetDevice', { Username: 'ada', DeviceKey: device?.id })
  // The challenge is refused before anything is used up, and answered again without the device.
  expect(await confirmSignIn({ challengeResponse: '2718' })).toMatchObject({ isSignedIn: true })
})

const lastUse = async ({ manage }: Pick<Awaited<ReturnType<typeof startCustom>>, 'manage'>) =>
  Number((await manage('AdminListDevices', { Username: 'ada' })).body.Devices[0]?.DeviceLastAuthenticatedDate)

test('Amplify needs the second factor even with a device', async () => {
  const { url, ...app } = await listening(
    { ...(await question()), define: tolerant, create: silver },
    tracked,
  )
  await app.manage('SetUserPoolMfaConfig', {
    MfaConfiguration: 'ON',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  })
  const first = await signIn({ username, password, ...CUSTOM_WITH_SRP })
  if (first.nextStep.signInStep !== 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP')
    throw new Error(first.nextStep.signInStep)
  const secret = first.nextStep.totpSetupDetails.sharedSecret
  await confirmSignIn({ challengeResponse: totp(secret, Date.now()) })
  await confirmSignIn({ challengeResponse: 'silver' })
  await rememberDevice()
  await signOut()
  vi.setSystemTime(Date.now() + 60_000)
  expect((await signIn({ username, password, ...CUSTOM_WITH_SRP })).nextStep.signInStep).toBe(
    'CONFIRM_SIGN_IN_WITH_TOTP_CODE',
  )
  await confirmSignIn({ challengeResponse: totp(secret, Date.now()) })
  expect(await confirmSignIn({ challengeResponse: 'silver' })).toMatchObject({ isSignedIn: true })
})

type Told = CognitoUserSession | { custom: Record<string, string> } | { asked: string }

/** amazon-cognito-identity-js, with what it was told. */
function legacy(url: string) {
  const items = new Map<string, string>()
  const Storage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => items.set(key, value),
    removeItem: (key: string) => items.delete(key),
    clear: () => items.clear(),
  }
  const Pool = new CognitoUserPool({ UserPoolId: POOL, ClientId: CLIENT, Storage, endpoint: url })
  const user = () => {
    const created = new CognitoUser({ Username: username, Pool, Storage })
    created.setAuthenticationFlowType('CUSTOM_AUTH')
    return created
  }
  const callbacks = (resolve: (told: Told) => void, onFailure: (error: Error) => void) => ({
    onSuccess: resolve,
    onFailure,
    customChallenge: (custom: Record<string, string>) => resolve({ custom }),
    totpRequired: (asked: string) => resolve({ asked }),
    mfaSetup: (asked: string) => resolve({ asked }),
  })
  return {
    user,
    signIn: (of: CognitoUser, Password = password) =>
      new Promise<Told>((resolve, reject) =>
        of.authenticateUser(
          new AuthenticationDetails({ Username: username, Password }),
          callbacks(resolve, reject),
        ),
      ),
    begin: (of: CognitoUser) =>
      new Promise<Told>((resolve, reject) =>
        of.initiateAuth(new AuthenticationDetails({ Username: username }), callbacks(resolve, reject)),
      ),
    reply: (of: CognitoUser, answer: string) =>
      new Promise<Told>((resolve, reject) =>
        of.sendCustomChallengeAnswer(answer, callbacks(resolve, reject)),
      ),
    code: (of: CognitoUser, code: string) =>
      new Promise<Told>((resolve, reject) =>
        of.sendMFACode(code, callbacks(resolve, reject), 'SOFTWARE_TOKEN_MFA'),
      ),
  }
}

const session = { idToken: expect.anything() }

test('amazon-cognito-identity-js signs in with a password by SRP and a challenge, and without a password', async () => {
  const withPassword = await listening(await question())
  const client = legacy(withPassword.url)
  const ada = client.user()
  await expect(client.signIn(ada, 'Wrong-1')).rejects.toMatchObject({
    message: 'Incorrect username or password.',
  })
  expect(await client.signIn(ada)).toEqual({ custom: { trigger: 'true', USERNAME: 'ada' } })
  expect(await client.reply(ada, 'silver')).toMatchObject(session)
  const without = legacy((await listening(await counting())).url)
  const other = without.user()
  expect(await without.begin(other)).toMatchObject({ custom: { left: '5' } })
  expect(await without.reply(other, 'wrong')).toMatchObject({ custom: { left: '4' } })
  expect(await without.reply(other, '2718')).toMatchObject(session)
})

/** The password, and then nothing more. */
const passwordAlone: FunctionHandler = async (event) => {
  const last = event.request.session?.at(-1)
  if (last?.challengeName === 'SRP_A') event.response.challengeName = 'PASSWORD_VERIFIER'
  else event.response.issueTokens = true
  return event
}

test('amazon-cognito-identity-js proves its device after a challenge, and after a code', async () => {
  const { url, ...app } = await listening({ define: passwordAlone }, tracked)
  const client = legacy(url)
  const devices = async () => (await app.manage('AdminListDevices', { Username: 'ada' })).body.Devices
  expect(await client.signIn(client.user())).toMatchObject(session)
  expect(await devices()).toHaveLength(1)
  const secret = await turnOnTotp(app)
  vi.setSystemTime(Date.now() + 60_000)
  const ada = client.user()
  expect(await client.signIn(ada)).toEqual({ asked: 'SOFTWARE_TOKEN_MFA' })
  expect(await client.code(ada, totp(secret, Date.now()))).toMatchObject(session)
  expect(await devices()).toHaveLength(1)
})

/** The password, then a device that there is, and then nothing more. */
const deviceNamed =
  (hasDevice: () => boolean): FunctionHandler =>
  async (event) => {
    const named = (event.request.session ?? []).map(({ challengeName }) => challengeName)
    const steps = ['PASSWORD_VERIFIER', ...(hasDevice() ? ['DEVICE_SRP_AUTH'] : [])]
    const next = steps.find((step) => !named.includes(step))
    if (next) event.response.challengeName = next
    else event.response.issueTokens = true
    return event
  }

test('amazon-cognito-identity-js proves a device that a function names after a code', async () => {
  let hasDevice = false
  const { url, ...app } = await listening({ define: deviceNamed(() => hasDevice) }, tracked)
  const client = legacy(url)
  expect(await client.signIn(client.user())).toMatchObject(session)
  hasDevice = true
  const secret = await turnOnTotp(app)
  vi.setSystemTime(Date.now() + 60_000)
  const ada = client.user()
  expect(await client.signIn(ada)).toEqual({ asked: 'SOFTWARE_TOKEN_MFA' })
  // Its types have no session among what a code leads to.
  const signedIn = (await client.code(ada, totp(secret, Date.now()))) as CognitoUserSession
  expect(signedIn.getAccessToken().payload.device_key).toMatch(/^us-east-1_/)
})

/** Gives Ada an authenticator app, which the pool asks for from then on. */
async function turnOnTotp({
  manage,
  call,
  signIn: withPassword,
}: Omit<Awaited<ReturnType<typeof listening>>, 'url'>) {
  await manage('SetUserPoolMfaConfig', {
    MfaConfiguration: 'OPTIONAL',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  })
  const { AccessToken } = (await withPassword('ada')).body.AuthenticationResult
  const { SecretCode } = (await call('AssociateSoftwareToken', { AccessToken })).body as unknown as {
    SecretCode: string
  }
  await call('VerifySoftwareToken', { AccessToken, UserCode: totp(SecretCode, Date.now()) })
  await call('SetUserMFAPreference', { AccessToken, SoftwareTokenMfaSettings: { Enabled: true } })
  return SecretCode
}

test('the AWS SDK signs in as a user, and as an administrator', async () => {
  const { url } = await listening(await counting())
  const aws = new CognitoIdentityProvider({
    region: 'us-east-1',
    endpoint: url,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  const AuthParameters = { USERNAME: username }
  const asked = await aws.initiateAuth({ ClientId: CLIENT, AuthFlow: 'CUSTOM_AUTH', AuthParameters })
  const { AuthenticationResult } = await aws.respondToAuthChallenge({
    ClientId: CLIENT,
    ChallengeName: 'CUSTOM_CHALLENGE',
    Session: asked.Session,
    ChallengeResponses: { USERNAME: username, ANSWER: '2718' },
  })
  expect(AuthenticationResult?.AccessToken).toBeTypeOf('string')
  const server = { UserPoolId: POOL, ClientId: CLIENT }
  const again = await aws.adminInitiateAuth({ ...server, AuthFlow: 'CUSTOM_AUTH', AuthParameters })
  const answered = await aws.adminRespondToAuthChallenge({
    ...server,
    ChallengeName: 'CUSTOM_CHALLENGE',
    Session: again.Session,
    ChallengeResponses: { USERNAME: username, ANSWER: '2718' },
  })
  expect(answered.AuthenticationResult?.AccessToken).toBeTypeOf('string')
})
