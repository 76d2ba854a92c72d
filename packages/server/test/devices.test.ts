import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { choose, srpExchange, startChoice } from './choice.js'
import {
  confirm,
  deviceChallenge,
  deviceClaim,
  devicePool,
  newDevice,
  proveDevice,
  refresh,
  respond,
  signIn,
  signInBySrp,
} from './device-client.js'
import {
  respond as respondToPassword,
  srpBegin,
  srpChallenge,
  srpClaim,
  srpResponses,
  srpVerifier,
} from './srp-sign-in.js'
import { type Answer, PASSWORD, type Started, start } from './start.js'
import { totp } from './totp.js'

const ALWAYS = { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false }
const ON_PROMPT = { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true }

const NOT_THERE = { __type: 'ResourceNotFoundException', message: 'Device does not exist.' }
const INCORRECT = { __type: 'NotAuthorizedException', message: 'Incorrect username or password.' }
const INVALID_REFRESH = { __type: 'NotAuthorizedException', message: 'Invalid Refresh Token' }
const UNKNOWN_KEY = 'us-east-1_01234567-89ab-4cde-8f01-23456789abcd'

const tokensOf = ({ body }: Answer) => body.AuthenticationResult

/** Turns second factors on in the pool, and an authenticator app on for Ada. */
async function withTotp(app: Started, MfaConfiguration = 'OPTIONAL') {
  const { call, userPoolId: UserPoolId } = app
  await call('SetUserPoolMfaConfig', {
    UserPoolId,
    MfaConfiguration,
    SoftwareTokenMfaConfiguration: { Enabled: true },
  })
  const { AccessToken } = tokensOf(await signIn(app))
  const { body } = await call('AssociateSoftwareToken', { AccessToken })
  const secret = String(Reflect.get(body, 'SecretCode'))
  const code = () => totp(secret, app.server.clock.now())
  await call('VerifySoftwareToken', { AccessToken, UserCode: code() })
  await call('SetUserMFAPreference', { AccessToken, SoftwareTokenMfaSettings: { Enabled: true } })
  return {
    answer: (asked: Answer, DEVICE_KEY?: string) => {
      app.server.clock.advance(30)
      return respond(app, 'SOFTWARE_TOKEN_MFA', asked.body.Session, {
        SOFTWARE_TOKEN_MFA_CODE: code(),
        ...(DEVICE_KEY && { DEVICE_KEY }),
      })
    },
  }
}

test('a sign-in from a new device brings its keys, and one from a confirmed device is asked for its proof', async () => {
  const app = await start(devicePool(ALWAYS))
  const first = await signInBySrp(app)
  const { AccessToken, IdToken, NewDeviceMetadata } = tokensOf(first)
  expect(NewDeviceMetadata.DeviceKey).toMatch(/^us-east-1_[0-9a-f-]{36}$/)
  expect(NewDeviceMetadata.DeviceGroupKey).toMatch(/^-.{8}$/)
  expect(decodeJwt(AccessToken).device_key).toBe(NewDeviceMetadata.DeviceKey)
  expect(decodeJwt(IdToken)).not.toHaveProperty('device_key')
  const device = await confirm(app, first)
  expect(device.answer.body).toEqual({ UserConfirmationNecessary: false })

  for (const sign of [signIn, signInBySrp]) {
    const asked = await sign(app, device.key)
    expect(asked.body).toEqual({
      ChallengeName: 'DEVICE_SRP_AUTH',
      Session: expect.stringMatching(/^AYABe/),
      ChallengeParameters: {},
    })
    const { answer } = await deviceChallenge(app, asked, device)
    expect(answer.body).toEqual({
      ChallengeName: 'DEVICE_PASSWORD_VERIFIER',
      Session: expect.stringMatching(/^AYABe/),
      ChallengeParameters: {
        SALT: expect.stringMatching(/^[0-9a-f]+$/),
        SECRET_BLOCK: expect.any(String),
        SRP_B: expect.stringMatching(/^[0-9a-f]+$/),
        USERNAME: 'ada',
        DEVICE_KEY: device.key,
      },
    })
    expect(answer.body.Session.length).toBeLessThanOrEqual(2048)
    const done = await proveDevice(app, asked, device)
    expect(tokensOf(done)).toMatchObject({ TokenType: 'Bearer', RefreshToken: expect.any(String) })
    expect(tokensOf(done)).not.toHaveProperty('NewDeviceMetadata')
    expect(decodeJwt(tokensOf(done).AccessToken).device_key).toBe(device.key)
  }
})

