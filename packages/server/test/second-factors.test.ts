import type { ServerOptions, UserPoolConfig } from '@amulet/server'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../src/db/database.js'
import { sharedDatabase } from './fresh-database.js'
import { holdStatement } from './hold-statement.js'
import { respond as respondSrp, srpChallenge, srpResponses } from './srp-sign-in.js'
import { type Answer, PASSWORD, type Started, start } from './start.js'
import { stillClock } from './still-clock.js'
import { totp } from './totp.js'

const SMS = { SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' } }
const TOTP = { SoftwareTokenMfaConfiguration: { Enabled: true } }
const EMAIL = { EmailMfaConfiguration: { Message: 'Your code: {####}', Subject: 'Code' } }
const ALL = { SmsMfaConfiguration: SMS, ...TOTP, ...EMAIL }

const ADDRESS = { Name: 'email', Value: 'ada@example.com' }
const NUMBER = { Name: 'phone_number', Value: '+15555550100' }

interface App extends Started {
  readonly UserPoolId: string
}

/** A pool whose only user is Ada, confirmed and without factors. */
async function startPool(
  mfa: object,
  UserAttributes: { Name: string; Value: string }[] = [],
  options: ServerOptions = {},
  pool: Omit<UserPoolConfig, 'PoolName'> = {},
): Promise<App> {
  const app = await start({
    clock: stillClock(),
    ...options,
    config: {
      userPools: [
        {
          PoolName: 'Factors',
          clients: [
            {
              ClientName: 'Web',
              ExplicitAuthFlows: [
                'ALLOW_USER_PASSWORD_AUTH',
                'ALLOW_USER_SRP_AUTH',
                'ALLOW_ADMIN_USER_PASSWORD_AUTH',
              ],
              PreventUserExistenceErrors: 'ENABLED',
            },
          ],
          users: [{ Username: 'ada', Password: PASSWORD, UserAttributes }],
          ...pool,
        },
      ],
    },
  })
  const set = await app.call('SetUserPoolMfaConfig', { UserPoolId: app.userPoolId, ...mfa })
  expect(set.status).toBe(200)
  return { ...app, UserPoolId: app.userPoolId }
}

/** Members of answers about factors, all of them there: what is missing fails the test that reads it. */
interface Factors {
  readonly SecretCode: string
  readonly Status: string
  readonly Session: string
  readonly UserMFASettingList: string[]
  readonly PreferredMfaSetting: string
}
const factors = ({ body }: Answer) => body as unknown as Factors

const signIn = ({ call, userPoolClientId }: Started, password = PASSWORD) =>
  call('InitiateAuth', {
    ClientId: userPoolClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ada', PASSWORD: password },
  })

const respond = (
  { call, userPoolClientId }: Started,
  ChallengeName: string,
  Session: string | undefined,
  responses: object,
) =>
  call('RespondToAuthChallenge', {
    ClientId: userPoolClientId,
    ChallengeName,
    Session,
    ChallengeResponses: { USERNAME: 'ada', ...responses },
  })

const told = ({ status, body }: Answer): string =>
  status === 200 ? (body.ChallengeName ?? 'tokens') : `${body.__type}: ${body.message}`

const MISMATCH = 'CodeMismatchException: Invalid code received for user'
const WRONG_CODE = 'CodeMismatchException: Invalid code or auth state for the user.'
const USED = 'NotAuthorizedException: Invalid session for the user, session can only be used once.'
const INVALID = 'NotAuthorizedException: Invalid session for the user.'
const EXCEEDED = 'NotAuthorizedException: Password attempts exceeded'

/** A code that is not this one. */
const other = (code: string) => (code === '111111' ? '222222' : '111111')

/** Sets an authenticator app up with an access token, and turns it on. */
async function enableTotp(app: Started, AccessToken: string): Promise<string> {
  const { SecretCode } = factors(await app.call('AssociateSoftwareToken', { AccessToken }))
  const UserCode = totp(SecretCode, app.server.clock.now())
  expect((await app.call('VerifySoftwareToken', { AccessToken, UserCode })).status).toBe(200)
  const SoftwareTokenMfaSettings = { Enabled: true }
  expect((await app.call('SetUserMFAPreference', { AccessToken, SoftwareTokenMfaSettings })).status).toBe(200)
  app.server.clock.advance(60)
  return SecretCode
}

test('an app is set up with an access token, asked for once it is turned on, and each of its codes works once', async () => {
  const app = await startPool({ MfaConfiguration: 'OPTIONAL', ...TOTP })
  const { AccessToken } = (await signIn(app)).body.AuthenticationResult
  const { SecretCode } = factors(await app.call('AssociateSoftwareToken', { AccessToken }))
  expect(SecretCode).toMatch(/^[A-Z2-7]{52}$/)
  const code = () => totp(SecretCode, app.server.clock.now())

  const verify = (UserCode: string) =>
    app.call('VerifySoftwareToken', { AccessToken, UserCode, FriendlyDeviceName: 'Phone' })
  expect(told(await verify(other(code())))).toBe(
    'EnableSoftwareTokenMFAException: Code mismatch and fail enable Software Token MFA',
  )
  expect(factors(await verify(code()))).toEqual({ Status: 'SUCCESS' })
  // Proven, and not turned on.
  expect(told(await signIn(app))).toBe('tokens')
  expect((await app.call('GetUser', { AccessToken })).body).not.toHaveProperty('UserMFASettingList')

  const prefer = { Enabled: true, PreferredMfa: true }
  await app.call('SetUserMFAPreference', { AccessToken, SoftwareTokenMfaSettings: prefer })
  for (const answer of [
    await app.call('GetUser', { AccessToken }),
    await app.call('AdminGetUser', { UserPoolId: app.UserPoolId, Username: 'ada' }),
  ])
    expect(answer.body).toMatchObject({
      UserMFASettingList: ['SOFTWARE_TOKEN_MFA'],
      PreferredMfaSetting: 'SOFTWARE_TOKEN_MFA',
    })

  const asked = await signIn(app)
  expect(asked.body).toMatchObject({
    ChallengeName: 'SOFTWARE_TOKEN_MFA',
    ChallengeParameters: { FRIENDLY_DEVICE_NAME: 'Phone', USER_ID_FOR_SRP: 'ada' },
  })
  expect(asked.body.Session.length).toBeLessThanOrEqual(2048)
  const answer = (SOFTWARE_TOKEN_MFA_CODE: string, Session = asked.body.Session) =>
    respond(app, 'SOFTWARE_TOKEN_MFA', Session, { SOFTWARE_TOKEN_MFA_CODE })
  // The code that set it up is used.
  expect(told(await answer(code()))).toBe(
    'ExpiredCodeException: Your software token has already been used once.',
  )
  app.server.clock.advance(30)
  expect(told(await answer(other(code())))).toBe(MISMATCH)
  expect(told(await answer(code()))).toBe('tokens')
  app.server.clock.advance(30)
  expect(told(await answer(code()))).toBe(USED)

  const again = (await signIn(app)).body.Session
  // Of the step before, which was used, and then of the next one: a clock may be off by a step.
  expect(told(await answer(totp(SecretCode, app.server.clock.now() - 30_000), again))).toContain(
    'already been used',
  )
  expect(told(await answer(totp(SecretCode, app.server.clock.now() + 60_000), again))).toBe(MISMATCH)
  expect(told(await answer(totp(SecretCode, app.server.clock.now() + 30_000), again))).toBe('tokens')
})

test('where a factor is required, a user without one sets an app up in the sign-in', async () => {
  const app = await startPool({ MfaConfiguration: 'ON', ...TOTP })
  const asked = await signIn(app)
  expect(asked.body).toMatchObject({
    ChallengeName: 'MFA_SETUP',
    ChallengeParameters: { MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]' },
  })
  const { Session } = asked.body
  expect(told(await respond(app, 'MFA_SETUP', Session, {}))).toContain('No MFA method was set up')
  // The pool has no other factor.
  for (const other of [{ EMAIL: ADDRESS.Value }, { PHONE_NUMBER: NUMBER.Value }])
    expect(told(await respond(app, 'MFA_SETUP', Session, other))).toContain('No MFA method was set up')
  // It may be made again; the session that it was made with has the secret.
  const first = factors(await app.call('AssociateSoftwareToken', { Session }))
  const second = factors(await app.call('AssociateSoftwareToken', { Session: first.Session }))
  expect(second.SecretCode).not.toBe(first.SecretCode)
  const code = () => totp(second.SecretCode, app.server.clock.now())
  const verify = (UserCode: string) =>
    app.call('VerifySoftwareToken', { Session: second.Session, UserCode, FriendlyDeviceName: 'Phone' })
  expect(told(await app.call('VerifySoftwareToken', { Session, UserCode: '123456' }))).toBe(
    'SoftwareTokenMFANotFoundException: Software Token MFA does not exist for the user.',
  )
  expect(told(await verify(other(code())))).toContain('EnableSoftwareTokenMFAException')
  expect(told(await respond(app, 'MFA_SETUP', second.Session, {}))).toContain('No MFA method was set up')
  const verified = factors(await verify(code()))
  expect(verified.Status).toBe('SUCCESS')
  const done = await respond(app, 'MFA_SETUP', verified.Session, {})
  expect(told(done)).toBe('tokens')
  // Every session of the set-up ended with it.
  for (const session of [Session, first.Session, second.Session, verified.Session])
    expect(told(await respond(app, 'MFA_SETUP', session, {}))).toBe(USED)
  expect(told(await app.call('AssociateSoftwareToken', { Session }))).toBe(USED)
  const { AccessToken } = done.body.AuthenticationResult
  expect(factors(await app.call('GetUser', { AccessToken })).UserMFASettingList).toEqual([
    'SOFTWARE_TOKEN_MFA',
  ])

  const next = await signIn(app)
  expect(told(next)).toBe('SOFTWARE_TOKEN_MFA')
  const answer = async () =>
    told(await respond(app, 'SOFTWARE_TOKEN_MFA', next.body.Session, { SOFTWARE_TOKEN_MFA_CODE: code() }))
  // The code that has proven the app is used.
  expect(await answer()).toContain('ExpiredCodeException')
  app.server.clock.advance(30)
  expect(await answer()).toBe('tokens')
})

test('an app cannot be verified while the pool allows none, by a token or in a sign-in, and can once it allows them again', async () => {
  const app = await startPool({ MfaConfiguration: 'OPTIONAL', ...TOTP, ...EMAIL })
  const set = async (mfa: object) =>
    expect((await app.call('SetUserPoolMfaConfig', { UserPoolId: app.UserPoolId, ...mfa })).status).toBe(200)
  const { AccessToken } = (await signIn(app)).body.AuthenticationResult
  await set({ MfaConfiguration: 'ON', ...TOTP, ...EMAIL })
  const { Session } = (await signIn(app)).body
  const byToken = factors(await app.call('AssociateSoftwareToken', { AccessToken }))
  const bySession = factors(await app.call('AssociateSoftwareToken', { Session }))
  const verify = (proof: object, secret: string) =>
    app.call('VerifySoftwareToken', { ...proof, UserCode: totp(secret, app.server.clock.now()) })
  const both = async () => [
    told(await verify({ AccessToken }, byToken.SecretCode)),
    told(await verify({ Session: bySession.Session }, bySession.SecretCode)),
  ]
  await set({ MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: false }, ...EMAIL })
  const none = 'SoftwareTokenMFANotFoundException: Software Token MFA has not been enabled by the userPool'
  expect(await both()).toEqual([none, none])
  await set({ MfaConfiguration: 'ON', ...TOTP, ...EMAIL })
  expect(await both()).toEqual(['tokens', 'tokens'])
})

