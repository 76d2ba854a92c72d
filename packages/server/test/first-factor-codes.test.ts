import { expect, test } from 'vitest'
import { ADA, answerChoice, choose, startChoice, told } from './choice.js'
import { sharedDatabase } from './fresh-database.js'
import { holdStatement } from './hold-statement.js'
import { PASSWORD, type Started, start } from './start.js'
import { stillClock } from './still-clock.js'
import { totp } from './totp.js'

// Codes by e-mail and SMS as what a sign-in begins with.

const ALL = ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP'] as const
const WRONG_CODE = 'CodeMismatchException: Invalid code or auth state for the user.'
const USED = 'NotAuthorizedException: Invalid session for the user, session can only be used once.'
const EXPIRED = 'NotAuthorizedException: Invalid session for the user, session is expired.'
const INVALID = 'NotAuthorizedException: Invalid session for the user.'
const EXCEEDED = 'NotAuthorizedException: Password attempts exceeded'

const CODES = {
  EMAIL_OTP: { to: 'ada@example.com', medium: 'EMAIL', mask: 'a***@e***' },
  SMS_OTP: { to: '+15555550100', medium: 'SMS', mask: '+*******0100' },
} as const
type Name = keyof typeof CODES
const NAMES = Object.keys(CODES) as Name[]

const code = ({ server }: Started, name: Name) => server.inbox.last(CODES[name].to)?.code ?? ''
const other = (code: string) => (code === '11111111' ? '22222222' : '11111111')
const answer = (app: Started, name: Name, Session: string, text: string, more = {}) =>
  answerChoice(app, name, Session, { [`${name}_CODE`]: text, ...more })

const update = (app: Started, UserAttributes: { Name: string; Value: string }[]) =>
  app.call('AdminUpdateUserAttributes', { UserPoolId: app.userPoolId, Username: 'ada', UserAttributes })

test.each(NAMES)('a preferred %s is sent at once, has eight digits, and signs in', async (name) => {
  const app = await startChoice(ALL)
  const { to, medium, mask } = CODES[name]
  const asked = await choose(app, name)
  expect(asked.body).toEqual({
    ChallengeName: name,
    Session: expect.any(String),
    ChallengeParameters: { CODE_DELIVERY_DELIVERY_MEDIUM: medium, CODE_DELIVERY_DESTINATION: mask },
    AvailableChallenges: [name],
  })
  const { Session } = asked.body
  expect(Session.length).toBeLessThanOrEqual(2048)
  expect(app.server.inbox.list()).toHaveLength(1)
  expect(app.server.inbox.last(to)).toMatchObject({
    purpose: 'sign-in',
    code: expect.stringMatching(/^\d{8}$/),
  })
  expect(told(await answer(app, name, Session, ''))).toBe(
    `InvalidParameterException: Missing required parameter ${name}_CODE`,
  )
  // Wrong codes leave the session as it is.
  for (let i = 0; i < 6; i++)
    expect(told(await answer(app, name, Session, other(code(app, name))))).toBe(WRONG_CODE)
  const done = await answer(app, name, Session, code(app, name))
  expect(told(done)).toBe('tokens')
  expect(done.body.ChallengeParameters).toEqual({})
  expect(told(await answer(app, name, Session, code(app, name)))).toBe(USED)
})

test('a choice offers what the pool allows and the user has verified', async () => {
  const offered = async (app: Started) => (await choose(app)).body.AvailableChallenges
  const PASSWORDS = ['PASSWORD_SRP', 'PASSWORD']
  expect(await offered(await startChoice(ALL))).toEqual([...PASSWORDS, 'EMAIL_OTP', 'SMS_OTP'])
  expect(await offered(await startChoice(['SMS_OTP', 'PASSWORD']))).toEqual([...PASSWORDS, 'SMS_OTP'])
  // Where a sign-up that is not confirmed would get codes.
  const pool = { AutoVerifiedAttributes: ['email' as const] }
  const app = await startChoice(ALL, { attributes: ADA.slice(0, 2), pool })
  expect(await offered(app)).toEqual([...PASSWORDS, 'EMAIL_OTP'])
  await update(app, [{ Name: 'email_verified', Value: 'false' }])
  expect(await offered(app)).toEqual(PASSWORDS)
  expect(told(await choose(app, 'EMAIL_OTP'))).toBe('SELECT_CHALLENGE')
  expect(app.server.inbox.list()).toEqual([])
})

