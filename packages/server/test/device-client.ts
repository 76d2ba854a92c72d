import {
  respond as respondToPassword,
  srpBegin,
  srpChallenge,
  srpClaim,
  srpResponses,
  srpVerifier,
} from './srp-sign-in.js'
import { type Answer, PASSWORD, type Started } from './start.js'

// The client's side of remembered devices, so that a test can hold it between the steps.

/** What a device keeps. */
export interface KnownDevice {
  readonly key: string
  readonly groupKey: string
  readonly password: string
}

/** A pool that tracks devices, whose only user is Ada. */
export const devicePool = (DeviceConfiguration: object | undefined, more: object = {}) => ({
  config: {
    userPools: [
      {
        PoolName: 'Devices',
        ...(DeviceConfiguration && { DeviceConfiguration }),
        clients: [
          {
            ClientName: 'Web',
            PreventUserExistenceErrors: 'ENABLED' as const,
            ExplicitAuthFlows: [
              'ALLOW_USER_SRP_AUTH' as const,
              'ALLOW_USER_PASSWORD_AUTH' as const,
              'ALLOW_ADMIN_USER_PASSWORD_AUTH' as const,
              'ALLOW_REFRESH_TOKEN_AUTH' as const,
            ],
            ...more,
          },
        ],
        users: [{ Username: 'ada', Password: PASSWORD }],
      },
    ],
  },
})

type App = Pick<Started, 'call' | 'userPoolClientId' | 'userPoolId' | 'server'>

/** Signs in with the password itself, from a device or without one. */
export const signIn = (
  { call, userPoolClientId: ClientId }: App,
  DEVICE_KEY?: string | null,
  USERNAME = 'ada',
  password = PASSWORD,
): Promise<Answer> =>
  call('InitiateAuth', {
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME, PASSWORD: password, ...(DEVICE_KEY !== undefined && { DEVICE_KEY }) },
  })

/** Signs in by SRP, the device key in the answer to PASSWORD_VERIFIER. */
export async function signInBySrp(
  app: App,
  DEVICE_KEY?: string | null,
  USERNAME = 'ada',
  password = PASSWORD,
): Promise<Answer> {
  const responses = await srpResponses(app, await srpChallenge(app, USERNAME), password)
  return await respondToPassword(app, withKey(responses, DEVICE_KEY))
}

/** JSON may say that there is no key, which the types of responses do not. */
const withKey = (responses: Record<string, string>, DEVICE_KEY: string | null | undefined) =>
  ({ ...responses, ...(DEVICE_KEY !== undefined && { DEVICE_KEY }) }) as Record<string, string>

export const respond = (
  { call, userPoolClientId: ClientId }: App,
  ChallengeName: string,
  Session: unknown,
  ChallengeResponses: object,
): Promise<Answer> =>
  call('RespondToAuthChallenge', {
    ClientId,
    ChallengeName,
    Session,
    ChallengeResponses: { USERNAME: 'ada', ...ChallengeResponses },
  })

/** Confirms the device that a sign-in brought. */
export async function confirm(
  { call }: App,
  { body }: Answer,
  DeviceName = 'Laptop',
): Promise<KnownDevice & { readonly answer: Answer }> {
  const { AccessToken, NewDeviceMetadata } = body.AuthenticationResult
  const { DeviceKey: key, DeviceGroupKey: groupKey } = NewDeviceMetadata
  const password = `the password of ${key}`
  const answer = await call('ConfirmDevice', {
    AccessToken,
    DeviceKey: key,
    DeviceName,
    DeviceSecretVerifierConfig: srpVerifier(groupKey + key, password),
  })
  return { key, groupKey, password, answer }
}

/** Signs in from a new device, which is confirmed. */
export const newDevice = async (app: App): Promise<KnownDevice> => await confirm(app, await signIn(app))

/** The first half of a device's proof. */
export async function deviceChallenge(app: App, { body }: Answer, { key }: KnownDevice) {
  const { a, A, SRP_A } = srpBegin()
  const answer = await respond(app, 'DEVICE_SRP_AUTH', body.Session, {
    DEVICE_KEY: key,
    SRP_A,
  })
  return { a, A, answer, parameters: answer.body.ChallengeParameters ?? {} }
}

/** The second half, right if the password is. */
export const deviceClaim = (
  app: App,
  challenge: Awaited<ReturnType<typeof deviceChallenge>>,
  { key, groupKey, password }: KnownDevice,
) => ({ DEVICE_KEY: key, ...srpClaim(challenge, [groupKey, key], password, app.server.clock.now()) })

/** Answers DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER. */
export async function proveDevice(app: App, asked: Answer, device: KnownDevice): Promise<Answer> {
  const challenge = await deviceChallenge(app, asked, device)
  if (challenge.answer.status !== 200) return challenge.answer
  return await respond(
    app,
    'DEVICE_PASSWORD_VERIFIER',
    challenge.answer.body.Session,
    deviceClaim(app, challenge, device),
  )
}

export const refresh = (
  { call, userPoolClientId: ClientId }: App,
  REFRESH_TOKEN: string,
  DEVICE_KEY?: string | null,
): Promise<Answer> =>
  call('InitiateAuth', {
    ClientId,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN, ...(DEVICE_KEY !== undefined && { DEVICE_KEY }) },
  })
