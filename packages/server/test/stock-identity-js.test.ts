import {
  AuthenticationDetails,
  CognitoRefreshToken,
  CognitoUser,
  CognitoUserAttribute,
  CognitoUserPool,
  type CognitoUserSession,
  type ICognitoStorage,
} from 'amazon-cognito-identity-js'
import { expect, test } from 'vitest'
import { PASSWORD, type Started, start } from './start.js'
import { totp } from './totp.js'

// amazon-cognito-identity-js, which applications from before Amplify use, against the server over loopback.

const Username = 'ada@example.com'

function memory(): ICognitoStorage {
  const items = new Map<string, string>()
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => items.set(key, value),
    removeItem: (key) => items.delete(key),
    clear: () => items.clear(),
  }
}

async function listening(options: Parameters<typeof start>[0] = {}) {
  const app = await start(options)
  const { url, userPoolId: UserPoolId, userPoolClientId: ClientId } = await app.server.listen()
  const Storage = memory()
  const Pool = new CognitoUserPool({ UserPoolId, ClientId, Storage, endpoint: url })
  return { app, Pool, user: (name = Username) => new CognitoUser({ Username: name, Pool, Storage }) }
}

/** Its calls take a callback with an error and a result. */
const promise = <T>(call: (callback: (error?: Error | null, result?: T) => void) => void) =>
  new Promise<T | undefined>((resolve, reject) =>
    call((error, result) => (error ? reject(error) : resolve(result))),
  )

const signUp = (pool: CognitoUserPool, attributes: CognitoUserAttribute[] = []) =>
  promise<{ userSub: string }>((done) => pool.signUp(Username, PASSWORD, attributes, [], done))

const confirm = (user: CognitoUser, code: string | undefined) =>
  promise((done) => user.confirmRegistration(code ?? '', false, done))

const signIn = (user: CognitoUser, Password = PASSWORD) =>
  new Promise<CognitoUserSession>((onSuccess, onFailure) =>
    user.authenticateUser(new AuthenticationDetails({ Username, Password }), { onSuccess, onFailure }),
  )

async function signedUp({
  app,
  Pool,
  user,
}: {
  app: Started
  Pool: CognitoUserPool
  user: () => CognitoUser
}) {
  const created = await signUp(Pool)
  await confirm(user(), app.server.inbox.last(Username)?.code)
  return created?.userSub
}

test('signs up, confirms, signs in with SRP, reads attributes, refreshes and signs out', async () => {
  const client = await listening()
  const { app, Pool, user } = client
  const created = await signUp(Pool, [new CognitoUserAttribute({ Name: 'name', Value: 'Ada' })])
  await confirm(user(), app.server.inbox.last(Username)?.code)

  const ada = user()
  const session = await signIn(ada)
  expect(session.isValid()).toBe(true)
  expect(session.getIdToken().payload).toMatchObject({ sub: created?.userSub, email: Username, name: 'Ada' })

  const again = Pool.getCurrentUser()
  expect(again?.getUsername()).toBe(created?.userSub)
  const restored = await promise<CognitoUserSession>((done) => again?.getSession(done))
  expect(restored?.getAccessToken().getJwtToken()).toBe(session.getAccessToken().getJwtToken())

  const attributes = await promise<CognitoUserAttribute[]>((done) => ada.getUserAttributes(done))
  expect(attributes?.map((attribute) => [attribute.getName(), attribute.getValue()])).toEqual([
    ['sub', created?.userSub],
    ['name', 'Ada'],
    ['email', Username],
    ['email_verified', 'true'],
  ])

  const refreshed = await promise<CognitoUserSession>((done) =>
    ada.refreshSession(session.getRefreshToken(), done),
  )
  expect(refreshed?.getAccessToken().getJwtToken()).not.toBe(session.getAccessToken().getJwtToken())

  const AccessToken = refreshed?.getAccessToken().getJwtToken()
  await new Promise<void>((resolve) => ada.signOut(resolve))
  expect(Pool.getCurrentUser()).toBeNull()
  // Signing out revokes the refresh token, and with it the access tokens that came of it.
  expect((await app.call('GetUser', { AccessToken })).body.message).toBe('Access Token has been revoked')
})

test('signs in with the password itself', async () => {
  const client = await listening()
  await signedUp(client)
  const user = client.user()
  user.setAuthenticationFlowType('USER_PASSWORD_AUTH')
  expect((await signIn(user)).isValid()).toBe(true)
})

