import {
  AuthenticationDetails,
  CognitoUser,
  CognitoUserPool,
  type CognitoUserSession,
  type ICognitoStorage,
} from 'amazon-cognito-identity-js'
import { expect, onTestFinished, test, vi } from 'vitest'
import { devicePool } from './device-client.js'
import { PASSWORD, start } from './start.js'
import { totp } from './totp.js'

// amazon-cognito-identity-js and remembered devices, over loopback.

const Username = 'ada'

async function listening(DeviceConfiguration: object, MfaConfiguration = 'OFF') {
  onTestFinished(() => {
    vi.unstubAllGlobals()
  })
  const app = await start(devicePool(DeviceConfiguration))
  const { url, userPoolId: UserPoolId, userPoolClientId: ClientId } = await app.server.listen()
  if (MfaConfiguration !== 'OFF')
    await app.call('SetUserPoolMfaConfig', {
      UserPoolId,
      MfaConfiguration,
      SoftwareTokenMfaConfiguration: { Enabled: true },
    })
  const requests: string[] = []
  const call = globalThis.fetch
  vi.stubGlobal('fetch', (input: string, init: RequestInit & { headers: Record<string, string> }) => {
    requests.push(String(init.headers['X-Amz-Target']).replace(/.*\./, ''))
    return call(input, init)
  })
  /** A browser with a storage of its own. */
  const browser = () => {
    const items = new Map<string, string>()
    const Storage: ICognitoStorage = {
      getItem: (key) => items.get(key) ?? null,
      setItem: (key, value) => items.set(key, value),
      removeItem: (key) => items.delete(key),
      clear: () => items.clear(),
    }
    const Pool = new CognitoUserPool({ UserPoolId, ClientId, Storage, endpoint: url })
    return {
      items,
      user: (flow = 'USER_SRP_AUTH') => {
        const user = new CognitoUser({ Username, Pool, Storage })
        user.setAuthenticationFlowType(flow)
        return user
      },
      deviceKey: () => items.get(`CognitoIdentityServiceProvider.${ClientId}.${Username}.deviceKey`),
    }
  }
  return { app, browser, requests }
}

/** The confirmation that a device needs is told to a callback as a third argument. */
const signIn = (user: CognitoUser) =>
  new Promise<{ session?: CognitoUserSession; necessary?: boolean; asked?: string }>((resolve, onFailure) =>
    user.authenticateUser(new AuthenticationDetails({ Username, Password: PASSWORD }), {
      onSuccess: (session, necessary) => resolve({ session, necessary: necessary === true }),
      onFailure,
      totpRequired: (asked) => resolve({ asked }),
      mfaSetup: (asked) => resolve({ asked }),
    }),
  )

const told = <T>(call: (callbacks: { onSuccess(value: T): void; onFailure(error: Error): void }) => void) =>
  new Promise<T>((onSuccess, onFailure) => call({ onSuccess, onFailure }))

const refresh = (user: CognitoUser, { session }: Awaited<ReturnType<typeof signIn>>) =>
  new Promise<CognitoUserSession>((resolve, reject) => {
    if (!session) throw new Error('Not signed in.')
    user.refreshSession(session.getRefreshToken(), (error, refreshed) =>
      error ? reject(error) : resolve(refreshed),
    )
  })

test.each(['USER_SRP_AUTH', 'USER_PASSWORD_AUTH'])(
  'a browser is confirmed at its first sign-in with %s, and proves itself at the next',
  async (flow) => {
    const { browser } = await listening({ ChallengeRequiredOnNewDevice: true })
    const here = browser()
    const first = here.user(flow)
    const signedIn = await signIn(first)
    const key = here.deviceKey()
    expect(key).toMatch(/^us-east-1_/)
    expect((await refresh(first, signedIn)).isValid()).toBe(true)

    const second = here.user(flow)
    const again = await signIn(second)
    expect(again.session?.isValid()).toBe(true)
    expect(again.session?.getAccessToken().payload.device_key).toBe(key)
    expect(here.deviceKey()).toBe(key)
    expect((await refresh(second, again)).isValid()).toBe(true)
  },
)