test('an interrupted sign-up is offered codes only to the address that the sign-up code was sent to', async () => {
  const app = await startChoice(['PASSWORD', 'EMAIL_OTP', 'SMS_OTP'], {
    pool: { AutoVerifiedAttributes: ['email'] },
  })
  const signUp = await app.call('SignUp', {
    ClientId: app.userPoolClientId,
    Username: 'bob',
    Password: PASSWORD,
    UserAttributes: [
      { Name: 'email', Value: 'bob@example.com' },
      { Name: 'phone_number', Value: '+15555550199' },
    ],
  })
  expect(signUp.status).toBe(200)
  expect((await choose(app, undefined, { USERNAME: 'bob' })).body.AvailableChallenges).toEqual([
    'PASSWORD_SRP',
    'PASSWORD',
    'EMAIL_OTP',
  ])
})

test('a code is chosen, and another factor after it, until one of them is right', async () => {
  const app = await startChoice(ALL)
  const select = (Session: string, ANSWER: string, more = {}) =>
    answerChoice(app, 'SELECT_CHALLENGE', Session, { ANSWER, ...more })
  const first = (await choose(app)).body.Session
  const mail = await select(first, 'EMAIL_OTP')
  expect(mail.body).toMatchObject({ ChallengeName: 'EMAIL_OTP', AvailableChallenges: ['EMAIL_OTP'] })
  // The session of the code that did not come chooses anew.
  const sms = await select(mail.body.Session, 'SMS_OTP')
  expect(told(sms)).toBe('SMS_OTP')
  expect(told(await select(sms.body.Session, 'PASSWORD', { PASSWORD: 'Wrong-Horse-1' }))).toContain(
    'Incorrect',
  )
  expect(told(await answer(app, 'SMS_OTP', mail.body.Session, code(app, 'SMS_OTP')))).toBe(INVALID)
  expect(told(await answer(app, 'EMAIL_OTP', mail.body.Session, code(app, 'SMS_OTP')))).toBe(WRONG_CODE)
  expect(told(await answer(app, 'EMAIL_OTP', mail.body.Session, code(app, 'EMAIL_OTP')))).toBe('tokens')
  for (const Session of [first, mail.body.Session, sms.body.Session])
    expect(told(await select(Session, 'PASSWORD', { PASSWORD }))).toBe(USED)
  expect(told(await answer(app, 'SMS_OTP', sms.body.Session, code(app, 'SMS_OTP')))).toBe(USED)
})

test('a code is valid only for its session and its address, and within its time', async () => {
  const app = await startChoice(ALL)
  const one = (await choose(app, 'EMAIL_OTP')).body.Session
  const codeOfOne = code(app, 'EMAIL_OTP')
  const two = (await choose(app, 'EMAIL_OTP')).body.Session
  expect(told(await answer(app, 'EMAIL_OTP', two, codeOfOne))).toBe(WRONG_CODE)
  // The address was replaced by another that is verified too.
  await update(app, [
    { Name: 'email', Value: 'eve@example.com' },
    { Name: 'email_verified', Value: 'true' },
  ])
  expect(told(await answer(app, 'EMAIL_OTP', one, codeOfOne))).toBe(WRONG_CODE)
  await update(app, ADA)
  expect(told(await answer(app, 'EMAIL_OTP', one, codeOfOne))).toBe('tokens')
  app.server.clock.advance(180)
  expect(told(await answer(app, 'EMAIL_OTP', two, code(app, 'EMAIL_OTP')))).toBe(EXPIRED)
})