test('a pool that does not track devices ignores device keys, and has no devices', async () => {
  const app = await start(devicePool(undefined))
  const signedIn = await signInBySrp(app, UNKNOWN_KEY)
  const { AccessToken, RefreshToken } = tokensOf(signedIn)
  expect(tokensOf(signedIn)).not.toHaveProperty('NewDeviceMetadata')
  expect(decodeJwt(AccessToken)).not.toHaveProperty('device_key')
  expect((await refresh(app, RefreshToken, UNKNOWN_KEY)).status).toBe(200)
  for (const [operation, input] of [
    ['ConfirmDevice', { AccessToken, DeviceKey: UNKNOWN_KEY }],
    ['GetDevice', { AccessToken, DeviceKey: UNKNOWN_KEY }],
    ['ListDevices', { AccessToken }],
    ['ForgetDevice', { AccessToken, DeviceKey: UNKNOWN_KEY }],
    ['UpdateDeviceStatus', { AccessToken, DeviceKey: UNKNOWN_KEY }],
    ['AdminGetDevice', { UserPoolId: app.userPoolId, Username: 'ada', DeviceKey: UNKNOWN_KEY }],
    ['AdminListDevices', { UserPoolId: app.userPoolId, Username: 'ada' }],
    ['AdminForgetDevice', { UserPoolId: app.userPoolId, Username: 'ada', DeviceKey: UNKNOWN_KEY }],
    ['AdminUpdateDeviceStatus', { UserPoolId: app.userPoolId, Username: 'ada', DeviceKey: UNKNOWN_KEY }],
  ] as const)
    expect((await app.call(operation, input)).body.__type, operation).toBe(
      'InvalidUserPoolConfigurationException',
    )
})

test('an administrator’s sign-in has no device', async () => {
  const app = await start(devicePool(ALWAYS))
  const { call, userPoolId: UserPoolId, userPoolClientId: ClientId } = app
  const device = await newDevice(app)
  const signedIn = await call('AdminInitiateAuth', {
    UserPoolId,
    ClientId,
    AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ada', PASSWORD: 'Correct-Horse-1', DEVICE_KEY: device.key },
  })
  expect(tokensOf(signedIn)).not.toHaveProperty('NewDeviceMetadata')
  expect((await refresh(app, tokensOf(signedIn).RefreshToken)).status).toBe(200)
})

test('a remembered device replaces the second factor, and other devices are proven after it', async () => {
  const app = await start(devicePool(ALWAYS))
  const mfa = await withTotp(app)
  const asked = await signIn(app)
  expect(asked.body.ChallengeName).toBe('SOFTWARE_TOKEN_MFA')
  const device = await confirm(app, await mfa.answer(asked))

  for (const sign of [signIn, signInBySrp]) {
    const first = await sign(app, device.key)
    expect(first.body.ChallengeName).toBe('DEVICE_SRP_AUTH')
    expect(tokensOf(await proveDevice(app, first, device)).AccessToken).toBeTypeOf('string')
  }

  const { AccessToken } = tokensOf(await mfa.answer(await signIn(app)))
  const status = (DeviceRememberedStatus: string) =>
    app.call('UpdateDeviceStatus', { AccessToken, DeviceKey: device.key, DeviceRememberedStatus })
  expect((await status('not_remembered')).body).toEqual({})
  const factor = await signIn(app, device.key)
  expect(factor.body.ChallengeName).toBe('SOFTWARE_TOKEN_MFA')
  const last = await mfa.answer(factor, device.key)
  expect(last.body.ChallengeName).toBe('DEVICE_SRP_AUTH')
  expect(tokensOf(await proveDevice(app, last, device))).not.toHaveProperty('NewDeviceMetadata')

  await status('remembered')
  expect((await signIn(app, device.key)).body.ChallengeName).toBe('DEVICE_SRP_AUTH')
})

test('where new devices are not challenged, a remembered one is proven after the second factor', async () => {
  const app = await start(devicePool({ ChallengeRequiredOnNewDevice: false }))
  const mfa = await withTotp(app)
  const device = await confirm(app, await mfa.answer(await signIn(app)))
  const factor = await signIn(app, device.key)
  expect(factor.body.ChallengeName).toBe('SOFTWARE_TOKEN_MFA')
  const last = await mfa.answer(factor, device.key)
  expect(last.body.ChallengeName).toBe('DEVICE_SRP_AUTH')
  expect(tokensOf(await proveDevice(app, last, device)).AccessToken).toBeTypeOf('string')
})

test('a device has to prove itself only when the request at hand names it', async () => {
  const app = await start(devicePool({ ChallengeRequiredOnNewDevice: false }))
  const mfa = await withTotp(app)
  const device = await confirm(app, await mfa.answer(await signIn(app)))
  const done = await mfa.answer(await signIn(app, device.key))
  expect(tokensOf(done).NewDeviceMetadata.DeviceKey).not.toBe(device.key)
  // An unknown key beside a code is ignored.
  expect(tokensOf(await mfa.answer(await signIn(app), UNKNOWN_KEY)).NewDeviceMetadata).toBeDefined()
})