test('a global sign-out revokes what was issued before', async () => {
  const client = await listening()
  await signedUp(client)
  const elsewhere = await signIn(client.user())
  const here = client.user()
  await signIn(here)
  await new Promise<string>((onSuccess, onFailure) => here.globalSignOut({ onSuccess, onFailure }))
  const stale = client.user()
  await expect(
    promise((done) => stale.refreshSession(elsewhere.getRefreshToken(), done)),
  ).rejects.toMatchObject({ code: 'NotAuthorizedException', message: 'Refresh Token has been revoked' })
})

test('a wrong password, an unknown user, an unconfirmed one and a wrong code are refused by name', async () => {
  const { app, Pool, user } = await listening()
  await signUp(Pool)
  await expect(signIn(user())).rejects.toMatchObject({
    code: 'UserNotConfirmedException',
    message: 'User is not confirmed.',
  })
  const code = app.server.inbox.last(Username)?.code
  await expect(confirm(user(), code === '123456' ? '654321' : '123456')).rejects.toMatchObject({
    code: 'CodeMismatchException',
  })
  app.server.clock.advance(86_400)
  await expect(confirm(user(), code)).rejects.toMatchObject({ code: 'ExpiredCodeException' })
  await promise((done) => user().resendConfirmationCode(done))
  await confirm(user(), app.server.inbox.last(Username)?.code)
  await expect(signUp(Pool)).rejects.toMatchObject({ code: 'UsernameExistsException' })
  const refused = { code: 'NotAuthorizedException', message: 'Incorrect username or password.' }
  await expect(signIn(user(), 'Wrong-Horse-1')).rejects.toMatchObject(refused)
  await expect(signIn(user('nobody@example.com'))).rejects.toMatchObject(refused)
})

test('a forged refresh token is refused', async () => {
  const { user } = await listening()
  await expect(
    promise((done) => user().refreshSession(new CognitoRefreshToken({ RefreshToken: 'made-up' }), done)),
  ).rejects.toMatchObject({ code: 'NotAuthorizedException', message: 'Invalid Refresh Token' })
})

test('a forgotten password is reset with a code, and a known one changed', async () => {
  const client = await listening()
  await signedUp(client)
  const ada = client.user()
  const inputVerificationCode = await new Promise((resolve, onFailure) =>
    ada.forgotPassword({ inputVerificationCode: resolve, onSuccess: resolve, onFailure }),
  )
  expect(inputVerificationCode).toMatchObject({ CodeDeliveryDetails: { Destination: 'a***@e***' } })
  const code = client.app.server.inbox.last(Username)?.code ?? ''
  await new Promise<string>((onSuccess, onFailure) =>
    ada.confirmPassword(code, 'Another-Horse-2', { onSuccess, onFailure }),
  )
  await signIn(ada, 'Another-Horse-2')
  await promise((done) => ada.changePassword('Another-Horse-2', 'Third-Horse-3', done))
  expect((await signIn(client.user(), 'Third-Horse-3')).isValid()).toBe(true)
})

test('a temporary password is replaced at the first sign-in', async () => {
  const { user } = await listening({
    config: {
      userPools: [
        {
          PoolName: 'Declared',
          UsernameAttributes: ['email'],
          clients: [{ ClientName: 'Web' }],
          users: [{ Username, Password: PASSWORD, Temporary: true }],
        },
      ],
    },
  })
  const ada = user()
  const asked = await new Promise<Record<string, string>>((resolve, reject) =>
    ada.authenticateUser(new AuthenticationDetails({ Username, Password: PASSWORD }), {
      onSuccess: () => reject(new Error('signed in with a temporary password')),
      onFailure: reject,
      newPasswordRequired: resolve,
    }),
  )
  expect(asked).toEqual({ email: Username })
  const session = await new Promise<CognitoUserSession>((onSuccess, onFailure) =>
    ada.completeNewPasswordChallenge('Another-Horse-2', {}, { onSuccess, onFailure }),
  )
  expect(session.isValid()).toBe(true)
})