test('a code of another user, pool or purpose is wrong, and codes of sign-ins are invalid elsewhere', async () => {
  const attributesOf = (name: string) => [
    { Name: 'email', Value: `${name}@example.com` },
    { Name: 'email_verified', Value: 'true' },
  ]
  const users = ['ada', 'bob'].map((Username) => ({
    Username,
    Password: PASSWORD,
    UserAttributes: attributesOf(Username),
  }))
  const app = await startChoice(ALL, { pool: { users, AutoVerifiedAttributes: ['email'] } })
  const codeOf = (name: string) => app.server.inbox.last(`${name}@example.com`)?.code ?? ''

  const elsewhere = await app.call('CreateUserPool', {
    PoolName: 'Elsewhere',
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ALL } },
  })
  const UserPoolId = elsewhere.body.UserPool.Id
  const client = await app.call('CreateUserPoolClient', {
    UserPoolId,
    ClientName: 'Web',
    ExplicitAuthFlows: ['ALLOW_USER_AUTH'],
  })
  const there = { ...app, userPoolClientId: client.body.UserPoolClient.ClientId }
  await app.call('AdminCreateUser', {
    UserPoolId,
    Username: 'ada',
    UserAttributes: attributesOf('ada'),
    MessageAction: 'SUPPRESS',
  })
  const ofOtherPool = (await choose(there, 'EMAIL_OTP')).body.Session
  const codeOfOtherPool = codeOf('ada')
  await choose(app, 'EMAIL_OTP', { USERNAME: 'bob' })
  await app.call('ForgotPassword', { ClientId: app.userPoolClientId, Username: 'ada' })
  const codeOfReset = codeOf('ada')
  const { Session } = (await choose(app, 'EMAIL_OTP')).body
  const right = codeOf('ada')
  for (const wrong of [codeOf('bob'), codeOfOtherPool, codeOfReset])
    expect(told(await answer(app, 'EMAIL_OTP', Session, wrong))).toBe(WRONG_CODE)
  expect(told(await answer(app, 'EMAIL_OTP', ofOtherPool, codeOfOtherPool))).toBe(INVALID)
  const reset = (ConfirmationCode: string) =>
    app.call('ConfirmForgotPassword', {
      ClientId: app.userPoolClientId,
      Username: 'ada',
      Password: 'Another-Horse-1',
      ConfirmationCode,
    })
  expect(told(await reset(right))).toContain('CodeMismatchException')
  expect(told(await answer(app, 'EMAIL_OTP', Session, right))).toBe('tokens')
  expect(told(await answer(there, 'EMAIL_OTP', ofOtherPool, codeOfOtherPool))).toBe('tokens')
  expect((await reset(codeOfReset)).status).toBe(200)
})

test('a new password and a global sign-out void a code of a first factor', async () => {
  const app = await startChoice(ALL)
  const admin = { UserPoolId: app.userPoolId, Username: 'ada' }
  for (const end of [
    () => app.call('AdminSetUserPassword', { ...admin, Password: PASSWORD, Permanent: true }),
    () => app.call('AdminUserGlobalSignOut', admin),
  ]) {
    const { Session } = (await choose(app, 'EMAIL_OTP')).body
    await end()
    expect(told(await answer(app, 'EMAIL_OTP', Session, code(app, 'EMAIL_OTP')))).toBe(INVALID)
  }
  const { Session } = (await choose(app, 'EMAIL_OTP')).body
  expect(told(await answer(app, 'EMAIL_OTP', Session, code(app, 'EMAIL_OTP')))).toBe('tokens')
})

test('of all right answers to one choice, on two servers at the same moment, one gets tokens', async () => {
  const database = await sharedDatabase()
  const clock = stillClock()
  const app = await startChoice(ALL, { ...database, clock })
  const second = { ...(await start({ ...database, clock })), userPoolClientId: app.userPoolClientId }
  const first = (await choose(app)).body.Session
  const mail = (await answerChoice(app, 'SELECT_CHALLENGE', first, { ANSWER: 'EMAIL_OTP' })).body.Session
  const sms = (await answerChoice(second, 'SELECT_CHALLENGE', mail, { ANSWER: 'SMS_OTP' })).body.Session
  const text = { mail: code(app, 'EMAIL_OTP'), sms: code(second, 'SMS_OTP') }
  const answers = await Promise.all([
    answer(app, 'EMAIL_OTP', mail, text.mail),
    answer(second, 'EMAIL_OTP', mail, text.mail),
    answer(app, 'SMS_OTP', sms, text.sms),
    answerChoice(second, 'SELECT_CHALLENGE', sms, { ANSWER: 'PASSWORD', PASSWORD }),
  ])
  expect(answers.map(told).sort()).toEqual([USED, USED, USED, 'tokens'])
})