test('the session of a code can be used once for the proof of the device that followed', async () => {
  const app = await start(devicePool({ ChallengeRequiredOnNewDevice: false }))
  const mfa = await withTotp(app)
  const device = await confirm(app, await mfa.answer(await signIn(app)))
  const factor = await signIn(app, device.key)
  const invalid = { __type: 'NotAuthorizedException', message: 'Invalid session for the user.' }
  // Not before the code, nor after a wrong one.
  expect((await proveDevice(app, factor, device)).body).toMatchObject(invalid)
  await respond(app, 'SOFTWARE_TOKEN_MFA', factor.body.Session, {
    SOFTWARE_TOKEN_MFA_CODE: 'wrong!',
    DEVICE_KEY: device.key,
  })
  expect((await proveDevice(app, factor, device)).body).toMatchObject(invalid)
  const asked = await mfa.answer(factor, device.key)
  const used = { message: 'Invalid session for the user, session can only be used once.' }
  // It is good for no other code.
  expect((await mfa.answer(factor, device.key)).body).toMatchObject(used)
  expect((await proveDevice(app, factor, { ...device, password: 'wrong' })).body).toMatchObject(INCORRECT)
  expect(tokensOf(await proveDevice(app, factor, device)).AccessToken).toBeTypeOf('string')
  expect((await proveDevice(app, factor, device)).body).toMatchObject(used)
  expect((await proveDevice(app, asked, device)).body).toMatchObject(used)

  // A code that led to tokens leads to no device.
  const other = await signIn(app)
  expect(tokensOf(await mfa.answer(other)).AccessToken).toBeTypeOf('string')
  expect((await proveDevice(app, other, device)).body).toMatchObject(invalid)
})

test('the session of a code as first factor cannot be used for a device', async () => {
  const app = await startChoice(['PASSWORD', 'EMAIL_OTP'], { pool: { DeviceConfiguration: ALWAYS } })
  const device = await newDevice(app)
  const code = await choose(app, 'EMAIL_OTP')
  const EMAIL_OTP_CODE = app.server.inbox.last('ada@example.com')?.code
  const answer = { EMAIL_OTP_CODE, DEVICE_KEY: device.key }
  const asked = await respond(app, 'EMAIL_OTP', code.body.Session, answer)
  expect(asked.body.ChallengeName).toBe('DEVICE_SRP_AUTH')
  expect((await proveDevice(app, code, device)).body).toMatchObject({
    message: 'Invalid session for the user.',
  })
  expect(tokensOf(await proveDevice(app, asked, device)).AccessToken).toBeTypeOf('string')
})

test('a device is asked for after a new password', async () => {
  const app = await start(devicePool(ALWAYS))
  const device = await newDevice(app)
  await app.call('AdminSetUserPassword', {
    UserPoolId: app.userPoolId,
    Username: 'ada',
    Password: 'Temporary-Horse-2',
    Permanent: false,
  })
  const asked = await signIn(app, device.key, 'ada', 'Temporary-Horse-2')
  expect(asked.body.ChallengeName).toBe('NEW_PASSWORD_REQUIRED')
  const next = await respond(app, 'NEW_PASSWORD_REQUIRED', asked.body.Session, {
    NEW_PASSWORD: 'Another-Horse-3',
    DEVICE_KEY: device.key,
  })
  expect(next.body.ChallengeName).toBe('DEVICE_SRP_AUTH')
  expect(tokensOf(await proveDevice(app, next, device)).AccessToken).toBeTypeOf('string')
})

test('a device that is remembered on request is not remembered before', async () => {
  const app = await start(devicePool(ON_PROMPT))
  const mfa = await withTotp(app)
  const signedIn = await mfa.answer(await signIn(app))
  const device = await confirm(app, signedIn)
  expect(device.answer.body).toEqual({ UserConfirmationNecessary: true })
  expect((await signIn(app, device.key)).body.ChallengeName).toBe('SOFTWARE_TOKEN_MFA')
  await app.call('UpdateDeviceStatus', {
    AccessToken: tokensOf(signedIn).AccessToken,
    DeviceKey: device.key,
    DeviceRememberedStatus: 'remembered',
  })
  expect((await signIn(app, device.key)).body.ChallengeName).toBe('DEVICE_SRP_AUTH')
})

test('an unknown device key is refused before anything is used up, for every name', async () => {
  const app = await start(devicePool(ALWAYS))
  const device = await newDevice(app)
  for (const [name, password] of [
    ['ada', 'Correct-Horse-1'],
    ['ada', 'Wrong-Horse-1'],
    ['grace', 'Correct-Horse-1'],
  ] as const) {
    expect((await signIn(app, UNKNOWN_KEY, name, password)).body).toMatchObject(NOT_THERE)
    const responses = await srpResponses(app, await srpChallenge(app, name), password)
    for (const DEVICE_KEY of name === 'ada' ? [UNKNOWN_KEY] : [UNKNOWN_KEY, device.key])
      expect((await respondToPassword(app, { ...responses, DEVICE_KEY })).body).toMatchObject(NOT_THERE)
    // As amazon-cognito-identity-js repeats it: the block is good still, and null is no key.
    const again = await app.call('RespondToAuthChallenge', {
      ClientId: app.userPoolClientId,
      ChallengeName: 'PASSWORD_VERIFIER',
      ChallengeResponses: { ...responses, DEVICE_KEY: null },
    })
    if (name === 'ada' && password === 'Correct-Horse-1')
      expect(tokensOf(again).NewDeviceMetadata).toBeDefined()
    else expect(again.body).toMatchObject(INCORRECT)
  }
  // Of all these, only two were guesses.
  for (let i = 0; i < 4; i++)
    expect((await signIn(app, UNKNOWN_KEY, 'ada', 'Wrong-Horse-1')).body).toMatchObject(NOT_THERE)
  expect((await signIn(app)).status).toBe(200)
})

