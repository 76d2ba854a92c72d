import {
  type AuthFlowType,
  confirmSignIn,
  createMemoryStorage,
  deleteUser,
  fetchAuthSession,
  fetchDevices,
  forgetDevice,
  getCurrentUser,
  rememberDevice,
  setUpTOTP,
  signIn,
  signOut,
  updateMFAPreference,
  verifyTOTPSetup,
} from '@amulet/auth'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { totp } from '../../server/test/totp.js'
import {
  administrator,
  answerLost,
  confirmedUser,
  type Fault,
  json,
  offline,
  PASSWORD,
  start,
} from './start.js'

const password = PASSWORD
const done = { isSignedIn: true, nextStep: { signInStep: 'DONE' } }
const FLOWS = ['USER_SRP_AUTH', 'USER_PASSWORD_AUTH'] as const satisfies AuthFlowType[]

/** A browser with a storage of its own, and a confirmed user in a pool that tracks devices. */
async function browser(DeviceConfiguration: object = { ChallengeRequiredOnNewDevice: true }) {
  const storage = createMemoryStorage()
  const started = await start({ storage })
  const { context, server, net, userPoolClientId } = started
  const username = await confirmedUser(started)
  const admin = await administrator(started)
  const { userPoolId: UserPoolId } = await server.ready
  await admin.updateUserPool({ UserPoolId, DeviceConfiguration })
  const key = (user: string, name: string) =>
    `CognitoIdentityServiceProvider.${userPoolClientId}.${user}.${name}`
  return {
    ...started,
    storage,
    username,
    admin: { ...{ UserPoolId, Username: username }, client: admin },
    item: (user: string, name: string) => storage.getItem(key(user, name)),
    setItem: (user: string, name: string, value: string) => storage.setItem(key(user, name), value),
    signIn: (authFlowType: AuthFlowType, name = username) =>
      signIn(context, { username: name, password, options: { authFlowType } }),
    /** The requests since it was asked last, and the device keys in them. */
    sent: () =>
      net.sent.splice(0).map(({ operation, body }) => {
        const { AuthParameters, ChallengeResponses, ChallengeName } = body as Record<
          string,
          Record<string, string>
        >
        return [ChallengeName ?? operation, (AuthParameters ?? ChallengeResponses)?.DEVICE_KEY !== undefined]
      }),
    deviceKey: async () => (await fetchAuthSession(context)).tokens?.accessToken.payload.device_key,
    page: () => started.anotherContext({ storage }),
  }
}

/** Turns an authenticator app on for the signed-in user. */
async function withApp({ context, server, admin }: Awaited<ReturnType<typeof browser>>) {
  await admin.client.setUserPoolMfaConfig({
    UserPoolId: admin.UserPoolId,
    MfaConfiguration: 'OPTIONAL',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  })
  const { sharedSecret } = await setUpTOTP(context)
  await verifyTOTPSetup(context, { code: totp(sharedSecret, server.clock.now()) })
  await updateMFAPreference(context, { totp: 'PREFERRED' })
  return () => {
    server.clock.advance(30)
    return totp(sharedSecret, server.clock.now())
  }
}

