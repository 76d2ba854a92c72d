import { Amplify } from 'aws-amplify'
import {
  confirmSignIn,
  fetchAuthSession,
  fetchDevices,
  forgetDevice,
  rememberDevice,
  setUpTOTP,
  signIn,
  signOut,
  updateMFAPreference,
  verifyTOTPSetup,
} from 'aws-amplify/auth'
import { expect, test, vi } from 'vitest'
import { amplifyInBrowser } from './amplify-in-browser.js'
import { devicePool } from './device-client.js'
import { PASSWORD, type Started, start } from './start.js'
import { totp } from './totp.js'

// Stock aws-amplify and remembered devices, over loopback.

amplifyInBrowser()

const username = 'ada'
const password = PASSWORD
const DONE = { isSignedIn: true, nextStep: { signInStep: 'DONE' } }

async function listening(DeviceConfiguration: object, MfaConfiguration = 'OFF'): Promise<Started> {
  const app = await start(devicePool(DeviceConfiguration))
  const { url, userPoolId, userPoolClientId } = await app.server.listen()
  Amplify.configure({ Auth: { Cognito: { userPoolId, userPoolClientId, userPoolEndpoint: url } } })
  if (MfaConfiguration !== 'OFF')
    await app.call('SetUserPoolMfaConfig', {
      UserPoolId: userPoolId,
      MfaConfiguration,
      SoftwareTokenMfaConfiguration: { Enabled: true },
    })
  return app
}

async function enableTotp() {
  const { sharedSecret } = await setUpTOTP()
  await verifyTOTPSetup({ code: totp(sharedSecret, Date.now()) })
  await updateMFAPreference({ totp: 'PREFERRED' })
  vi.setSystemTime(Date.now() + 60_000)
  return () => totp(sharedSecret, Date.now())
}

const deviceKey = async () => (await fetchAuthSession()).tokens?.accessToken.payload.device_key

/** What a device was confirmed for: the flows that Amplify asks it for its proof in. */
const FLOWS = ['USER_SRP_AUTH', 'USER_PASSWORD_AUTH'] as const

test.each(FLOWS)(
  'a second sign-in with %s proves the device of the first, and is refreshed',
  async (authFlowType) => {
    await listening({ ChallengeRequiredOnNewDevice: true })
    const options = { authFlowType }
    expect(await signIn({ username, password, options })).toEqual(DONE)
    const key = await deviceKey()
    expect(await fetchDevices()).toEqual([
      {
        id: key,
        name: expect.any(String),
        attributes: {
          device_status: 'valid',
          device_name: expect.any(String),
          'dev:device_remembered_status': 'remembered',
          last_ip_used: '127.0.0.1',
        },
        createDate: expect.any(Date),
        lastModifiedDate: expect.any(Date),
        lastAuthenticatedDate: expect.any(Date),
      },
    ])
    await signOut()
    expect(await signIn({ username, password, options })).toEqual(DONE)
    expect(await deviceKey()).toBe(key)
    expect(await fetchDevices()).toHaveLength(1)
    const refreshed = await fetchAuthSession({ forceRefresh: true })
    expect(refreshed.tokens?.accessToken.payload.device_key).toBe(key)
  },
)

test.each(FLOWS)('a remembered device spares the second factor with %s', async (authFlowType) => {
  await listening({ ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true }, 'OPTIONAL')
  const options = { authFlowType }
  const enter = () => signIn({ username, password, options })
  expect(await enter()).toEqual(DONE)
  const code = await enableTotp()
  await signOut()
  // Amplify goes on to the proof of a device that is not remembered after the code.
  expect((await enter()).nextStep.signInStep).toBe('CONFIRM_SIGN_IN_WITH_TOTP_CODE')
  expect(await confirmSignIn({ challengeResponse: code() })).toEqual(DONE)
  expect(await fetchDevices()).toHaveLength(1)
  await rememberDevice()
  await signOut()
  expect(await enter()).toEqual(DONE)

  await forgetDevice()
  expect(await fetchDevices()).toEqual([])
  await signOut()
  vi.setSystemTime(Date.now() + 60_000)
  expect((await enter()).nextStep.signInStep).toBe('CONFIRM_SIGN_IN_WITH_TOTP_CODE')
  expect(await confirmSignIn({ challengeResponse: code() })).toEqual(DONE)
})

test.each(FLOWS)(
  'a device that was forgotten elsewhere is a new one at the next sign-in with %s',
  async (authFlowType) => {
    const app = await listening({ ChallengeRequiredOnNewDevice: true })
    const options = { authFlowType }
    await signIn({ username, password, options })
    const key = await deviceKey()
    await signOut()
    await app.call('AdminForgetDevice', {
      UserPoolId: app.userPoolId,
      Username: username,
      DeviceKey: key,
    })
    expect(await signIn({ username, password, options })).toEqual(DONE)
    expect(await deviceKey()).not.toBe(key)
    expect((await fetchDevices()).map(({ id }) => id)).toEqual([await deviceKey()])
    await expect(forgetDevice({ device: { id: String(key) } })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Device does not exist.',
    })
  },
)