test('the keys of unconfirmed devices and of devices of other users count as unknown', async () => {
  const app = await start(devicePool(ALWAYS))
  const { NewDeviceMetadata } = tokensOf(await signIn(app))
  expect((await signIn(app, NewDeviceMetadata.DeviceKey)).body).toMatchObject(NOT_THERE)
  const device = await newDevice(app)
  await app.call('AdminCreateUser', {
    UserPoolId: app.userPoolId,
    Username: 'grace',
    MessageAction: 'SUPPRESS',
  })
  await app.call('AdminSetUserPassword', {
    UserPoolId: app.userPoolId,
    Username: 'grace',
    Password: 'Correct-Horse-1',
    Permanent: true,
  })
  expect((await signIn(app, device.key, 'grace')).body).toMatchObject(NOT_THERE)
  expect((await signIn(app, device.key)).body.ChallengeName).toBe('DEVICE_SRP_AUTH')
})

test('SRP_A contains no device key, and an invalid one is refused elsewhere', async () => {
  const app = await start(devicePool(ALWAYS))
  const { call, userPoolClientId: ClientId } = app
  for (const DEVICE_KEY of [UNKNOWN_KEY, 'no key', null, 'x'.repeat(1000)]) {
    const asked = await call('InitiateAuth', {
      ClientId,
      AuthFlow: 'USER_SRP_AUTH',
      AuthParameters: { USERNAME: 'ada', SRP_A: 'abcdef', DEVICE_KEY },
    })
    expect(asked.body.ChallengeName).toBe('PASSWORD_VERIFIER')
  }
  for (const key of ['no key', 'x'.repeat(1000), '\0'])
    expect((await signIn(app, key)).body).toMatchObject({
      __type: 'InvalidParameterException',
      message: 'Invalid device key given.',
    })
  for (const key of [null, '']) expect(tokensOf(await signIn(app, key)).NewDeviceMetadata).toBeDefined()
})

test('a device is confirmed once, by the sign-in that created it, with a verifier that hides its password', async () => {
  const app = await start(devicePool(ALWAYS))
  const signedIn = await signIn(app)
  const { AccessToken, NewDeviceMetadata } = tokensOf(signedIn)
  const { DeviceKey, DeviceGroupKey } = NewDeviceMetadata
  const good = srpVerifier(DeviceGroupKey + DeviceKey, 'secret')
  const confirmAs = (input: object) => app.call('ConfirmDevice', { AccessToken, DeviceKey, ...input })
  const N = Buffer.concat([
    Buffer.of(0),
    (await import('node:crypto')).getDiffieHellman('modp15').getPrime(),
  ]).toString('base64')
  for (const DeviceSecretVerifierConfig of [
    undefined,
    {},
    { Salt: good.Salt },
    { PasswordVerifier: good.PasswordVerifier },
    { ...good, PasswordVerifier: 'AA==' },
    { ...good, PasswordVerifier: 'AQ==' },
    { ...good, PasswordVerifier: N },
    { ...good, PasswordVerifier: 'not base64!' },
    { ...good, PasswordVerifier: Buffer.alloc(386, 1).toString('base64') },
    { ...good, Salt: Buffer.alloc(65, 1).toString('base64') },
    // Of no byte.
    { ...good, Salt: 'A' },
  ])
    expect((await confirmAs({ DeviceSecretVerifierConfig })).body.__type).toBe('InvalidParameterException')
  const other = tokensOf(await signIn(app)).NewDeviceMetadata.DeviceKey
  for (const key of [UNKNOWN_KEY, other])
    expect((await confirmAs({ DeviceKey: key, DeviceSecretVerifierConfig: good })).body).toMatchObject({
      __type: 'InvalidParameterException',
      message: 'Invalid device key given.',
    })
  expect((await confirmAs({ DeviceSecretVerifierConfig: good })).body).toEqual({
    UserConfirmationNecessary: false,
  })
  expect((await confirmAs({ DeviceSecretVerifierConfig: good })).body.__type).toBe('DeviceKeyExistsException')
})

test.each([1, 64])('a device may have a salt of %i bytes', async (bytes) => {
  const app = await start(devicePool(ALWAYS))
  const { AccessToken, NewDeviceMetadata } = tokensOf(await signIn(app))
  const { DeviceKey, DeviceGroupKey } = NewDeviceMetadata
  const { PasswordVerifier } = srpVerifier(DeviceGroupKey + DeviceKey, 'secret')
  const Salt = Buffer.alloc(bytes, 1).toString('base64')
  const DeviceSecretVerifierConfig = { PasswordVerifier, Salt }
  expect(
    (await app.call('ConfirmDevice', { AccessToken, DeviceKey, DeviceSecretVerifierConfig })).body,
  ).toEqual({ UserConfirmationNecessary: false })
})