test('an app is set up only with the session of a set-up, and within its time', async () => {
  const byCode = await startPool({ MfaConfiguration: 'ON', ...ALL }, [NUMBER])
  const { Session: ofCode } = (await signIn(byCode)).body
  for (const [operation, input] of [
    ['AssociateSoftwareToken', { Session: ofCode }],
    ['VerifySoftwareToken', { Session: ofCode, UserCode: '123456' }],
  ] as const)
    expect(told(await byCode.call(operation, input)), operation).toBe(INVALID)

  const app = await startPool({ MfaConfiguration: 'ON', ...TOTP })
  const { Session } = (await signIn(app)).body
  app.server.clock.advance(179)
  const made = factors(await app.call('AssociateSoftwareToken', { Session }))
  const UserCode = totp(made.SecretCode, app.server.clock.now())
  const { Session: proven } = factors(
    await app.call('VerifySoftwareToken', { Session: made.Session, UserCode }),
  )
  app.server.clock.advance(1)
  const expired = 'NotAuthorizedException: Invalid session for the user, session is expired.'
  for (const session of [Session, made.Session])
    expect(told(await app.call('AssociateSoftwareToken', { Session: session }))).toBe(expired)
  expect(told(await app.call('VerifySoftwareToken', { Session: made.Session, UserCode }))).toBe(expired)
  expect(told(await respond(app, 'MFA_SETUP', proven, {}))).toBe(expired)
})