test('twenty wrong codes an hour are judged, over all sessions, clients and nodes, and no other factor is locked', async () => {
  const database = await sharedDatabase()
  const clock = stillClock()
  // Names without a user are offered codes by e-mail there.
  const pool = { AutoVerifiedAttributes: ['email' as const] }
  const app = await startChoice(ALL, { ...database, clock, pool })
  const second = await start({ ...database, clock })
  const created = await app.call('CreateUserPoolClient', {
    UserPoolId: app.userPoolId,
    ClientName: 'Other',
    ExplicitAuthFlows: ['ALLOW_USER_AUTH'],
    PreventUserExistenceErrors: 'ENABLED',
  })
  const nodes = [app, { ...second, userPoolClientId: created.body.UserPoolClient.ClientId }] as const
  for (const USERNAME of ['ada', 'bob']) {
    const wrong = async (node: Started) => {
      const { Session } = (await choose(node, 'EMAIL_OTP', { USERNAME })).body
      return told(await answer(node, 'EMAIL_OTP', Session, 'wrong', { USERNAME }))
    }
    const answers = await Promise.all(Array.from({ length: 25 }, (_, i) => wrong(nodes[i % 2 ? 1 : 0])))
    expect(answers.filter((each) => each === WRONG_CODE)).toHaveLength(20)
    expect(answers.filter((each) => each === EXCEEDED)).toHaveLength(5)
  }
  const { Session } = (await choose(app, 'SMS_OTP')).body
  const right = () => answer(app, 'SMS_OTP', Session, code(app, 'SMS_OTP'))
  expect(told(await right())).toBe(EXCEEDED)
  expect(told(await choose(app, 'PASSWORD', { PASSWORD }))).toBe('tokens')
  clock.advance(3599)
  expect(told(await wrongOf(app))).toBe(EXCEEDED)
  clock.advance(1)
  const later = (await choose(app, 'SMS_OTP')).body.Session
  expect(told(await answer(app, 'SMS_OTP', later, code(app, 'SMS_OTP')))).toBe('tokens')
})

const wrongOf = async (app: Started) =>
  answer(app, 'EMAIL_OTP', (await choose(app, 'EMAIL_OTP')).body.Session, 'wrong')

test('wrong codes of a second factor do not count for first factors', async () => {
  const app = await startChoice(ALL)
  for (let i = 0; i < 20; i++) expect(told(await wrongOf(app))).toBe(WRONG_CODE)
  expect(told(await wrongOf(app))).toBe(EXCEEDED)
  const { AccessToken } = (await choose(app, 'PASSWORD', { PASSWORD })).body.AuthenticationResult
  await app.call('SetUserPoolMfaConfig', {
    UserPoolId: app.userPoolId,
    MfaConfiguration: 'OPTIONAL',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  })
  const { body } = await app.call('AssociateSoftwareToken', { AccessToken })
  const { SecretCode } = body as unknown as { SecretCode: string }
  const now = () => totp(SecretCode, app.server.clock.now())
  await app.call('VerifySoftwareToken', { AccessToken, UserCode: now() })
  await app.call('SetUserMFAPreference', { AccessToken, SoftwareTokenMfaSettings: { Enabled: true } })
  app.server.clock.advance(30)
  const asked = await choose(app, 'PASSWORD', { PASSWORD })
  expect(told(asked)).toBe('SOFTWARE_TOKEN_MFA')
  const done = await answerChoice(app, 'SOFTWARE_TOKEN_MFA', asked.body.Session, {
    SOFTWARE_TOKEN_MFA_CODE: now(),
  })
  expect(told(done)).toBe('tokens')
})

const EMAIL_MFA = { EmailMfaConfiguration: { Message: 'Your code: {####}', Subject: 'Code' } }