test('a refresh token is valid only on its device, from its confirmation until it is forgotten', async () => {
  const app = await start(devicePool(ALWAYS))
  const signedIn = await signIn(app)
  const { AccessToken, RefreshToken, NewDeviceMetadata } = tokensOf(signedIn)
  expect((await refresh(app, RefreshToken, NewDeviceMetadata.DeviceKey)).body).toMatchObject(INVALID_REFRESH)
  const device = await confirm(app, signedIn)
  const other = await newDevice(app)
  for (const key of [undefined, null, '', UNKNOWN_KEY, other.key])
    expect((await refresh(app, RefreshToken, key)).body).toMatchObject(INVALID_REFRESH)
  const refreshed = await refresh(app, RefreshToken, device.key)
  expect(decodeJwt(tokensOf(refreshed).AccessToken).device_key).toBe(device.key)

  const proven = tokensOf(await proveDevice(app, await signIn(app, device.key), device))
  expect((await refresh(app, proven.RefreshToken)).body).toMatchObject(INVALID_REFRESH)
  expect((await refresh(app, proven.RefreshToken, device.key)).status).toBe(200)

  const elsewhere = tokensOf(await proveDevice(app, await signIn(app, other.key), other))
  expect((await app.call('ForgetDevice', { AccessToken, DeviceKey: device.key })).body).toEqual({})
  expect((await refresh(app, elsewhere.RefreshToken, other.key)).status).toBe(200)
  for (const token of [RefreshToken, proven.RefreshToken])
    for (const key of [device.key, ''])
      expect((await refresh(app, token, key)).body).toMatchObject(INVALID_REFRESH)
  // Who has an access token of the device does not bring it back.
  const again = await app.call('ConfirmDevice', {
    AccessToken: proven.AccessToken,
    DeviceKey: device.key,
    DeviceSecretVerifierConfig: srpVerifier(device.groupKey + device.key, 'another'),
  })
  expect(again.body).toMatchObject({ __type: 'InvalidParameterException' })
  expect((await app.call('GetUser', { AccessToken })).status).toBe(200)
  expect((await signIn(app, device.key)).body).toMatchObject(NOT_THERE)
  expect((await signIn(app, other.key)).body.ChallengeName).toBe('DEVICE_SRP_AUTH')
})

test('the log of dev says why a refresh token is refused on a device', async () => {
  const reasons: unknown[] = []
  const app = await start({ ...devicePool(ALWAYS), log: ({ reason }) => reasons.push(reason) })
  const signedIn = await signIn(app)
  const { AccessToken, RefreshToken, NewDeviceMetadata } = tokensOf(signedIn)
  const why = async (key?: string) => {
    await refresh(app, RefreshToken, key)
    return reasons.at(-1)
  }
  expect(await why(NewDeviceMetadata.DeviceKey)).toBe('The device was not confirmed.')
  const { key } = await confirm(app, signedIn)
  expect(await why()).toBe('The device key is missing, or it is not that of the sign-in.')
  expect(await why(key)).toBeUndefined()
  await app.call('ForgetDevice', { AccessToken, DeviceKey: key })
  expect(await why(key)).toBe('The device of the sign-in was forgotten.')
})

test('a rotated refresh token belongs to its device too', async () => {
  const app = await start(
    devicePool(ALWAYS, {
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
    }),
  )
  const signedIn = await signIn(app)
  const { RefreshToken } = tokensOf(signedIn)
  const device = await confirm(app, signedIn)
  const rotate = (token: string, DeviceKey?: string) =>
    app.call('GetTokensFromRefreshToken', { ClientId: app.userPoolClientId, RefreshToken: token, DeviceKey })
  for (const key of [undefined, UNKNOWN_KEY])
    expect((await rotate(RefreshToken, key)).body).toMatchObject({
      __type: 'NotAuthorizedException',
      message: 'Invalid Refresh Token.',
    })
  const next = tokensOf(await rotate(RefreshToken, device.key))
  expect(tokensOf(await rotate(next.RefreshToken, device.key)).AccessToken).toBeTypeOf('string')
})

test('a secret block of a device allows one guess, and wrong guesses are counted apart from passwords', async () => {
  const app = await start(devicePool(ALWAYS))
  const device = await newDevice(app)
  const wrong = { ...device, password: 'wrong' }
  for (let i = 0; i < 5; i++) {
    const asked = await signIn(app, device.key)
    const challenge = await deviceChallenge(app, asked, wrong)
    const tell = (claim: object) =>
      respond(app, 'DEVICE_PASSWORD_VERIFIER', challenge.answer.body.Session, claim)
    expect((await tell(deviceClaim(app, challenge, wrong))).body).toMatchObject(INCORRECT)
    expect((await tell(deviceClaim(app, challenge, device))).body).toMatchObject(INCORRECT)
  }
  const locked = { __type: 'NotAuthorizedException', message: 'Password attempts exceeded' }
  const prove = async (as = device) => await proveDevice(app, await signIn(app, device.key), as)
  expect((await prove(wrong)).body).toMatchObject(locked)
  expect((await prove()).body).toMatchObject(locked)
  // Neither is the password locked with it, nor a session used up by what was wrong.
  expect(tokensOf(await signIn(app)).NewDeviceMetadata).toBeDefined()
  app.server.clock.advance(1)
  expect(tokensOf(await prove()).AccessToken).toBeTypeOf('string')
  expect((await prove(wrong)).body).toMatchObject(INCORRECT)
})