describe('a device', () => {
  test.each(FLOWS)(
    'is confirmed at its first sign-in with %s, and proves itself at the next',
    async (flow) => {
      const here = await browser()
      const { context } = here
      here.sent()
      expect(await here.signIn(flow)).toEqual(done)
      const { username: id } = await getCurrentUser(context)
      const key = await here.deviceKey()
      expect(here.sent().at(-1)).toEqual(['ConfirmDevice', false])
      expect(here.item(id, 'deviceKey')).toBe(key)
      expect(here.item(id, 'deviceGroupKey')).toMatch(/^-/)
      expect(here.item(id, 'randomPasswordKey')).toMatch(/^[A-Za-z0-9+/]{54}==$/)
      expect(
        (await fetchAuthSession(context, { forceRefresh: true })).tokens?.accessToken.payload.device_key,
      ).toBe(key)

      await signOut(context)
      here.sent()
      expect(await here.signIn(flow)).toEqual(done)
      expect(here.sent()).toEqual([
        ...(flow === 'USER_SRP_AUTH'
          ? [
              ['InitiateAuth', false],
              ['PASSWORD_VERIFIER', true],
            ]
          : [['InitiateAuth', true]]),
        ['DEVICE_SRP_AUTH', true],
        ['DEVICE_PASSWORD_VERIFIER', true],
      ])
      expect(await here.deviceKey()).toBe(key)
      expect(await fetchDevices(context)).toHaveLength(1)
      const refreshed = await fetchAuthSession(context, { forceRefresh: true })
      expect(refreshed.tokens?.accessToken.payload.device_key).toBe(key)
    },
  )

  test('is found under every name that its user signs in with', async () => {
    const here = await browser()
    const { context } = here
    await here.signIn('USER_PASSWORD_AUTH')
    const { username: id } = await getCurrentUser(context)
    const key = await here.deviceKey()
    expect(id).not.toBe(here.username)
    for (const flow of FLOWS)
      for (const name of [here.username, id]) {
        await signOut(context)
        expect(await here.signIn(flow, name)).toEqual(done)
        expect(await here.deviceKey(), `${flow} ${name}`).toBe(key)
      }
    expect(await fetchDevices(context)).toHaveLength(1)
  })

  test('that Amplify has stored under the name that was typed is known as well', async () => {
    const here = await browser()
    const { context } = here
    await here.signIn('USER_PASSWORD_AUTH')
    const { username: id } = await getCurrentUser(context)
    const key = await here.deviceKey()
    const names = ['deviceKey', 'deviceGroupKey', 'randomPasswordKey']
    const items = await Promise.all(names.map((name) => here.item(id, name)))
    await signOut(context)
    here.storage.clear()
    names.forEach((name, i) => {
      here.setItem(here.username, name, items[i] ?? '')
    })
    expect(await here.signIn('USER_PASSWORD_AUTH')).toEqual(done)
    expect(await here.deviceKey()).toBe(key)
    expect((await fetchAuthSession(context, { forceRefresh: true })).tokens).toBeDefined()
  })

  test('with a missing part counts as a new one', async () => {
    const here = await browser()
    await here.signIn('USER_SRP_AUTH')
    const { username: id } = await getCurrentUser(here.context)
    const key = await here.deviceKey()
    await signOut(here.context)
    here.setItem(id, 'randomPasswordKey', '')
    expect(await here.signIn('USER_SRP_AUTH')).toEqual(done)
    expect(await here.deviceKey()).not.toBe(key)
  })

  test.each(FLOWS)('that was forgotten elsewhere is a new one at the next sign-in with %s', async (flow) => {
    const here = await browser()
    await here.signIn(flow)
    const key = await here.deviceKey()
    await signOut(here.context)
    await here.admin.client.adminForgetDevice({
      UserPoolId: here.admin.UserPoolId,
      Username: here.admin.Username,
      DeviceKey: String(key),
    })
    here.sent()
    expect(await here.signIn(flow)).toEqual(done)
    const last = flow === 'USER_SRP_AUTH' ? 'PASSWORD_VERIFIER' : 'InitiateAuth'
    expect(here.sent().slice(-3)).toEqual([
      [last, true],
      [last, false],
      ['ConfirmDevice', false],
    ])
    expect(await here.deviceKey()).not.toBe(key)
    expect(await here.deviceKey()).toBeDefined()
  })

  test.each(['DEVICE_SRP_AUTH', 'DEVICE_PASSWORD_VERIFIER'])(
    'that is forgotten elsewhere before its answer to %s is a new one in the same sign-in',
    async (step) => {
      const here = await browser()
      await here.signIn('USER_SRP_AUTH')
      const key = String(await here.deviceKey())
      await signOut(here.context)
      const forgotten: Fault = async (forward) => {
        const { client, ...user } = here.admin
        await client.adminForgetDevice({ ...user, DeviceKey: key })
        return forward()
      }
      const arrives: Fault = (forward) => forward()
      here.net.faults.push(arrives, arrives, ...(step === 'DEVICE_SRP_AUTH' ? [] : [arrives]), forgotten)
      here.sent()
      expect(await here.signIn('USER_SRP_AUTH')).toEqual(done)
      expect(here.sent().slice(-3)).toEqual([
        [step, true],
        [step, false],
        ['ConfirmDevice', false],
      ])
      expect(await here.deviceKey()).not.toBe(key)
    },
  )

  test('whose proof is refused is forgotten, so that the next sign-in goes without it', async () => {
    const here = await browser()
    await here.signIn('USER_SRP_AUTH')
    const { username: id } = await getCurrentUser(here.context)
    const key = await here.deviceKey()
    await signOut(here.context)
    here.setItem(id, 'randomPasswordKey', 'damaged')
    await expect(here.signIn('USER_SRP_AUTH')).rejects.toMatchObject({ name: 'NotAuthorizedException' })
    expect(here.item(id, 'deviceKey')).toBeNull()
    expect(await here.signIn('USER_SRP_AUTH')).toEqual(done)
    expect(await here.deviceKey()).not.toBe(key)
  })

  test('is kept when the password is wrong, or a proof does not arrive', async () => {
    const here = await browser()
    const { context } = here
    await here.signIn('USER_SRP_AUTH')
    const key = await here.deviceKey()
    await signOut(context)
    for (const authFlowType of FLOWS) {
      const wrong = signIn(context, {
        username: here.username,
        password: 'Wrong-Horse-9',
        options: { authFlowType },
      })
      await expect(wrong).rejects.toMatchObject({ name: 'NotAuthorizedException' })
    }
    const arrives: Fault = (forward) => forward()
    const refused = json(400, { __type: 'NotAuthorizedException', message: 'Invalid session for the user.' })
    here.net.faults.push(arrives, arrives, arrives, refused)
    await expect(here.signIn('USER_SRP_AUTH')).rejects.toThrow('Invalid session for the user.')
    expect(await here.signIn('USER_SRP_AUTH')).toEqual(done)
    expect(await here.deviceKey()).toBe(key)
  })

  test('that is asked for and unknown causes an error of its own', async () => {
    const here = await browser()
    here.net.faults.push(json(200, { ChallengeName: 'DEVICE_SRP_AUTH', Session: 'session' }))
    await expect(here.signIn('USER_PASSWORD_AUTH')).rejects.toMatchObject({
      name: 'DeviceMetadataNotFoundException',
    })
  })

  test('whose confirmation is refused does not stop the sign-in', async () => {
    const here = await browser()
    const refused = json(400, { __type: 'InvalidParameterException' })
    here.net.faults.push(
      (forward) => forward(),
      (forward) => forward(),
      refused,
    )
    expect(await here.signIn('USER_SRP_AUTH')).toEqual(done)
    const { username: id } = await getCurrentUser(here.context)
    expect(here.item(id, 'deviceKey')).toBeNull()
    await expect(rememberDevice(here.context)).rejects.toMatchObject({
      name: 'DeviceMetadataNotFoundException',
    })
  })

  test.each([offline, answerLost])(
    'is confirmed although a request or its answer got lost',
    async (fault) => {
      const here = await browser()
      here.net.faults.push(
        (forward) => forward(),
        (forward) => forward(),
        fault,
      )
      expect(await here.signIn('USER_SRP_AUTH')).toEqual(done)
      const key = await here.deviceKey()
      expect((await fetchAuthSession(here.context, { forceRefresh: true })).tokens).toBeDefined()
      await signOut(here.context)
      expect(await here.signIn('USER_SRP_AUTH')).toEqual(done)
      expect(await here.deviceKey()).toBe(key)
    },
  )

  test('is not created in a pool that tracks no devices', async () => {
    const storage = createMemoryStorage()
    const started = await start({ storage })
    const username = await confirmedUser(started)
    await signIn(started.context, { username, password })
    for (const forget of [forgetDevice, rememberDevice])
      await expect(forget(started.context)).rejects.toMatchObject({
        name: 'DeviceMetadataNotFoundException',
        message:
          'Either deviceKey, deviceGroupKey or secretPassword were not found during the sign-in process.',
        recoverySuggestion: 'Make sure to not clear storage after calling the signIn API.',
      })
    await expect(fetchDevices(started.context)).rejects.toMatchObject({
      name: 'InvalidUserPoolConfigurationException',
    })
  })

  test('is named after what the browser says about itself', async () => {
    const here = await browser()
    onTestFinished(() => {
      vi.unstubAllGlobals()
    })
    vi.stubGlobal('navigator', {
      userAgent: 'Mozilla/5.0',
      userAgentData: {
        getHighEntropyValues: async () => ({
          platform: 'macOS',
          platformVersion: '14.2.1',
          architecture: 'arm',
          model: '',
          fullVersionList: [
            { brand: 'Google Chrome', version: '121.0' },
            { brand: 'Chromium', version: '121.0' },
          ],
        }),
      },
    })
    await here.signIn('USER_SRP_AUTH')
    expect((await fetchDevices(here.context))[0]?.name).toBe(
      'macOS 14.2.1 arm Google Chrome/121.0;Chromium/121.0',
    )
    await forgetDevice(here.context)
    await signOut(here.context)
    vi.stubGlobal('navigator', { userAgent: 'Mozilla/5.0' })
    await here.signIn('USER_SRP_AUTH')
    expect((await fetchDevices(here.context))[0]?.name).toBe('Mozilla/5.0')
  })
})