test('where a second factor is asked for, only the password comes first', async () => {
  const app = await startChoice(ALL)
  const mfa = (MfaConfiguration: string) =>
    app.call('SetUserPoolMfaConfig', {
      UserPoolId: app.userPoolId,
      MfaConfiguration,
      ...(MfaConfiguration !== 'OFF' && EMAIL_MFA),
    })
  const offered = async () => (await choose(app)).body.AvailableChallenges
  const everything = await offered()
  expect(everything).toContain('EMAIL_OTP')
  await mfa('OPTIONAL')
  expect(await offered()).toEqual(everything)
  const before = (await choose(app, 'SMS_OTP')).body.Session
  const codeOfBefore = code(app, 'SMS_OTP')
  await app.call('AdminSetUserMFAPreference', {
    UserPoolId: app.userPoolId,
    Username: 'ada',
    EmailMfaSettings: { Enabled: true },
  })
  expect(await offered()).toEqual(['PASSWORD_SRP', 'PASSWORD'])
  expect(told(await choose(app, 'EMAIL_OTP'))).toBe('SELECT_CHALLENGE')
  // One that was sent before is withheld as well.
  expect(told(await answer(app, 'SMS_OTP', before, codeOfBefore))).toBe(WRONG_CODE)
  // The second factor has the shorter code, and says by which name it is answered.
  const asked = await choose(app, 'PASSWORD', { PASSWORD })
  expect(asked.body).toMatchObject({
    ChallengeName: 'EMAIL_OTP',
    ChallengeParameters: { USER_ID_FOR_SRP: 'ada' },
  })
  expect(asked.body).not.toHaveProperty('AvailableChallenges')
  expect(code(app, 'EMAIL_OTP')).toMatch(/^\d{6}$/)
  expect(told(await answerChoice(app, 'SELECT_CHALLENGE', asked.body.Session, { ANSWER: 'PASSWORD' }))).toBe(
    INVALID,
  )
  expect(told(await answer(app, 'EMAIL_OTP', asked.body.Session, code(app, 'EMAIL_OTP')))).toBe('tokens')
  await mfa('ON')
  expect(await offered()).toEqual(['PASSWORD_SRP', 'PASSWORD'])
  await mfa('OFF')
  expect(await offered()).toEqual(everything)
})

test('a second factor that is turned on while a code is checked is asked for', async () => {
  const app = await startChoice(ALL)
  const mfa = { UserPoolId: app.userPoolId, MfaConfiguration: 'OPTIONAL', ...EMAIL_MFA }
  await app.call('SetUserPoolMfaConfig', mfa)
  const { Session } = (await choose(app, 'SMS_OTP')).body
  const { held, release } = holdStatement(/^select \* from "users" where "id"/, 'once it is answered')
  const answered = answer(app, 'SMS_OTP', Session, code(app, 'SMS_OTP'))
  await held
  const EmailMfaSettings = { Enabled: true }
  const user = { UserPoolId: app.userPoolId, Username: 'ada' }
  expect((await app.call('AdminSetUserMFAPreference', { ...user, EmailMfaSettings })).body).toEqual({})
  release()
  expect(told(await answered)).toBe(INVALID)
})

test('one client address gets five codes an hour to an address, and the answers do not reveal it', async () => {
  const app = await startChoice(ALL, { messageLimits: { destination: { perHour: 3 } } })
  for (let i = 0; i < 5; i++) expect(told(await choose(app, 'EMAIL_OTP'))).toBe('EMAIL_OTP')
  expect(app.server.inbox.list()).toHaveLength(3)
  const open = await startChoice(ALL, { messageLimits: { destination: { perHour: 1 } }, hides: false })
  expect(told(await choose(open, 'EMAIL_OTP'))).toBe('EMAIL_OTP')
  expect(told(await choose(open, 'EMAIL_OTP'))).toBe(
    'NotAuthorizedException: Attempt limit exceeded, please try after some time.',
  )
  // A choice that could not be sent leaves the others.
  expect(told(await choose(open, 'PASSWORD', { PASSWORD }))).toBe('tokens')
})

test('an undelivered code causes an error only where existence is not hidden', async () => {
  const deliver = () => Promise.reject(new Error('The mail server is down.'))
  const open = await startChoice(ALL, { deliver, hides: false })
  expect(told(await choose(open, 'EMAIL_OTP'))).toContain('CodeDeliveryFailureException')
  const reasons: string[] = []
  const hiding = await startChoice(ALL, {
    deliver,
    log: ({ exception }) => void (exception && reasons.push(exception)),
  })
  expect(told(await choose(hiding, 'EMAIL_OTP'))).toBe('EMAIL_OTP')
  await hiding.server.close()
  expect(reasons).toEqual(['CodeDeliveryFailureException'])
})