test('the timestamp of a proof has the form of the service and is at most five minutes off, for devices as for passwords', async () => {
  const app = await start(devicePool(ALWAYS))
  const device = await newDevice(app)
  const challenge = await deviceChallenge(app, await signIn(app, device.key), device)
  const claimAt = (milliseconds: number) =>
    srpClaim(challenge, [device.groupKey, device.key], device.password, app.server.clock.now() + milliseconds)
  const tell = (claim: object) =>
    respond(app, 'DEVICE_PASSWORD_VERIFIER', challenge.answer.body.Session, {
      DEVICE_KEY: device.key,
      ...claim,
    })
  expect((await tell({ ...claimAt(0), TIMESTAMP: '2026-09-05' })).body.message).toBe(
    'TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.',
  )
  for (const off of [-310_000, 310_000]) expect((await tell(claimAt(off))).body).toMatchObject(INCORRECT)
  // None of these was a guess.
  expect(tokensOf(await tell(claimAt(-200_000))).AccessToken).toBeTypeOf('string')
})

test('a choice of SRP reads the device key from the proof, and a choice of the password from the choice', async () => {
  const app = await startChoice(['PASSWORD'], { pool: { DeviceConfiguration: ALWAYS } })
  const { SRP_A } = srpExchange(app)
  const DEVICE_KEY = UNKNOWN_KEY
  expect((await choose(app, 'PASSWORD_SRP', { SRP_A, DEVICE_KEY })).body.ChallengeName).toBe(
    'PASSWORD_VERIFIER',
  )
  const answers: Record<string, string>[] = [{ DEVICE_KEY }, { DEVICE_KEY, PASSWORD }]
  for (const answer of answers) expect((await choose(app, 'PASSWORD', answer)).body).toEqual(NOT_THERE)
})

test('an A that is 0 modulo N is refused for a device as for a password', async () => {
  const app = await start(devicePool(ALWAYS))
  const device = await newDevice(app)
  const { getDiffieHellman } = await import('node:crypto')
  const N = BigInt(`0x${getDiffieHellman('modp15').getPrime('hex')}`)
  const asked = await signIn(app, device.key)
  for (const A of ['0', N.toString(16), (2n * N).toString(16), `00${N.toString(16)}`, 'no number'])
    expect(
      (await respond(app, 'DEVICE_SRP_AUTH', asked.body.Session, { DEVICE_KEY: device.key, SRP_A: A })).body,
    ).toMatchObject({ __type: 'InvalidParameterException' })
  expect(tokensOf(await proveDevice(app, asked, device)).AccessToken).toBeTypeOf('string')
})

test('sessions and secret blocks of another device, challenge or user are refused', async () => {
  const app = await start(devicePool(ALWAYS))
  const device = await newDevice(app)
  const other = await newDevice(app)
  const begun = async (known = device) => {
    const asked = await signIn(app, known.key)
    const challenge = await deviceChallenge(app, asked, known)
    return {
      asked,
      challenge,
      session: challenge.answer.body.Session,
      claim: deviceClaim(app, challenge, known),
    }
  }
  const verify = (session: unknown, claim: object) => respond(app, 'DEVICE_PASSWORD_VERIFIER', session, claim)
  const invalid = { __type: 'NotAuthorizedException', message: 'Invalid session for the user.' }

  // The session of one proof, and the block of another.
  const [one, two] = [await begun(), await begun(other)]
  expect((await verify(one.session, two.claim)).body).toMatchObject(INCORRECT)
  expect((await verify(one.asked.body.Session, one.claim)).body).toMatchObject(INCORRECT)
  expect((await verify(undefined, one.claim)).body).toMatchObject({
    __type: 'InvalidParameterException',
    message: 'Missing required parameter Session',
  })
  expect((await verify('A'.repeat(40), one.claim)).body).toMatchObject(INCORRECT)
  // The block of a password.
  const password = await srpResponses(app, await srpChallenge(app, 'ada'))
  expect((await verify(one.session, { ...password, DEVICE_KEY: device.key })).body).toMatchObject(INCORRECT)
  expect((await respondToPassword(app, { USERNAME: 'ada', ...one.claim })).body).toMatchObject(INCORRECT)
  // The session of a proof is answered as nothing else.
  expect(
    (await respond(app, 'DEVICE_SRP_AUTH', one.session, { DEVICE_KEY: device.key, SRP_A: 'ab' })).body,
  ).toMatchObject(invalid)
  // Another device's key.
  expect(
    (await respond(app, 'DEVICE_SRP_AUTH', one.asked.body.Session, { DEVICE_KEY: other.key, SRP_A: 'ab' }))
      .body,
  ).toMatchObject(invalid)
  expect((await verify(one.session, { ...one.claim, USERNAME: 'grace' })).body).toMatchObject(INCORRECT)
  expect(tokensOf(await verify(one.session, one.claim)).AccessToken).toBeTypeOf('string')
  expect((await verify(one.session, one.claim)).body).toMatchObject(INCORRECT)
  expect((await verify(two.session, { ...two.claim, DEVICE_KEY: device.key })).body).toMatchObject(INCORRECT)
  expect((await verify(two.session, two.claim)).body).toMatchObject(INCORRECT)

  const late = await begun()
  app.server.clock.advance(180)
  expect((await verify(late.session, late.claim)).body).toMatchObject(INCORRECT)
  expect((await deviceChallenge(app, late.asked, device)).answer.body).toMatchObject({
    message: 'Invalid session for the user, session is expired.',
  })
})