test('a browser that is remembered on request is asked for no second factor from then on', async () => {
  const { app, browser } = await listening(
    { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true },
    'OPTIONAL',
  )
  const here = browser()
  const ada = here.user()
  expect(await signIn(ada)).toMatchObject({ necessary: true })
  const secret = await new Promise<string>((associateSecretCode, onFailure) =>
    ada.associateSoftwareToken({ associateSecretCode, onFailure }),
  )
  const code = () => totp(secret, app.server.clock.now())
  await told((callbacks) => ada.verifySoftwareToken(code(), 'Phone', callbacks))
  await new Promise((resolve, reject) =>
    ada.setUserMfaPreference(null, { Enabled: true, PreferredMfa: true }, (error, done) =>
      error ? reject(error) : resolve(done),
    ),
  )
  app.server.clock.advance(60)

  // Known but not remembered: the code, then the proof of the device, which the library goes through by itself.
  const second = here.user()
  expect(await signIn(second)).toEqual({ asked: 'SOFTWARE_TOKEN_MFA' })
  const session = await told<CognitoUserSession>((callbacks) =>
    second.sendMFACode(code(), callbacks, 'SOFTWARE_TOKEN_MFA'),
  )
  expect(session.getAccessToken().payload.device_key).toBe(here.deviceKey())

  expect(await told((callbacks) => second.setDeviceStatusRemembered(callbacks))).toBe('SUCCESS')
  expect((await signIn(here.user())).session?.isValid()).toBe(true)
  // In another browser as before.
  expect(await signIn(browser().user())).toEqual({ asked: 'SOFTWARE_TOKEN_MFA' })

  expect(await told((callbacks) => second.setDeviceStatusNotRemembered(callbacks))).toBe('SUCCESS')
  expect(await signIn(here.user())).toEqual({ asked: 'SOFTWARE_TOKEN_MFA' })
})

test('a browser whose device was forgotten elsewhere signs in without it, and is a new device then', async () => {
  const { app, browser, requests } = await listening({ ChallengeRequiredOnNewDevice: true })
  const here = browser()
  await signIn(here.user())
  const key = here.deviceKey()
  await app.call('AdminForgetDevice', { UserPoolId: app.userPoolId, Username, DeviceKey: key })
  requests.length = 0
  expect((await signIn(here.user())).session?.isValid()).toBe(true)
  // It repeats its answer with `DEVICE_KEY: null`.
  expect(requests).toEqual([
    'InitiateAuth',
    'RespondToAuthChallenge',
    'RespondToAuthChallenge',
    'ConfirmDevice',
  ])
  expect(here.deviceKey()).not.toBe(key)
  expect((await signIn(here.user())).session?.isValid()).toBe(true)
})

test('devices are shown, listed and forgotten', async () => {
  const { browser } = await listening({ ChallengeRequiredOnNewDevice: false })
  const here = browser()
  const ada = here.user()
  await signIn(ada)
  const other = browser()
  await signIn(other.user())
  // Its types have a string for what is an object.
  const shown: unknown = await told<string>((callbacks) => ada.getDevice(callbacks))
  expect(shown).toMatchObject({
    Device: {
      DeviceKey: here.deviceKey(),
      DeviceAttributes: expect.arrayContaining([{ Name: 'device_name', Value: 'nodejs' }]),
    },
  })
  const list = () =>
    told<{ Devices: { DeviceKey: string }[] }>((callbacks) => ada.listDevices(60, null, callbacks))
  expect((await list()).Devices.map(({ DeviceKey }) => DeviceKey)).toEqual(
    [here.deviceKey(), other.deviceKey()].toSorted(),
  )
  expect(await told((callbacks) => ada.forgetSpecificDevice(other.deviceKey() ?? '', callbacks))).toBe(
    'SUCCESS',
  )
  expect((await list()).Devices).toHaveLength(1)
  expect(await told((callbacks) => ada.forgetDevice(callbacks))).toBe('SUCCESS')
  expect((await list()).Devices).toEqual([])
  expect(here.deviceKey()).toBeUndefined()
})