describe('a remembered device', () => {
  test.each(FLOWS)(
    'spares the second factor with %s, and one that is not remembered does not',
    async (flow) => {
      const here = await browser({
        ChallengeRequiredOnNewDevice: true,
        DeviceOnlyRememberedOnUserPrompt: true,
      })
      const { context } = here
      await here.signIn(flow)
      const key = await here.deviceKey()
      const code = await withApp(here)
      await signOut(context)
      expect((await here.signIn(flow)).nextStep.signInStep).toBe('CONFIRM_SIGN_IN_WITH_TOTP_CODE')
      // Also in a page that was loaded since.
      const page = here.page()
      here.sent()
      expect(await confirmSignIn(page, { challengeResponse: code() })).toEqual(done)
      expect(here.sent()).toEqual([
        ['SOFTWARE_TOKEN_MFA', true],
        ['DEVICE_SRP_AUTH', true],
        ['DEVICE_PASSWORD_VERIFIER', true],
      ])
      expect(await here.deviceKey()).toBe(key)
      await rememberDevice(page)
      expect((await fetchDevices(page))[0]?.attributes).toMatchObject({
        device_status: 'valid',
        'dev:device_remembered_status': 'remembered',
      })
      await signOut(page)
      expect(await here.signIn(flow)).toEqual(done)

      await forgetDevice(context)
      expect(await fetchDevices(context)).toEqual([])
      await signOut(context)
      expect((await here.signIn(flow)).nextStep.signInStep).toBe('CONFIRM_SIGN_IN_WITH_TOTP_CODE')
    },
  )

  test('proves itself after a new password, where the service asks for it then', async () => {
    const here = await browser()
    await here.signIn('USER_SRP_AUTH')
    const key = await here.deviceKey()
    await signOut(here.context)
    const { client, ...user } = here.admin
    await client.adminSetUserPassword({ ...user, Password: PASSWORD, Permanent: false })
    expect((await here.signIn('USER_SRP_AUTH')).nextStep.signInStep).toBe(
      'CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED',
    )
    expect(await confirmSignIn(here.context, { challengeResponse: 'Another-Horse-2' })).toEqual(done)
    expect(await here.deviceKey()).toBe(key)
  })
})