test('a device that is forgotten, or no longer remembered, during its proof does not replace the second factor', async () => {
  const app = await start(devicePool(ALWAYS))
  const mfa = await withTotp(app)
  const device = await confirm(app, await mfa.answer(await signIn(app)))
  const { userPoolId: UserPoolId } = app
  const admin = (operation: string, more: object = {}) =>
    app.call(operation, { UserPoolId, Username: 'ada', DeviceKey: device.key, ...more })
  const begun = async () => {
    const challenge = await deviceChallenge(app, await signIn(app, device.key), device)
    return () =>
      respond(
        app,
        'DEVICE_PASSWORD_VERIFIER',
        challenge.answer.body.Session,
        deviceClaim(app, challenge, device),
      )
  }
  const untrusted = await begun()
  await admin('AdminUpdateDeviceStatus', { DeviceRememberedStatus: 'not_remembered' })
  expect((await untrusted()).body).toMatchObject(INCORRECT)
  await admin('AdminUpdateDeviceStatus', { DeviceRememberedStatus: 'remembered' })
  expect(tokensOf(await (await begun())()).AccessToken).toBeTypeOf('string')

  const forgotten = await begun()
  const asked = await signIn(app, device.key)
  await admin('AdminForgetDevice')
  expect((await forgotten()).body).toMatchObject(NOT_THERE)
  expect((await deviceChallenge(app, asked, device)).answer.body).toMatchObject(NOT_THERE)
})

test('devices are shown, listed in pages and forgotten by their user', async () => {
  const app = await start(devicePool(ON_PROMPT))
  const signedIn = await signIn(app)
  const { AccessToken } = tokensOf(signedIn)
  const now = app.server.clock.now() / 1000
  const device = await confirm(app, signedIn, 'Firefox on Linux')
  const { body } = await app.call('GetDevice', { AccessToken, DeviceKey: device.key })
  expect(body.Device).toEqual({
    DeviceKey: device.key,
    DeviceAttributes: [
      { Name: 'device_status', Value: 'valid' },
      { Name: 'device_name', Value: 'Firefox on Linux' },
      { Name: 'dev:device_remembered_status', Value: 'not_remembered' },
    ],
    DeviceCreateDate: expect.closeTo(now, 0),
    DeviceLastModifiedDate: expect.closeTo(now, 0),
    DeviceLastAuthenticatedDate: expect.closeTo(now, 0),
  })
  app.server.clock.advance(60)
  await proveDevice(app, await signIn(app, device.key), device)
  const later = (await app.call('GetDevice', { AccessToken, DeviceKey: device.key })).body.Device
  expect(later.DeviceLastAuthenticatedDate).toBeCloseTo(now + 60, 0)
  expect(later.DeviceLastModifiedDate).toBe(body.Device.DeviceLastModifiedDate)

  const keys = [device.key]
  for (let i = 0; i < 4; i++) keys.push((await newDevice(app)).key)
  const found: string[] = []
  let PaginationToken: string | undefined
  const sizes: number[] = []
  do {
    const page = (await app.call('ListDevices', { AccessToken, Limit: 2, PaginationToken })).body
    sizes.push(page.Devices.length)
    found.push(...page.Devices.map(({ DeviceKey }) => DeviceKey))
    PaginationToken = page.PaginationToken
  } while (PaginationToken)
  expect(sizes).toEqual([2, 2, 1])
  expect(found).toEqual(keys.toSorted())
  expect((await app.call('ListDevices', { AccessToken, Limit: 0 })).body.Devices).toHaveLength(5)
  expect((await app.call('ListDevices', { AccessToken, Limit: 61 })).status).toBe(400)
  expect((await app.call('ListDevices', { AccessToken, PaginationToken: 'made-up' })).body.message).toBe(
    'Invalid pagination token given.',
  )
  for (const operation of ['GetDevice', 'ForgetDevice', 'UpdateDeviceStatus'])
    expect(
      (
        await app.call(operation, {
          AccessToken,
          DeviceKey: UNKNOWN_KEY,
          DeviceRememberedStatus: 'remembered',
        })
      ).body,
    ).toMatchObject(NOT_THERE)
  expect((await app.call('UpdateDeviceStatus', { AccessToken, DeviceKey: device.key })).body.message).toBe(
    'Missing required parameter DeviceRememberedStatus',
  )
  expect((await app.call('ForgetDevice', { AccessToken, DeviceKey: keys[1] })).body).toEqual({})
  expect((await app.call('ListDevices', { AccessToken })).body.Devices).toHaveLength(4)
})