test('sets an authenticator app up in the sign-in, and proves it in the next one', async () => {
  const client = await listening()
  const { app, user } = client
  await signedUp(client)
  await app.call('SetUserPoolMfaConfig', {
    UserPoolId: app.userPoolId,
    MfaConfiguration: 'ON',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  })
  const details = new AuthenticationDetails({ Username, Password: PASSWORD })
  const ada = user()
  const secret = await new Promise<string>((resolve, reject) =>
    ada.authenticateUser(details, {
      onSuccess: () => reject(new Error('signed in without a factor')),
      onFailure: reject,
      mfaSetup: () => ada.associateSoftwareToken({ associateSecretCode: resolve, onFailure: reject }),
    }),
  )
  const session = await new Promise<CognitoUserSession>((onSuccess, onFailure) =>
    ada.verifySoftwareToken(totp(secret, app.server.clock.now()), 'Phone', { onSuccess, onFailure }),
  )
  expect(session.isValid()).toBe(true)
  app.server.clock.advance(30)

  const again = user()
  const next = await new Promise<CognitoUserSession>((onSuccess, onFailure) =>
    again.authenticateUser(details, {
      onSuccess: () => onFailure(new Error('signed in without a factor')),
      onFailure,
      totpRequired: () =>
        again.sendMFACode(
          totp(secret, app.server.clock.now()),
          { onSuccess, onFailure },
          'SOFTWARE_TOKEN_MFA',
        ),
    }),
  )
  expect(next.isValid()).toBe(true)
})