test('devices are listed with their dates, and another one is forgotten by its id', async () => {
  const here = await browser()
  const there = here.anotherContext()
  await here.signIn('USER_SRP_AUTH')
  await signIn(there, { username: here.username, password })
  const listed = await fetchDevices(here.context)
  expect(listed).toHaveLength(2)
  for (const { id, createDate, lastModifiedDate, lastAuthenticatedDate } of listed) {
    expect(id).toMatch(/^us-east-1_/)
    for (const date of [createDate, lastModifiedDate, lastAuthenticatedDate])
      expect(Math.abs(Number(date) - here.server.clock.now())).toBeLessThan(3_600_000)
  }
  const own = await here.deviceKey()
  const other = listed.find(({ id }) => id !== own)
  if (!other) throw new Error('There is no other device.')
  await forgetDevice(here.context, { device: other })
  expect((await fetchDevices(here.context)).map(({ id }) => id)).toEqual([own])
  // This one is known still, until it is forgotten by its own id.
  const { username: id } = await getCurrentUser(here.context)
  expect(here.item(id, 'deviceKey')).toBe(own)
  await forgetDevice(here.context, { device: { id: String(own) } })
  expect(here.item(id, 'deviceKey')).toBeNull()
})

test('a user who is deleted leaves no device behind', async () => {
  const here = await browser()
  await here.signIn('USER_PASSWORD_AUTH')
  const { username: id } = await getCurrentUser(here.context)
  expect(here.item(id, 'deviceKey')).not.toBeNull()
  await deleteUser(here.context)
  for (const name of ['deviceKey', 'deviceGroupKey', 'randomPasswordKey'])
    expect(here.item(id, name)).toBeNull()
})