test('the access token of another user cannot show or change a device', async () => {
  const app = await start(devicePool(ALWAYS))
  const device = await newDevice(app)
  await app.call('AdminCreateUser', {
    UserPoolId: app.userPoolId,
    Username: 'grace',
    MessageAction: 'SUPPRESS',
  })
  await app.call('AdminSetUserPassword', {
    UserPoolId: app.userPoolId,
    Username: 'grace',
    Password: 'Correct-Horse-1',
    Permanent: true,
  })
  const { AccessToken } = tokensOf(await signIn(app, undefined, 'grace'))
  for (const operation of ['GetDevice', 'ForgetDevice', 'UpdateDeviceStatus'])
    expect(
      (
        await app.call(operation, {
          AccessToken,
          DeviceKey: device.key,
          DeviceRememberedStatus: 'not_remembered',
        })
      ).body,
    ).toMatchObject(NOT_THERE)
  expect((await app.call('ListDevices', { AccessToken })).body.Devices).toEqual([])
  expect((await signIn(app, device.key)).body.ChallengeName).toBe('DEVICE_SRP_AUTH')
})

test('a device signs in under every name that its user has', async () => {
  const app = await start(devicePool(ALWAYS))
  const device = await newDevice(app)
  const { sub } = decodeJwt(tokensOf(await signIn(app)).AccessToken)
  const asked = await signIn(app, device.key, String(sub))
  expect(asked.body.ChallengeName).toBe('DEVICE_SRP_AUTH')
  expect(tokensOf(await proveDevice(app, asked, device)).AccessToken).toBeTypeOf('string')
})

test('functions learn whether a device is new, and one that is forgotten while they run does not sign in', async () => {
  const told: unknown[] = []
  let during = async () => {}
  const app = await start({
    ...devicePool(ALWAYS),
    functions: {
      after: async (event: { request: { newDeviceUsed?: boolean } }) => {
        told.push(event.request.newDeviceUsed)
        await during()
        return event
      },
    },
  })
  const { call, userPoolId: UserPoolId } = app
  const PostAuthentication = 'arn:aws:lambda:us-east-1:123456789012:function:after'
  const set = await call('UpdateUserPool', {
    UserPoolId,
    DeviceConfiguration: ALWAYS,
    LambdaConfig: { PostAuthentication },
  })
  expect(set.status).toBe(200)
  const device = await newDevice(app)
  expect(tokensOf(await proveDevice(app, await signIn(app, device.key), device)).AccessToken).toBeTypeOf(
    'string',
  )
  expect(told).toEqual([true, false])
  during = async () => {
    await call('AdminForgetDevice', { UserPoolId, Username: 'ada', DeviceKey: device.key })
  }
  expect((await proveDevice(app, await signIn(app, device.key), device)).body).toMatchObject(NOT_THERE)
})

test('a sign-in goes on without a device that is forgotten during its proof, once, and with the second factor', async () => {
  const app = await start(devicePool(ALWAYS))
  const { userPoolId: UserPoolId } = app
  const missing = { __type: 'InvalidParameterException', message: 'Missing required parameter DEVICE_KEY' }
  const forget = (DeviceKey: string) =>
    app.call('AdminForgetDevice', { UserPoolId, Username: 'ada', DeviceKey })
  const begun = async (device: Awaited<ReturnType<typeof newDevice>>) => {
    const asked = await signIn(app, device.key)
    const challenge = await deviceChallenge(app, asked, device)
    const { DEVICE_KEY: _, ...claim } = deviceClaim(app, challenge, device)
    const { SRP_A } = srpBegin()
    return {
      first: (named: { DEVICE_KEY?: string } = {}) =>
        respond(app, 'DEVICE_SRP_AUTH', asked.body.Session, { SRP_A, ...named }),
      second: (named: { DEVICE_KEY?: string } = {}) =>
        respond(app, 'DEVICE_PASSWORD_VERIFIER', challenge.answer.body.Session, { ...claim, ...named }),
    }
  }
  for (const half of ['first', 'second'] as const) {
    const device = await newDevice(app)
    const proof = await begun(device)
    expect((await proof[half]()).body).toMatchObject(missing)
    await forget(device.key)
    // A client that names it is told that it is gone.
    expect((await proof[half]({ DEVICE_KEY: device.key })).body).toMatchObject(NOT_THERE)
    const end = tokensOf(await proof[half]())
    expect(end.AccessToken).toBeTypeOf('string')
    expect(end.NewDeviceMetadata.DeviceKey).not.toBe(device.key)
    // The attempt is over, by whichever of its sessions.
    expect((await proof.first()).body.__type).toBe('NotAuthorizedException')
    expect((await proof.second()).body.__type).toBe('NotAuthorizedException')
  }

  const mfa = await withTotp(app)
  for (const half of ['first', 'second'] as const) {
    const device = await confirm(app, await mfa.answer(await signIn(app)))
    const proof = await begun(device)
    await forget(device.key)
    const asked = await proof[half]()
    expect(asked.body.ChallengeName).toBe('SOFTWARE_TOKEN_MFA')
    expect(tokensOf(await mfa.answer(asked)).AccessToken).toBeTypeOf('string')
  }
})