const FACTORS = {
  SmsMfaConfiguration: { SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' } },
  SoftwareTokenMfaConfiguration: { Enabled: true },
}
const NUMBER = '+15555550100'

/** The same as `listening`, with a user who has a phone number, in a pool that has two factors. */
async function withFactors(MfaConfiguration: 'ON' | 'OPTIONAL', account: { Temporary?: boolean } = {}) {
  const client = await listening({
    config: {
      userPools: [
        {
          PoolName: 'Factors',
          clients: [
            {
              ClientName: 'Web',
              ExplicitAuthFlows: [
                'ALLOW_USER_SRP_AUTH',
                'ALLOW_USER_PASSWORD_AUTH',
                'ALLOW_REFRESH_TOKEN_AUTH',
              ],
            },
          ],
          users: [
            {
              Username: 'ada',
              Password: PASSWORD,
              UserAttributes: [{ Name: 'phone_number', Value: NUMBER }],
              ...account,
            },
          ],
        },
      ],
    },
  })
  const UserPoolId = client.app.userPoolId
  const set = await client.app.call('SetUserPoolMfaConfig', { UserPoolId, MfaConfiguration, ...FACTORS })
  expect(set.status).toBe(200)
  return client
}

type Event = 'success' | 'newPassword' | 'mfa' | 'totp' | 'select' | 'setup'

/** Callbacks for everything that a sign-in leads to: the promise says which was called, and with what. */
const next = (call: (callbacks: Parameters<CognitoUser['authenticateUser']>[1]) => void) =>
  new Promise<[Event, ...unknown[]]>((resolve, onFailure) =>
    call({
      onSuccess: (session) => resolve(['success', session]),
      onFailure,
      newPasswordRequired: (...shown) => resolve(['newPassword', ...shown]),
      mfaRequired: (...shown) => resolve(['mfa', ...shown]),
      totpRequired: (...shown) => resolve(['totp', ...shown]),
      selectMFAType: (...shown) => resolve(['select', ...shown]),
      mfaSetup: (...shown) => resolve(['setup', ...shown]),
    }),
  )

const begin = (user: CognitoUser) => {
  const details = new AuthenticationDetails({ Username: 'ada', Password: PASSWORD })
  return next((callbacks) => user.authenticateUser(details, callbacks))
}

const sendCode = (user: CognitoUser, code: string, type?: string) =>
  next((callbacks) => user.sendMFACode(code, callbacks, type))

const choose = (user: CognitoUser, type: string) =>
  next((callbacks) =>
    user.sendMFASelectionAnswer(type, { mfaRequired: () => {}, totpRequired: () => {}, ...callbacks }),
  )

const userData = (user: CognitoUser) =>
  promise<{ UserMFASettingList?: string[]; PreferredMfaSetting?: string; MFAOptions?: object[] }>((done) =>
    // What it has kept is from before.
    user.getUserData((error, data) => done(error, data), { bypassCache: true }),
  )

const prefer = (
  user: CognitoUser,
  ...[sms, totp]: [
    Parameters<CognitoUser['setUserMfaPreference']>[0],
    Parameters<CognitoUser['setUserMfaPreference']>[1],
  ]
) => promise((done) => user.setUserMfaPreference(sms, totp, done))

const associate = (user: CognitoUser) =>
  new Promise<string>((associateSecretCode, onFailure) =>
    user.associateSoftwareToken({ associateSecretCode, onFailure }),
  )

const verify = (user: CognitoUser, code: string) =>
  new Promise((onSuccess, onFailure) => user.verifySoftwareToken(code, 'Phone', { onSuccess, onFailure }))

test.each(['USER_SRP_AUTH', 'USER_PASSWORD_AUTH'])(
  'preferences for two factors are set and read, and one of the two chosen with %s',
  async (flow) => {
    const { app, user } = await withFactors('OPTIONAL')
    const begun = () => {
      const ada = user('ada')
      ada.setAuthenticationFlowType(flow)
      return ada
    }
    const ada = begun()
    expect((await begin(ada))[0]).toBe('success')
    const secret = await associate(ada)
    const code = () => totp(secret, app.server.clock.now())
    await expect(verify(ada, '000000')).rejects.toMatchObject({ code: 'EnableSoftwareTokenMFAException' })
    await verify(ada, code())
    const on = { Enabled: true, PreferredMfa: false }
    expect(await prefer(ada, on, on)).toBe('SUCCESS')
    expect(await userData(ada)).toMatchObject({ UserMFASettingList: ['SMS_MFA', 'SOFTWARE_TOKEN_MFA'] })
    app.server.clock.advance(60)

    const bySms = begun()
    const [event, name, shown] = await begin(bySms)
    expect([event, name]).toEqual(['select', 'SELECT_MFA_TYPE'])
    expect(shown).toMatchObject({ MFAS_CAN_CHOOSE: '["SMS_MFA","SOFTWARE_TOKEN_MFA"]' })
    expect(await choose(bySms, 'SMS_MFA')).toMatchObject([
      'mfa',
      'SMS_MFA',
      { CODE_DELIVERY_DELIVERY_MEDIUM: 'SMS', CODE_DELIVERY_DESTINATION: '+*******0100' },
    ])
    const sent = app.server.inbox.last(NUMBER)?.code ?? ''
    await expect(sendCode(bySms, sent === '111111' ? '222222' : '111111')).rejects.toMatchObject({
      code: 'CodeMismatchException',
    })
    expect((await sendCode(bySms, sent))[0]).toBe('success')

    const byApp = begun()
    await begin(byApp)
    expect(await choose(byApp, 'SOFTWARE_TOKEN_MFA')).toMatchObject([
      'totp',
      'SOFTWARE_TOKEN_MFA',
      { FRIENDLY_DEVICE_NAME: 'Phone' },
    ])
    expect((await sendCode(byApp, code(), 'SOFTWARE_TOKEN_MFA'))[0]).toBe('success')

    await prefer(byApp, null, { Enabled: true, PreferredMfa: true })
    expect(await userData(byApp)).toMatchObject({ PreferredMfaSetting: 'SOFTWARE_TOKEN_MFA' })
    expect((await begin(begun()))[0]).toBe('totp')
    await prefer(byApp, { Enabled: true, PreferredMfa: true }, null)
    expect((await begin(begun()))[0]).toBe('mfa')
  },
)

test('the older calls turn codes by SMS on and off, and read what is on', async () => {
  const { app, user } = await withFactors('OPTIONAL')
  const ada = user('ada')
  await begin(ada)
  const options = () => promise((done) => ada.getMFAOptions(done))
  expect(await options()).toBeUndefined()
  expect(await promise((done) => ada.enableMFA(done))).toBe('SUCCESS')
  const bySms = [{ DeliveryMedium: 'SMS', AttributeName: 'phone_number' }]
  expect(await options()).toEqual(bySms)
  expect(await userData(ada)).toMatchObject({ MFAOptions: bySms, UserMFASettingList: ['SMS_MFA'] })
  const { body } = await app.call('ListUsers', { UserPoolId: app.userPoolId })
  expect(body.Users[0]?.MFAOptions).toEqual(bySms)
  const again = user('ada')
  expect((await begin(again))[0]).toBe('mfa')
  expect((await sendCode(again, app.server.inbox.last(NUMBER)?.code ?? ''))[0]).toBe('success')
  await promise((done) => again.disableMFA(done))
  expect(await promise((done) => again.getMFAOptions(done))).toBeUndefined()
  expect((await begin(user('ada')))[0]).toBe('success')
})

test('a new password is followed by the second factor', async () => {
  const { app, user } = await withFactors('ON', { Temporary: true })
  const ada = user('ada')
  expect(await begin(ada)).toEqual(['newPassword', { phone_number: NUMBER }, []])
  const [event] = await next((callbacks) =>
    ada.completeNewPasswordChallenge('Another-Horse-2', {}, callbacks),
  )
  expect(event).toBe('mfa')
  expect((await sendCode(ada, app.server.inbox.last(NUMBER)?.code ?? ''))[0]).toBe('success')
  const attributes = await promise<CognitoUserAttribute[]>((done) => ada.getUserAttributes(done))
  expect(attributes?.find((attribute) => attribute.getName() === 'phone_number_verified')?.getValue()).toBe(
    'true',
  )
})