test('of two sign-ins that set a factor up, the second is refused', async () => {
  const app = await startPool({ MfaConfiguration: 'ON', ...TOTP })
  const setUp = async () => {
    const { Session } = (await signIn(app)).body
    const { SecretCode, Session: made } = factors(await app.call('AssociateSoftwareToken', { Session }))
    const UserCode = totp(SecretCode, app.server.clock.now())
    return factors(await app.call('VerifySoftwareToken', { Session: made, UserCode })).Session
  }
  const [one, two] = [await setUp(), await setUp()]
  expect(told(await respond(app, 'MFA_SETUP', one, {}))).toBe('tokens')
  expect(told(await respond(app, 'MFA_SETUP', two, {}))).toBe(INVALID)
})

test('where a factor is required, a user may set up codes by e-mail to an address of their own', async () => {
  const app = await startPool({ MfaConfiguration: 'ON', ...TOTP, ...EMAIL })
  const { Session, ChallengeParameters } = (await signIn(app)).body
  expect(ChallengeParameters).toEqual({ MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]' })
  // What AssociateSoftwareToken has changed still offers it.
  const { Session: made } = factors(await app.call('AssociateSoftwareToken', { Session }))
  const setUp = (EMAIL: string) => respond(app, 'MFA_SETUP', made, { EMAIL })
  expect(told(await setUp('ada <ada@example.com>'))).toBe(
    'InvalidParameterException: Invalid email address format.',
  )
  expect(app.server.inbox.list()).toEqual([])
  const asked = await setUp('ada@example.com')
  expect(asked.body).toMatchObject({
    ChallengeName: 'EMAIL_OTP',
    ChallengeParameters: {
      CODE_DELIVERY_DELIVERY_MEDIUM: 'EMAIL',
      CODE_DELIVERY_DESTINATION: 'a***@e***',
    },
  })
  const message = app.server.inbox.last('ada@example.com')
  expect(message).toMatchObject({ subject: 'Code', purpose: 'sign-in', body: `Your code: ${message?.code}` })
  const EMAIL_OTP_CODE = message?.code ?? ''
  const answer = (code: string) => respond(app, 'EMAIL_OTP', asked.body.Session, { EMAIL_OTP_CODE: code })
  expect(told(await answer(other(EMAIL_OTP_CODE)))).toBe(WRONG_CODE)
  const done = await answer(EMAIL_OTP_CODE)
  expect(told(done)).toBe('tokens')
  const { body } = await app.call('GetUser', { AccessToken: done.body.AuthenticationResult.AccessToken })
  expect(body).toMatchObject({ UserMFASettingList: ['EMAIL_OTP'] })
  expect(body.UserAttributes).toEqual(
    expect.arrayContaining([ADDRESS, { Name: 'email_verified', Value: 'true' }]),
  )
  expect(told(await signIn(app))).toBe('EMAIL_OTP')
})

test('where a factor is required, an address or number is set up without the attributes that a sign-up requires', async () => {
  const name = { Name: 'given_name', Value: 'Ada' }
  const Schema = [{ Name: 'given_name', AttributeDataType: 'String' as const, Required: true }]
  const app = await startPool({ MfaConfiguration: 'ON', ...ALL }, [name], {}, { Schema })
  const setUp = async (responses: object) =>
    told(await respond(app, 'MFA_SETUP', (await signIn(app)).body.Session, responses))
  expect(await setUp({ EMAIL: 'ada@example.com' })).toBe('EMAIL_OTP')
  expect(await setUp({ PHONE_NUMBER: '+15555550100' })).toBe('SMS_MFA')
})

test('where a factor is required, a user with a phone number gets codes there, which verify it', async () => {
  const app = await startPool({ MfaConfiguration: 'ON', ...ALL }, [NUMBER])
  const asked = await signIn(app)
  expect(asked.body).toMatchObject({
    ChallengeName: 'SMS_MFA',
    ChallengeParameters: {
      CODE_DELIVERY_DELIVERY_MEDIUM: 'SMS',
      CODE_DELIVERY_DESTINATION: '+*******0100',
      USER_ID_FOR_SRP: 'ada',
    },
  })
  const message = app.server.inbox.last(NUMBER.Value)
  expect(message?.body).toBe(`Your authentication code is ${message?.code}.`)
  const done = await respond(app, 'SMS_MFA', asked.body.Session, { SMS_MFA_CODE: message?.code })
  expect(told(done)).toBe('tokens')
  const { body } = await app.call('GetUser', { AccessToken: done.body.AuthenticationResult.AccessToken })
  expect(body.UserAttributes).toContainEqual({ Name: 'phone_number_verified', Value: 'true' })
})

test.each([
  ['stays unverified where another user has proven it', true],
  ['is verified where no other user has', false],
])('the right code to an address signs in, and the address %s', async (_, isTaken) => {
  const verified = { Name: 'email_verified', Value: 'true' }
  const client = { ClientName: 'Web', ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH' as const] }
  const users = [
    { Username: 'ada', Password: PASSWORD, UserAttributes: [ADDRESS] },
    ...(isTaken ? [{ Username: 'bob', Password: PASSWORD, UserAttributes: [ADDRESS, verified] }] : []),
  ]
  const app = await start({
    config: { userPools: [{ PoolName: 'Aliases', AliasAttributes: ['email'], clients: [client], users }] },
  })
  const pool = { UserPoolId: app.userPoolId }
  await app.call('SetUserPoolMfaConfig', { ...pool, MfaConfiguration: 'ON', ...EMAIL })
  const { Session } = (await signIn(app)).body
  const EMAIL_OTP_CODE = app.server.inbox.last(ADDRESS.Value)?.code
  expect(told(await respond(app, 'EMAIL_OTP', Session, { EMAIL_OTP_CODE }))).toBe('tokens')
  const { body } = await app.call('AdminGetUser', { ...pool, Username: 'ada' })
  expect(body.UserAttributes.some(({ Name, Value }) => Name === 'email_verified' && Value === 'true')).toBe(
    !isTaken,
  )
  const named = await app.call('AdminGetUser', { ...pool, Username: ADDRESS.Value })
  expect(named.body.Username).toBe(isTaken ? 'bob' : 'ada')
})

test('a code is valid only for its own session and challenge', async () => {
  const app = await startPool({ MfaConfiguration: 'ON', ...ALL }, [NUMBER])
  const one = (await signIn(app)).body.Session
  const codeOfOne = app.server.inbox.last()?.code
  const two = (await signIn(app)).body.Session
  const codeOfTwo = app.server.inbox.last()?.code ?? ''
  expect(codeOfTwo).toMatch(/^\d{6}$/)
  expect(told(await respond(app, 'SMS_MFA', two, { SMS_MFA_CODE: codeOfOne }))).toBe(WRONG_CODE)
  expect(told(await respond(app, 'EMAIL_OTP', two, { EMAIL_OTP_CODE: codeOfTwo }))).toBe(INVALID)
  expect(told(await respond(app, 'SMS_MFA', two, {}))).toBe(
    'InvalidParameterException: Missing required parameter SMS_MFA_CODE',
  )
  expect(told(await respond(app, 'SMS_MFA', `${two.slice(0, -4)}AAAA`, { SMS_MFA_CODE: codeOfTwo }))).toBe(
    INVALID,
  )
  expect(told(await respond(app, 'SMS_MFA', two, { SMS_MFA_CODE: codeOfTwo }))).toBe('tokens')
  app.server.clock.advance(180)
  expect(told(await respond(app, 'SMS_MFA', one, { SMS_MFA_CODE: codeOfOne }))).toBe(
    'NotAuthorizedException: Invalid session for the user, session is expired.',
  )
})

test('of several factors the preferred one is asked for, and without one the user chooses, which uses no code up', async () => {
  const app = await startPool({ MfaConfiguration: 'OPTIONAL', ...ALL }, [NUMBER, ADDRESS])
  const admin = { UserPoolId: app.UserPoolId, Username: 'ada' }
  const { AccessToken } = (await signIn(app)).body.AuthenticationResult
  const secret = await enableTotp(app, AccessToken)
  await app.call('AdminSetUserMFAPreference', {
    ...admin,
    SMSMfaSettings: { Enabled: true },
    EmailMfaSettings: { Enabled: true, PreferredMfa: true },
  })
  expect(told(await signIn(app))).toBe('EMAIL_OTP')
  await app.call('AdminSetUserMFAPreference', { ...admin, EmailMfaSettings: { PreferredMfa: false } })
  const asked = await signIn(app)
  expect(asked.body).toMatchObject({
    ChallengeName: 'SELECT_MFA_TYPE',
    ChallengeParameters: { MFAS_CAN_CHOOSE: '["SMS_MFA","SOFTWARE_TOKEN_MFA","EMAIL_OTP"]' },
  })
  const choose = (ANSWER: string) => respond(app, 'SELECT_MFA_TYPE', asked.body.Session, { ANSWER })
  expect(told(await choose('PASSWORD'))).toBe(
    'InvalidParameterException: PASSWORD is not one of the MFA methods that were offered.',
  )
  const bySms = await choose('SMS_MFA')
  expect(told(bySms)).toBe('SMS_MFA')
  expect(told(await choose('EMAIL_MFA'))).toBe('EMAIL_OTP')
  const byApp = await choose('SOFTWARE_TOKEN_MFA')
  const SOFTWARE_TOKEN_MFA_CODE = totp(secret, app.server.clock.now())
  expect(
    told(await respond(app, 'SOFTWARE_TOKEN_MFA', byApp.body.Session, { SOFTWARE_TOKEN_MFA_CODE })),
  ).toBe('tokens')
  // The step was proven: no other choice of it is open any more.
  const SMS_MFA_CODE = app.server.inbox.last(NUMBER.Value)?.code
  expect(told(await respond(app, 'SMS_MFA', bySms.body.Session, { SMS_MFA_CODE }))).toBe(USED)
  expect(told(await choose('SMS_MFA'))).toBe(USED)
})

test('only a factor that the user still has can be chosen, and no code is sent to a removed address', async () => {
  const app = await startPool({ MfaConfiguration: 'OPTIONAL', ...ALL }, [NUMBER, ADDRESS])
  const admin = { UserPoolId: app.UserPoolId, Username: 'ada' }
  const secret = await enableTotp(app, (await signIn(app)).body.AuthenticationResult.AccessToken)
  const codes = { SMSMfaSettings: { Enabled: true }, EmailMfaSettings: { Enabled: true } }
  await app.call('AdminSetUserMFAPreference', { ...admin, ...codes })
  const asked = await signIn(app)
  const choose = async (ANSWER: string) =>
    told(await respond(app, 'SELECT_MFA_TYPE', asked.body.Session, { ANSWER }))
  const notOffered = (name: string) =>
    `InvalidParameterException: ${name} is not one of the MFA methods that were offered.`
  await app.call('AdminDeleteUserAttributes', { ...admin, UserAttributeNames: ['phone_number'] })
  expect(await choose('SMS_MFA')).toBe(notOffered('SMS_MFA'))
  expect(app.server.inbox.list()).toEqual([])
  await app.call('AdminSetUserMFAPreference', { ...admin, EmailMfaSettings: { Enabled: false } })
  expect(await choose('EMAIL_OTP')).toBe(notOffered('EMAIL_OTP'))
  expect(app.server.inbox.list()).toEqual([])
  // The session is as good as before for what is left.
  const byApp = await respond(app, 'SELECT_MFA_TYPE', asked.body.Session, { ANSWER: 'SOFTWARE_TOKEN_MFA' })
  const SOFTWARE_TOKEN_MFA_CODE = totp(secret, app.server.clock.now())
  expect(
    told(await respond(app, 'SOFTWARE_TOKEN_MFA', byApp.body.Session, { SOFTWARE_TOKEN_MFA_CODE })),
  ).toBe('tokens')
})

test('a factor that the pool has turned off meanwhile is not set up', async () => {
  const app = await startPool({ MfaConfiguration: 'ON', ...TOTP, ...EMAIL })
  const asked = await signIn(app)
  const setUp = (EMAIL: string) => respond(app, 'MFA_SETUP', asked.body.Session, { EMAIL })
  expect(told(await setUp('old@example.com'))).toBe('EMAIL_OTP')
  app.server.inbox.clear()
  await app.call('SetUserPoolMfaConfig', { UserPoolId: app.UserPoolId, MfaConfiguration: 'ON', ...TOTP })
  expect(told(await setUp('ada@example.com'))).toContain('InvalidParameterException')
  expect(app.server.inbox.list()).toEqual([])
  const made = await app.call('AssociateSoftwareToken', { Session: asked.body.Session })
  expect(made.status).toBe(200)
})

test('ten wrong codes an hour and thirty a day are judged, over all sessions and nodes, and then even the right one is refused', async () => {
  const database = await sharedDatabase()
  const clock = stillClock()
  const app = await startPool({ MfaConfiguration: 'OPTIONAL', ...TOTP }, [], { ...database, clock })
  const second = await start({ ...database, clock })
  const nodes = [app, { ...second, userPoolClientId: app.userPoolClientId }] as const
  const { AccessToken } = (await signIn(app)).body.AuthenticationResult
  const secret = await enableTotp(app, AccessToken)
  const code = () => totp(secret, clock.now())
  const guess = async (node: Started, SOFTWARE_TOKEN_MFA_CODE: string) =>
    told(
      await respond(node, 'SOFTWARE_TOKEN_MFA', (await signIn(node)).body.Session, {
        SOFTWARE_TOKEN_MFA_CODE,
      }),
    )
  for (let hour = 0; hour < 3; hour++) {
    const answers = await Promise.all(
      Array.from({ length: 14 }, (_, i) => guess(nodes[i % 2 ? 1 : 0], other(code()))),
    )
    expect(answers.filter((answer) => answer === MISMATCH)).toHaveLength(10)
    expect(answers.filter((answer) => answer === EXCEEDED)).toHaveLength(4)
    expect(await guess(app, code())).toBe(EXCEEDED)
    // The password has a budget of its own, which these guesses leave alone.
    expect(told(await signIn(app))).toBe('SOFTWARE_TOKEN_MFA')
    clock.advance(3600)
  }
  expect(await guess(app, code())).toBe(EXCEEDED)
  clock.advance(22 * 3600)
  expect(await guess(app, code())).toBe('tokens')
})

test.each([
  ['SMS_MFA', { SmsMfaConfiguration: SMS }, NUMBER],
  ['EMAIL_OTP', EMAIL, ADDRESS],
] as const)(
  'guesses at codes of %s are counted, and after ten the right one is refused',
  async (name, pool, to) => {
    const app = await startPool({ MfaConfiguration: 'ON', ...pool }, [to])
    const { Session } = (await signIn(app)).body
    const code = app.server.inbox.last(to.Value)?.code ?? ''
    const guess = async (given: string) =>
      told(await respond(app, name, Session, { [`${name}_CODE`]: given }))
    for (let i = 0; i < 10; i++) expect(await guess(other(code))).toBe(WRONG_CODE)
    expect(await guess(code)).toBe(EXCEEDED)
    app.server.clock.advance(3600)
    const later = await signIn(app)
    const right = app.server.inbox.last(to.Value)?.code
    expect(told(await respond(app, name, later.body.Session, { [`${name}_CODE`]: right }))).toBe('tokens')
  },
)

test('guesses at an app that is set up with an access token are counted too', async () => {
  const app = await startPool({ MfaConfiguration: 'OPTIONAL', ...TOTP })
  const { AccessToken } = (await signIn(app)).body.AuthenticationResult
  const { SecretCode } = factors(await app.call('AssociateSoftwareToken', { AccessToken }))
  const verify = (UserCode: string) => app.call('VerifySoftwareToken', { AccessToken, UserCode })
  const code = () => totp(SecretCode, app.server.clock.now())
  for (let i = 0; i < 10; i++)
    expect(told(await verify(other(code())))).toContain('EnableSoftwareTokenMFAException')
  expect(told(await verify(code()))).toBe(EXCEEDED)
  app.server.clock.advance(3600)
  const again = (await signIn(app)).body.AuthenticationResult
  const later = { AccessToken: again.AccessToken, UserCode: code() }
  expect(told(await app.call('VerifySoftwareToken', later))).toBe('tokens')
})

test('a code proves the secret at the moment of the check, and not one that was replaced meanwhile', async () => {
  const app = await startPool({ MfaConfiguration: 'OPTIONAL', ...TOTP })
  const { AccessToken } = (await signIn(app)).body.AuthenticationResult
  const associate = async () => factors(await app.call('AssociateSoftwareToken', { AccessToken })).SecretCode
  const verify = (secret: string) =>
    app.call('VerifySoftwareToken', { AccessToken, UserCode: totp(secret, app.server.clock.now()) })
  const first = await associate()
  const { held, release } = holdStatement(/^select .* from "software_tokens"/, 'once it is answered')
  const verified = verify(first)
  await held
  const second = await associate()
  release()
  expect(told(await verified)).toContain('EnableSoftwareTokenMFAException')
  expect(told(await verify(second))).toBe('tokens')
})

test('a code of an app is refused after one of a later time was used', async () => {
  const app = await startPool({ MfaConfiguration: 'OPTIONAL', ...TOTP })
  const secret = await enableTotp(app, (await signIn(app)).body.AuthenticationResult.AccessToken)
  const answer = async (milliseconds: number) => {
    const { Session } = (await signIn(app)).body
    const SOFTWARE_TOKEN_MFA_CODE = totp(secret, app.server.clock.now() + milliseconds)
    return told(await respond(app, 'SOFTWARE_TOKEN_MFA', Session, { SOFTWARE_TOKEN_MFA_CODE }))
  }
  expect(await answer(30_000)).toBe('tokens')
  expect(await answer(0)).toContain('ExpiredCodeException')
  app.server.clock.advance(60)
  expect(await answer(0)).toBe('tokens')
})

test('an unverified app neither signs in nor makes a used code of the verified one valid again', async () => {
  const app = await startPool({ MfaConfiguration: 'OPTIONAL', ...TOTP })
  const { AccessToken } = (await signIn(app)).body.AuthenticationResult
  const secret = await enableTotp(app, AccessToken)
  const answer = async (secretOfApp: string) => {
    const { Session } = (await signIn(app)).body
    const SOFTWARE_TOKEN_MFA_CODE = totp(secretOfApp, app.server.clock.now())
    return told(await respond(app, 'SOFTWARE_TOKEN_MFA', Session, { SOFTWARE_TOKEN_MFA_CODE }))
  }
  expect(await answer(secret)).toBe('tokens')
  const { SecretCode } = factors(await app.call('AssociateSoftwareToken', { AccessToken }))
  expect(await answer(secret)).toContain('already been used')
  app.server.clock.advance(30)
  expect(await answer(SecretCode)).toBe(MISMATCH)
  expect(await answer(secret)).toBe('tokens')
})

test('replacing or removing the app of one user does not change that of another', async () => {
  const users = ['ada', 'eve'].map((Username) => ({ Username, Password: PASSWORD }))
  const app = await startPool({ MfaConfiguration: 'OPTIONAL', ...TOTP }, [], {}, { users })
  const begin = (USERNAME: string) =>
    app.call('InitiateAuth', {
      ClientId: app.userPoolClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME, PASSWORD },
    })
  const { AccessToken } = (await begin('ada')).body.AuthenticationResult
  await enableTotp(app, AccessToken)
  const secret = await enableTotp(app, (await begin('eve')).body.AuthenticationResult.AccessToken)
  const replaced = await enableTotp(app, AccessToken)
  const signInWith = async (USERNAME: string, secretOfApp: string) => {
    const { Session } = (await begin(USERNAME)).body
    const SOFTWARE_TOKEN_MFA_CODE = totp(secretOfApp, app.server.clock.now())
    return told(await respond(app, 'SOFTWARE_TOKEN_MFA', Session, { USERNAME, SOFTWARE_TOKEN_MFA_CODE }))
  }
  expect(await signInWith('eve', secret)).toBe('tokens')
  expect(await signInWith('ada', replaced)).toBe('tokens')
  app.server.clock.advance(60)
  const about = { UserPoolId: app.UserPoolId, Username: 'ada' }
  expect((await app.call('AdminDeleteSoftwareToken', about)).status).toBe(200)
  expect(told(await begin('ada'))).toBe('tokens')
  expect(await signInWith('eve', secret)).toBe('tokens')
})

test('an app whose secret does not open proves nothing, and the log says so', async () => {
  const database = await sharedDatabase()
  const causes: unknown[] = []
  const app = await startPool({ MfaConfiguration: 'OPTIONAL', ...TOTP }, [], {
    ...database,
    log: ({ cause }) => causes.push(cause),
  })
  await enableTotp(app, (await signIn(app)).body.AuthenticationResult.AccessToken)
  const { Session } = (await signIn(app)).body
  const { db } = await openDatabase(database.database)
  onTestFinished(() => db.destroy())
  await db
    .updateTable('software_tokens')
    .set({ sealed_secret: new Uint8Array(60) })
    .execute()
  const answer = await respond(app, 'SOFTWARE_TOKEN_MFA', Session, { SOFTWARE_TOKEN_MFA_CODE: '111111' })
  expect(answer.status).toBe(500)
  expect(causes.pop()).toMatchObject({
    message: expect.stringMatching(/^The software token of user \S+ was sealed under another root key\.$/),
  })
})

test('guesses at the set-up of an app are counted too', async () => {
  const app = await startPool({ MfaConfiguration: 'ON', ...TOTP })
  const { Session } = (await signIn(app)).body
  const { SecretCode, Session: made } = factors(await app.call('AssociateSoftwareToken', { Session }))
  const verify = (UserCode: string) => app.call('VerifySoftwareToken', { Session: made, UserCode })
  const code = totp(SecretCode, app.server.clock.now())
  for (let i = 0; i < 10; i++)
    expect(told(await verify(other(code)))).toContain('EnableSoftwareTokenMFAException')
  expect(told(await verify(code))).toBe(EXCEEDED)
})

test('a new password and a global sign-out end the challenge of a second factor', async () => {
  const app = await startPool({ MfaConfiguration: 'ON', ...ALL }, [NUMBER])
  const admin = { UserPoolId: app.UserPoolId, Username: 'ada' }
  const ends = [
    () => app.call('AdminSetUserPassword', { ...admin, Password: PASSWORD, Permanent: true }),
    () => app.call('AdminUserGlobalSignOut', admin),
  ]
  for (const end of ends) {
    const { Session } = (await signIn(app)).body
    const SMS_MFA_CODE = app.server.inbox.last()?.code
    await end()
    expect(told(await respond(app, 'SMS_MFA', Session, { SMS_MFA_CODE }))).toBe(INVALID)
  }
})

test.each(['AdminUserGlobalSignOut', 'AdminDisableUser', 'AdminDeleteUser'])(
  'a choice or set-up of a second factor ends with %s, and no code is sent',
  async (ending) => {
    const choosing = await startPool({ MfaConfiguration: 'OPTIONAL', ...ALL }, [NUMBER, ADDRESS])
    await choosing.call('AdminSetUserMFAPreference', {
      UserPoolId: choosing.UserPoolId,
      Username: 'ada',
      SMSMfaSettings: { Enabled: true },
      EmailMfaSettings: { Enabled: true },
    })
    const settingUp = await startPool({ MfaConfiguration: 'ON', ...ALL })
    for (const [app, name, responses] of [
      [choosing, 'SELECT_MFA_TYPE', { ANSWER: 'SMS_MFA' }],
      [settingUp, 'MFA_SETUP', { EMAIL: ADDRESS.Value }],
    ] as const) {
      const asked = await signIn(app)
      expect(told(asked)).toBe(name)
      expect((await app.call(ending, { UserPoolId: app.UserPoolId, Username: 'ada' })).status).toBe(200)
      expect(told(await respond(app, name, asked.body.Session, responses))).toBe(INVALID)
      expect(app.server.inbox.list()).toEqual([])
    }
  },
)

test('a code does not prove a number that replaced the one it was sent to', async () => {
  const app = await startPool({ MfaConfiguration: 'ON', ...ALL }, [NUMBER])
  const { Session } = (await signIn(app)).body
  const SMS_MFA_CODE = app.server.inbox.last()?.code
  await app.call('AdminUpdateUserAttributes', {
    UserPoolId: app.UserPoolId,
    Username: 'ada',
    UserAttributes: [{ Name: 'phone_number', Value: '+15555550199' }],
  })
  expect(told(await respond(app, 'SMS_MFA', Session, { SMS_MFA_CODE }))).toBe(INVALID)
  const { body } = await app.call('AdminGetUser', { UserPoolId: app.UserPoolId, Username: 'ada' })
  expect(JSON.stringify(body)).not.toContain('"phone_number_verified","Value":"true"')
})

test('a number that is changed while the code of the old one is checked stays changed', async () => {
  const app = await startPool({ MfaConfiguration: 'ON', ...ALL }, [NUMBER])
  const { Session } = (await signIn(app)).body
  const SMS_MFA_CODE = app.server.inbox.last()?.code
  const { held, release } = holdStatement(/^select \* from "users"/, 'once it is answered')
  const answered = respond(app, 'SMS_MFA', Session, { SMS_MFA_CODE })
  await held
  await app.call('AdminUpdateUserAttributes', {
    UserPoolId: app.UserPoolId,
    Username: 'ada',
    UserAttributes: [{ Name: 'phone_number', Value: '+15555550199' }],
  })
  release()
  expect(told(await answered)).toBe(INVALID)
  const { body } = await app.call('AdminGetUser', { UserPoolId: app.UserPoolId, Username: 'ada' })
  expect(JSON.stringify(body)).toContain('+15555550199')
})

test('after the code of a factor that was turned off meanwhile, a remaining factor is asked for', async () => {
  const app = await startPool({ MfaConfiguration: 'OPTIONAL', ...ALL }, [NUMBER, ADDRESS])
  const prefer = (settings: object) =>
    app.call('AdminSetUserMFAPreference', { UserPoolId: app.UserPoolId, Username: 'ada', ...settings })
  const EmailMfaSettings = { Enabled: true }
  await prefer({ EmailMfaSettings, SMSMfaSettings: { Enabled: true, PreferredMfa: true } })
  const { Session } = (await signIn(app)).body
  const SMS_MFA_CODE = app.server.inbox.last(NUMBER.Value)?.code
  await prefer({ EmailMfaSettings, SMSMfaSettings: { Enabled: false } })
  const next = await respond(app, 'SMS_MFA', Session, { SMS_MFA_CODE })
  expect(told(next)).toBe('EMAIL_OTP')
  const EMAIL_OTP_CODE = app.server.inbox.last(ADDRESS.Value)?.code
  expect(told(await respond(app, 'EMAIL_OTP', next.body.Session, { EMAIL_OTP_CODE }))).toBe('tokens')
})

test('SRP, a new password and the flows of administrators are followed by the second factor', async () => {
  const app = await startPool({ MfaConfiguration: 'ON', ...ALL }, [NUMBER])
  const srp = await srpChallenge(app, 'ada')
  expect(told(await respondSrp(app, await srpResponses(app, srp)))).toBe('SMS_MFA')
  const byAdmin = await app.call('AdminInitiateAuth', {
    UserPoolId: app.UserPoolId,
    ClientId: app.userPoolClientId,
    AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ada', PASSWORD },
  })
  expect(told(byAdmin)).toBe('SMS_MFA')
  const answered = await app.call('AdminRespondToAuthChallenge', {
    UserPoolId: app.UserPoolId,
    ClientId: app.userPoolClientId,
    ChallengeName: 'SMS_MFA',
    Session: byAdmin.body.Session,
    ChallengeResponses: { USERNAME: 'ada', SMS_MFA_CODE: app.server.inbox.last()?.code },
  })
  expect(told(answered)).toBe('tokens')
  await app.call('AdminSetUserPassword', { UserPoolId: app.UserPoolId, Username: 'ada', Password: PASSWORD })
  const temporary = await signIn(app)
  expect(told(temporary)).toBe('NEW_PASSWORD_REQUIRED')
  const NEW_PASSWORD = 'Other-Horse-1'
  const renewed = await respond(app, 'NEW_PASSWORD_REQUIRED', temporary.body.Session, { NEW_PASSWORD })
  expect(told(renewed)).toBe('SMS_MFA')
  const SMS_MFA_CODE = app.server.inbox.last()?.code
  expect(told(await respond(app, 'SMS_MFA', renewed.body.Session, { SMS_MFA_CODE }))).toBe('tokens')
})

test('a wrong password is answered without a word about factors, whether or not the user exists', async () => {
  const app = await startPool({ MfaConfiguration: 'ON', ...ALL }, [NUMBER])
  const incorrect = 'NotAuthorizedException: Incorrect username or password.'
  expect(told(await signIn(app, 'Wrong-Horse-1'))).toBe(incorrect)
  const srp = await srpChallenge(app, 'nobody')
  expect(told(await respondSrp(app, await srpResponses(app, srp)))).toBe(incorrect)
  expect(app.server.inbox.list()).toEqual([])
})

test('preferences can be set for factors that the pool allows and the user can receive', async () => {
  const app = await startPool({ MfaConfiguration: 'OPTIONAL', ...TOTP, ...EMAIL })
  const { AccessToken } = (await signIn(app)).body.AuthenticationResult
  const set = async (settings: object) =>
    told(await app.call('SetUserMFAPreference', { AccessToken, ...settings }))
  const on = { Enabled: true }
  const preferred = { Enabled: true, PreferredMfa: true }
  const refused = (message: string) => `InvalidParameterException: ${message}`
  expect(await set({ SoftwareTokenMfaSettings: on })).toBe(
    refused('User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA'),
  )
  expect(await set({ EmailMfaSettings: on })).toBe(
    refused('User does not have delivery config set to turn on EMAIL_OTP'),
  )
  expect(await set({ SMSMfaSettings: on })).toBe(refused('SMS_MFA is not enabled for the user pool.'))
  expect(await set({ EmailMfaSettings: { PreferredMfa: true } })).toBe(
    refused('EMAIL_OTP cannot be preferred, since it is not enabled for the user.'),
  )
  expect(await set({ EmailMfaSettings: preferred, SoftwareTokenMfaSettings: preferred })).toBe(
    refused('Only one MFA method can be preferred.'),
  )
  await enableTotp(app, AccessToken)
  expect(await set({ SoftwareTokenMfaSettings: preferred })).toBe('tokens')
  const user = async () => factors(await app.call('GetUser', { AccessToken }))
  expect((await user()).PreferredMfaSetting).toBe('SOFTWARE_TOKEN_MFA')
  expect(await set({ SoftwareTokenMfaSettings: { Enabled: false } })).toBe('tokens')
  expect(await user()).not.toHaveProperty('PreferredMfaSetting')
  expect(told(await signIn(app))).toBe('tokens')
})

test('where a factor is required, the last one stays on, but an administrator can remove a lost app', async () => {
  const app = await startPool({ MfaConfiguration: 'ON', ...TOTP })
  const { Session } = (await signIn(app)).body
  const { SecretCode, Session: made } = factors(await app.call('AssociateSoftwareToken', { Session }))
  const UserCode = totp(SecretCode, app.server.clock.now())
  const verified = factors(await app.call('VerifySoftwareToken', { Session: made, UserCode }))
  const { AccessToken } = (await respond(app, 'MFA_SETUP', verified.Session, {})).body.AuthenticationResult
  const off = { AccessToken, SoftwareTokenMfaSettings: { Enabled: false } }
  expect(told(await app.call('SetUserMFAPreference', off))).toBe(
    'InvalidParameterException: The last MFA method cannot be disabled, since the user pool requires MFA.',
  )
  // Also where codes could go to an address instead: the user has not turned them on.
  await app.call('SetUserPoolMfaConfig', {
    UserPoolId: app.UserPoolId,
    MfaConfiguration: 'ON',
    ...TOTP,
    ...EMAIL,
  })
  await app.call('AdminUpdateUserAttributes', {
    UserPoolId: app.UserPoolId,
    Username: 'ada',
    UserAttributes: [ADDRESS],
  })
  expect(told(await app.call('SetUserMFAPreference', off))).toContain(
    'The last MFA method cannot be disabled',
  )
  await app.call('SetUserPoolMfaConfig', { UserPoolId: app.UserPoolId, MfaConfiguration: 'ON', ...TOTP })
  const admin = { UserPoolId: app.UserPoolId, Username: 'ada' }
  expect((await app.call('AdminDeleteSoftwareToken', admin)).status).toBe(200)
  expect(told(await signIn(app))).toBe('MFA_SETUP')
})

test('the older operations turn codes by SMS on and off', async () => {
  const app = await startPool({ MfaConfiguration: 'OPTIONAL', ...ALL }, [NUMBER])
  const { AccessToken } = (await signIn(app)).body.AuthenticationResult
  const MFAOptions = [{ DeliveryMedium: 'SMS', AttributeName: 'phone_number' }]
  expect((await app.call('SetUserSettings', { AccessToken, MFAOptions })).status).toBe(200)
  expect(told(await signIn(app))).toBe('SMS_MFA')
  const admin = { UserPoolId: app.UserPoolId, Username: 'ada' }
  expect((await app.call('AdminSetUserSettings', { ...admin, MFAOptions: [] })).status).toBe(200)
  expect(told(await signIn(app))).toBe('tokens')
})

test('codes of second factors have the limits of messages after a proof, and report when they are reached', async () => {
  const app = await startPool(
    { MfaConfiguration: 'ON', ...ALL },
    [NUMBER, { Name: 'phone_number_verified', Value: 'true' }],
    { messageLimits: { destination: { perHour: 1, perHourAfterProof: 3 } } },
  )
  for (let i = 0; i < 3; i++) expect(told(await signIn(app))).toBe('SMS_MFA')
  expect(told(await signIn(app))).toBe(
    'NotAuthorizedException: Attempt limit exceeded, please try after some time.',
  )
  expect(app.server.inbox.list()).toHaveLength(3)
  // Codes to a number that was not proven have the limit of strangers.
  const { body } = await app.call('AdminUpdateUserAttributes', {
    UserPoolId: app.UserPoolId,
    Username: 'ada',
    UserAttributes: [{ Name: 'phone_number', Value: '+15555550199' }],
  })
  expect(body).toEqual({})
  expect(told(await signIn(app))).toBe('SMS_MFA')
  expect(told(await signIn(app))).toBe(
    'NotAuthorizedException: Attempt limit exceeded, please try after some time.',
  )
})

test('a pool with second factors turned off asks for none, whatever its users have turned on, and none can be turned on', async () => {
  const app = await startPool({ MfaConfiguration: 'OPTIONAL', ...ALL }, [NUMBER])
  const { UserPoolId } = app
  const sms = { UserPoolId, Username: 'ada', SMSMfaSettings: { Enabled: true } }
  expect((await app.call('AdminSetUserMFAPreference', sms)).status).toBe(200)
  expect(told(await signIn(app))).toBe('SMS_MFA')
  for (const [MfaConfiguration, asked, status] of [
    ['OFF', 'tokens', 400],
    ['OPTIONAL', 'SMS_MFA', 200],
  ]) {
    expect((await app.call('UpdateUserPool', { UserPoolId, MfaConfiguration })).status).toBe(200)
    expect(told(await signIn(app))).toBe(asked)
    expect((await app.call('AdminSetUserMFAPreference', sms)).status).toBe(status)
  }
})

test('a password cannot be reset by the medium of the second factor', async () => {
  const verified = [ADDRESS, { Name: 'email_verified', Value: 'true' }]
  const app = await startPool({ MfaConfiguration: 'OPTIONAL', ...ALL }, verified)
  const { AccessToken } = (await signIn(app)).body.AuthenticationResult
  const forgot = () => app.call('ForgotPassword', { ClientId: app.userPoolClientId, Username: 'ada' })
  expect((await forgot()).status).toBe(200)
  expect(app.server.inbox.list()).toHaveLength(1)
  await app.call('SetUserMFAPreference', { AccessToken, EmailMfaSettings: { Enabled: true } })
  expect((await forgot()).status).toBe(200)
  expect(app.server.inbox.list()).toHaveLength(1)
})

test('a factor that is turned on, but no longer allowed by the pool, does not keep the user from setting up another', async () => {
  const app = await startPool({ MfaConfiguration: 'OPTIONAL', ...ALL }, [NUMBER])
  const { UserPoolId } = app
  const sms = { UserPoolId, Username: 'ada', SMSMfaSettings: { Enabled: true } }
  expect((await app.call('AdminSetUserMFAPreference', sms)).status).toBe(200)
  const set = (factors: object) =>
    app.call('SetUserPoolMfaConfig', { UserPoolId, MfaConfiguration: 'ON', ...factors })
  expect((await set({ ...TOTP, ...EMAIL })).status).toBe(200)

  const setUpApp = async () => {
    const asked = await signIn(app)
    expect(told(asked)).toBe('MFA_SETUP')
    const { Session } = asked.body
    const begun = factors(await app.call('AssociateSoftwareToken', { Session }))
    const UserCode = totp(begun.SecretCode, app.server.clock.now())
    const verified = factors(await app.call('VerifySoftwareToken', { Session: begun.Session, UserCode }))
    return () => respond(app, 'MFA_SETUP', verified.Session, {})
  }
  const [finish, finishLater] = [await setUpApp(), await setUpApp()]
  expect(told(await finish())).toBe('tokens')
  // Now there is one that the pool has.
  expect(told(await finishLater())).toMatch(/^NotAuthorizedException/)

  const removed = { UserPoolId, Username: 'ada', SoftwareTokenMfaSettings: { Enabled: false } }
  await app.call('AdminSetUserMFAPreference', removed)
  const asked = await signIn(app)
  expect(told(asked)).toBe('MFA_SETUP')
  const EMAIL_ADDRESS = ADDRESS.Value
  const sent = await respond(app, 'MFA_SETUP', asked.body.Session, { EMAIL: EMAIL_ADDRESS })
  const EMAIL_OTP_CODE = app.server.inbox.last(EMAIL_ADDRESS)?.code
  expect(told(await respond(app, 'EMAIL_OTP', sent.body.Session, { EMAIL_OTP_CODE }))).toBe('tokens')
})
