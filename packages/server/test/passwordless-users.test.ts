import { expect, test } from 'vitest'
import { answerChoice, choose, type FirstFactor, startChoice, told } from './choice.js'
import { PASSWORD, type Started } from './start.js'
import { totp } from './totp.js'

// Users who have no password, and the sessions by which a sign-up goes on to a sign-in.

const FACTORS: readonly FirstFactor[] = ['PASSWORD', 'EMAIL_OTP']
const POOL = { AutoVerifiedAttributes: ['email' as const], users: [] }
const INVALID = 'NotAuthorizedException: Invalid session for the user.'
const USED = 'NotAuthorizedException: Invalid session for the user, session can only be used once.'
const EXPIRED = 'NotAuthorizedException: Invalid session for the user, session is expired.'
const UNCONFIRMED = 'UserNotConfirmedException: User is not confirmed.'
const MISSING =
  "InvalidParameterException: 1 validation error detected: Value at 'password' failed to satisfy constraint: Member must not be null"

const email = (name: string) => `${name}@example.com`
const attributes = (name: string) => [{ Name: 'email', Value: email(name) }]

const signUp = (app: Started, Username = 'ada', more: object = {}) =>
  app.call('SignUp', {
    ClientId: app.userPoolClientId,
    Username,
    UserAttributes: attributes(Username),
    ...more,
  })

const confirm = (app: Started, Username = 'ada', more: object = {}) =>
  app.call('ConfirmSignUp', {
    ClientId: app.userPoolClientId,
    Username,
    ConfirmationCode: app.server.inbox.last(email(Username))?.code,
    ...more,
  })

const signIn = (app: Started, Session: string, more: Record<string, string> = {}) =>
  choose(app, undefined, more, Session)

test('a sign-up without a password leads to a sign-in by its session, once', async () => {
  const app = await startChoice(FACTORS, { pool: POOL })
  const signedUp = await signUp(app)
  expect(signedUp.body).toEqual({
    UserConfirmed: false,
    UserSub: expect.any(String),
    Session: expect.any(String),
    CodeDeliveryDetails: { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'a***@e***' },
  })
  const { Session: ofSignUp } = signedUp.body
  // Until then it is good for nothing, and is not used up by that.
  for (let i = 0; i < 2; i++) expect(told(await signIn(app, ofSignUp))).toBe(UNCONFIRMED)
  const confirmed = await confirm(app, 'ada', { Session: ofSignUp })
  expect(confirmed.body).toEqual({ Session: expect.any(String) })
  const { Session } = confirmed.body
  const done = await signIn(app, Session)
  expect(done.body).toMatchObject({ AuthenticationResult: { TokenType: 'Bearer' }, ChallengeParameters: {} })
  expect(told(await signIn(app, Session))).toBe(USED)
  // That of the sign-up is another, and the user is confirmed by now.
  expect(told(await signIn(app, ofSignUp))).toBe('tokens')
  expect(told(await signIn(app, ofSignUp))).toBe(USED)
  // From then on, codes.
  expect((await choose(app)).body.AvailableChallenges).toEqual(['EMAIL_OTP'])
  const asked = await choose(app, 'EMAIL_OTP')
  const EMAIL_OTP_CODE = app.server.inbox.last(email('ada'))?.code ?? ''
  expect(told(await answerChoice(app, 'EMAIL_OTP', asked.body.Session, { EMAIL_OTP_CODE }))).toBe('tokens')
})

test('a user whom an administrator confirms signs in by the session of the sign-up', async () => {
  const app = await startChoice(FACTORS, { pool: POOL })
  const { Session } = (await signUp(app)).body
  await app.call('AdminConfirmSignUp', { UserPoolId: app.userPoolId, Username: 'ada' })
  expect(told(await signIn(app, Session))).toBe('tokens')
})

test('a user whom a function confirms signs in by the session of the sign-up', async () => {
  const app = await startChoice(FACTORS, {
    pool: { ...POOL, LambdaConfig: { PreSignUp: 'arn:aws:lambda:us-east-1:123456789012:function:confirm' } },
    functions: {
      confirm: async (event) => ({ ...event, response: { autoConfirmUser: true, autoVerifyEmail: true } }),
    },
  })
  const { UserConfirmed, Session } = (await signUp(app)).body
  expect(UserConfirmed).toBe(true)
  expect(app.server.inbox.list()).toEqual([])
  expect(told(await signIn(app, Session))).toBe('tokens')
  expect(told(await signIn(app, Session))).toBe(USED)
})

test('a user who opened the link signs in by the session of the sign-up, which was asked for before', async () => {
  const VerificationMessageTemplate = { DefaultEmailOption: 'CONFIRM_WITH_LINK' as const }
  const app = await startChoice(FACTORS, { pool: { ...POOL, VerificationMessageTemplate } })
  const { Session } = (await signUp(app)).body
  for (let i = 0; i < 3; i++) expect(told(await signIn(app, Session))).toBe(UNCONFIRMED)
  await app.server.inbox.confirm(app.server.inbox.last(email('ada'))?.link)
  expect(told(await signIn(app, Session))).toBe('tokens')
})

test('a sign-up with a password has sessions too, and each works without the other', async () => {
  const app = await startChoice(FACTORS, { pool: POOL })
  expect((await signUp(app, 'ada', { Password: PASSWORD })).body.Session).toEqual(expect.any(String))
  // AWS Amplify sends none.
  const { Session } = (await confirm(app)).body
  expect(told(await signIn(app, Session))).toBe('tokens')
})

test('only clients that may use USER_AUTH get sessions, and only where a factor other than a password comes first', async () => {
  const passwords = await startChoice(['PASSWORD'], { pool: POOL })
  expect((await signUp(passwords, 'ada', { Password: PASSWORD })).body).not.toHaveProperty('Session')
  expect((await confirm(passwords)).body).toEqual({ Session: expect.any(String) })
  const app = await startChoice(FACTORS, { pool: POOL })
  const created = await app.call('CreateUserPoolClient', { UserPoolId: app.userPoolId, ClientName: 'Other' })
  const other = { ...app, userPoolClientId: created.body.UserPoolClient.ClientId }
  expect((await signUp(other, 'ada', { Password: PASSWORD })).body).not.toHaveProperty('Session')
  expect((await confirm(other)).body).toEqual({})
  // Nor can its users be without a password.
  expect(told(await signUp(other, 'bob'))).toBe(MISSING)
  expect(told(await signUp(passwords, 'bob'))).toBe(MISSING)
  expect(told(await signUp(app, 'bob'))).toBe('tokens')
})

test('the session of a sign-up is valid only for its user, client, flow and time, and not for a challenge', async () => {
  const app = await startChoice(FACTORS, { pool: POOL })
  await signUp(app, 'eve')
  const eve = (await confirm(app, 'eve')).body.Session
  const ofSignUp = (await signUp(app)).body.Session
  for (const Session of [eve, 'nonsense-nonsense-nonsense', (await choose(app)).body.Session])
    expect(told(await confirm(app, 'ada', { Session }))).toBe(INVALID)
  app.server.clock.advance(180)
  // The message took longer than the session lasts.
  const { Session } = (await confirm(app, 'ada', { Session: ofSignUp })).body
  expect(told(await signIn(app, ofSignUp))).toBe(EXPIRED)
  expect(told(await signIn(app, Session, { USERNAME: 'eve' }))).toBe(INVALID)
  expect(told(await signIn(app, Session, { USERNAME: 'nobody' }))).toBe(INVALID)
  const created = await app.call('CreateUserPoolClient', {
    UserPoolId: app.userPoolId,
    ClientName: 'Other',
    ExplicitAuthFlows: ['ALLOW_USER_AUTH'],
  })
  const other = { ...app, userPoolClientId: created.body.UserPoolClient.ClientId }
  expect(told(await signIn(other, Session))).toBe(INVALID)
  expect(told(await signIn(app, (await choose(app)).body.Session))).toBe(INVALID)
  expect(told(await signIn(app, `${Session.slice(0, -4)}AAAA`))).toBe(INVALID)
  expect(told(await answerChoice(app, 'SELECT_CHALLENGE', Session, { ANSWER: 'EMAIL_OTP' }))).toBe(INVALID)
  expect(told(await answerChoice(app, 'EMAIL_OTP', Session, { EMAIL_OTP_CODE: '12345678' }))).toBe(INVALID)
  app.server.clock.advance(179)
  expect(told(await signIn(app, Session))).toBe('tokens')
  expect(told(await signIn(app, eve, { USERNAME: 'eve' }))).toBe(EXPIRED)
})

test('the session of a sign-up ends when the user is disabled, signed out everywhere or gets a password', async () => {
  const app = await startChoice(FACTORS, { pool: POOL })
  const admin = { UserPoolId: app.userPoolId }
  for (const [Username, operation, more, expected] of [
    ['ada', 'AdminDisableUser', {}, 'NotAuthorizedException: User is disabled.'],
    ['bob', 'AdminUserGlobalSignOut', {}, INVALID],
    ['eve', 'AdminSetUserPassword', { Password: PASSWORD, Permanent: true }, INVALID],
    ['dan', 'AdminDeleteUser', {}, INVALID],
    ['zoe', 'AdminGetUser', {}, 'tokens'],
  ] as const) {
    await signUp(app, Username)
    const { Session } = (await confirm(app, Username)).body
    await app.call(operation, { ...admin, Username, ...more })
    expect(told(await signIn(app, Session, { USERNAME: Username })), operation).toBe(expected)
  }
})

test('of two sign-ins by one session at the same moment, one gets tokens', async () => {
  const app = await startChoice(FACTORS, { pool: POOL })
  await signUp(app)
  const { Session } = (await confirm(app)).body
  const answers = await Promise.all([1, 2, 3].map(() => signIn(app, Session)))
  expect(answers.map(told).sort()).toEqual([USED, USED, 'tokens'])
})

test('a second factor that is required follows the session of a sign-up', async () => {
  const app = await startChoice(FACTORS, { pool: POOL })
  await app.call('SetUserPoolMfaConfig', {
    UserPoolId: app.userPoolId,
    MfaConfiguration: 'ON',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  })
  await signUp(app)
  const { Session } = (await confirm(app)).body
  const next = await signIn(app, Session)
  expect(told(next)).toBe('MFA_SETUP')
  expect(told(await signIn(app, Session))).toBe(USED)
  const made = await app.call('AssociateSoftwareToken', { Session: next.body.Session })
  expect(made.status).toBe(200)
})

test('the mailbox that a sign-up has proven is not a second factor beside its session', async () => {
  const app = await startChoice(FACTORS, { pool: POOL })
  await app.call('SetUserPoolMfaConfig', {
    UserPoolId: app.userPoolId,
    MfaConfiguration: 'ON',
    EmailMfaConfiguration: { Message: 'Your code: {####}', Subject: 'Code' },
    SmsMfaConfiguration: { SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' } },
  })
  await signUp(app, 'ada', { Password: PASSWORD })
  const { Session } = (await confirm(app)).body
  app.server.inbox.clear()
  expect(told(await signIn(app, Session))).toBe(INVALID)
  expect(app.server.inbox.list()).toEqual([])
  const asked = await choose(app, 'PASSWORD', { PASSWORD })
  expect(told(asked)).toBe('EMAIL_OTP')
  const EMAIL_OTP_CODE = app.server.inbox.last(email('ada'))?.code ?? ''
  expect(told(await answerChoice(app, 'EMAIL_OTP', asked.body.Session, { EMAIL_OTP_CODE }))).toBe('tokens')

  const number = '+15555550100'
  const UserAttributes = [...attributes('bob'), { Name: 'phone_number', Value: number }]
  await signUp(app, 'bob', { Password: PASSWORD, UserAttributes })
  const bob = await signIn(app, (await confirm(app, 'bob')).body.Session, { USERNAME: 'bob' })
  expect(told(bob)).toBe('SMS_MFA')
  const responses = { USERNAME: 'bob', SMS_MFA_CODE: app.server.inbox.last(number)?.code ?? '' }
  expect(told(await answerChoice(app, 'SMS_MFA', bob.body.Session, responses))).toBe('tokens')
})

test('where only the mailbox of a sign-up could be the second factor, a sign-up needs a password', async () => {
  const app = await startChoice(FACTORS, { pool: POOL })
  const mfa = (more: object = {}) =>
    app.call('SetUserPoolMfaConfig', {
      UserPoolId: app.userPoolId,
      MfaConfiguration: 'ON',
      EmailMfaConfiguration: { Message: 'Your code: {####}', Subject: 'Code' },
      ...more,
    })
  await mfa()
  expect(told(await signUp(app))).toBe(MISSING)
  expect(app.server.inbox.list()).toEqual([])
  expect(told(await signUp(app, 'ada', { Password: PASSWORD }))).toBe('tokens')
  await mfa({ MfaConfiguration: 'OPTIONAL' })
  expect(told(await signUp(app, 'bob'))).toBe('tokens')
  // Where there is another factor, it is set up.
  await mfa({ SoftwareTokenMfaConfiguration: { Enabled: true } })
  expect(told(await signUp(app, 'eve'))).toBe('tokens')
  const asked = await signIn(app, (await confirm(app, 'eve')).body.Session, { USERNAME: 'eve' })
  expect(told(asked)).toBe('MFA_SETUP')
  expect(asked.body.ChallengeParameters).toEqual({ MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]' })
  const made = (await app.call('AssociateSoftwareToken', { Session: asked.body.Session })).body
  const verified = await app.call('VerifySoftwareToken', {
    Session: made.Session,
    UserCode: totp(String(Reflect.get(made, 'SecretCode')), app.server.clock.now()),
  })
  const { Session } = verified.body
  expect(told(await answerChoice(app, 'MFA_SETUP', Session, { USERNAME: 'eve' }))).toBe('tokens')
})

test('where a second factor is required, users who can receive codes are invited with a password', async () => {
  const app = await startChoice(FACTORS, { pool: POOL })
  await app.call('SetUserPoolMfaConfig', {
    UserPoolId: app.userPoolId,
    MfaConfiguration: 'ON',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  })
  const created = await create(app, 'ada', { UserAttributes: VERIFIED, DesiredDeliveryMediums: ['EMAIL'] })
  expect(created.body.User).toMatchObject({ UserStatus: 'FORCE_CHANGE_PASSWORD' })
  const PASSWORD = app.server.inbox.last(email('ada'))?.code ?? ''
  expect(told(await choose(app, 'PASSWORD', { PASSWORD }))).toBe('NEW_PASSWORD_REQUIRED')
})

test('where a sign-in can only begin with a password, the session of a sign-up does not replace it', async () => {
  const app = await startChoice(['PASSWORD'], { pool: POOL })
  await signUp(app, 'ada', { Password: PASSWORD })
  const { Session } = (await confirm(app)).body
  const asked = await signIn(app, Session)
  expect(told(asked)).toBe('SELECT_CHALLENGE')
  expect(asked.body.AvailableChallenges).toEqual(['PASSWORD_SRP', 'PASSWORD'])
  const chosen = { ANSWER: 'PASSWORD', PASSWORD }
  expect(told(await answerChoice(app, 'SELECT_CHALLENGE', asked.body.Session, chosen))).toBe('tokens')
})

test('administrators sign users in by the session of a sign-up too', async () => {
  const app = await startChoice(FACTORS, { pool: POOL })
  await signUp(app)
  const { Session } = (await confirm(app)).body
  const answer = await app.call('AdminInitiateAuth', {
    UserPoolId: app.userPoolId,
    ClientId: app.userPoolClientId,
    AuthFlow: 'USER_AUTH',
    AuthParameters: { USERNAME: 'ada' },
    Session,
  })
  expect(told(answer)).toBe('tokens')
})

const create = (app: Started, Username: string, more: object = {}) =>
  app.call('AdminCreateUser', { UserPoolId: app.userPoolId, Username, ...more })
const VERIFIED = [...attributes('ada'), { Name: 'email_verified', Value: 'true' }]

test('an administrator creates a user without a password who can receive codes, who is confirmed and gets no invitation', async () => {
  const app = await startChoice(FACTORS, { pool: POOL })
  const created = await create(app, 'ada', { UserAttributes: VERIFIED })
  expect(created.body.User).toMatchObject({ Username: 'ada', UserStatus: 'CONFIRMED' })
  expect(app.server.inbox.list()).toEqual([])
  expect((await choose(app)).body.AvailableChallenges).toEqual(['EMAIL_OTP'])
  expect(told(await create(app, 'ada', { UserAttributes: VERIFIED }))).toContain('UsernameExistsException')
  expect(told(await create(app, 'ada', { MessageAction: 'RESEND' }))).toBe(
    'UnsupportedUserStateException: Resend not possible. ada status is not FORCE_CHANGE_PASSWORD',
  )
})

test('a user without a password takes over an address that another user has verified only when forced', async () => {
  const app = await startChoice(FACTORS, { pool: { ...POOL, AliasAttributes: ['email'] } })
  await create(app, 'ada', { UserAttributes: VERIFIED })
  expect(told(await create(app, 'grace', { UserAttributes: VERIFIED }))).toContain('UsernameExistsException')
  const forced = { UserAttributes: VERIFIED, ForceAliasCreation: true }
  expect((await create(app, 'grace', forced)).body.User).toMatchObject({ UserStatus: 'CONFIRMED' })
  const { body } = await app.call('AdminGetUser', { UserPoolId: app.userPoolId, Username: 'ada' })
  expect(body.UserAttributes).toContainEqual({ Name: 'email_verified', Value: 'false' })
})

test('a user who is declared without a password signs in by codes', async () => {
  const users = [{ Username: 'ada', UserAttributes: VERIFIED }]
  const app = await startChoice(FACTORS, { pool: { ...POOL, users } })
  expect((await choose(app)).body.AvailableChallenges).toEqual(['EMAIL_OTP'])
  const { Session, ChallengeParameters } = (await choose(app, 'EMAIL_OTP')).body
  // The mask is of the address that the code went to, where there is one choice alone, too.
  expect(ChallengeParameters.CODE_DELIVERY_DESTINATION).toBe('a***@e***')
  const EMAIL_OTP_CODE = app.server.inbox.last(email('ada'))?.code ?? ''
  expect(told(await answerChoice(app, 'EMAIL_OTP', Session, { EMAIL_OTP_CODE }))).toBe('tokens')
})

test('where users sign in with passkeys, an administrator creates users without a password, unless one is given', async () => {
  const app = await startChoice(['PASSWORD', 'WEB_AUTHN'], { pool: { ...POOL, AutoVerifiedAttributes: [] } })
  const created = await create(app, 'ada')
  expect(created.body.User.UserStatus).toBe('CONFIRMED')
  const given = await create(app, 'bob', { TemporaryPassword: PASSWORD, MessageAction: 'SUPPRESS' })
  expect(given.body.User.UserStatus).toBe('FORCE_CHANGE_PASSWORD')
  const without = await startChoice(['PASSWORD'], { pool: { ...POOL, AutoVerifiedAttributes: [] } })
  expect((await create(without, 'ada', { MessageAction: 'SUPPRESS' })).body.User.UserStatus).toBe(
    'FORCE_CHANGE_PASSWORD',
  )
})

test('a user who cannot receive codes, or is given a password, gets a temporary password', async () => {
  const app = await startChoice(FACTORS, { pool: POOL })
  for (const [name, more] of [
    ['bob', { UserAttributes: attributes('bob') }],
    ['eve', { TemporaryPassword: PASSWORD, UserAttributes: [...attributes('eve'), ...VERIFIED.slice(1)] }],
    [
      'dan',
      {
        UserAttributes: [
          { Name: 'phone_number', Value: '+15555550100' },
          { Name: 'phone_number_verified', Value: 'true' },
        ],
      },
    ],
  ] as const) {
    const created = await create(app, name, more)
    expect(created.body.User.UserStatus, name).toBe('FORCE_CHANGE_PASSWORD')
  }
  expect(app.server.inbox.list()).toHaveLength(3)
  const passwords = await startChoice(['PASSWORD'], { pool: POOL })
  const created = await create(passwords, 'ada', { UserAttributes: VERIFIED })
  expect(created.body.User.UserStatus).toBe('FORCE_CHANGE_PASSWORD')
})

test('a user without a password chooses one later: signed in, by a reset, or by an administrator', async () => {
  const app = await startChoice(FACTORS, { pool: POOL })
  const ClientId = app.userPoolClientId
  const byPassword = async (USERNAME: string, password = PASSWORD) =>
    told(
      await app.call('InitiateAuth', {
        ClientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME, PASSWORD: password },
      }),
    )
  for (const name of ['ada', 'bob', 'eve']) {
    await signUp(app, name)
    expect(await byPassword(name)).toBe('NotAuthorizedException: Incorrect username or password.')
  }
  const { Session } = (await confirm(app)).body
  const { AccessToken } = (await signIn(app, Session)).body.AuthenticationResult
  expect((await app.call('ChangePassword', { AccessToken, ProposedPassword: PASSWORD })).body).toEqual({})
  const other = { AccessToken, ProposedPassword: `${PASSWORD}-2` }
  expect(told(await app.call('ChangePassword', other))).toContain('Incorrect username or password')

  await confirm(app, 'bob')
  await app.call('ForgotPassword', { ClientId, Username: 'bob' })
  const ConfirmationCode = app.server.inbox.last(email('bob'))?.code
  const reset = { ClientId, Username: 'bob', ConfirmationCode, Password: PASSWORD }
  expect((await app.call('ConfirmForgotPassword', reset)).body).toEqual({})

  await confirm(app, 'eve')
  const admin = { UserPoolId: app.userPoolId, Username: 'eve' }
  await app.call('AdminSetUserPassword', { ...admin, Password: PASSWORD, Permanent: true })
  for (const name of ['ada', 'bob', 'eve']) {
    expect(await byPassword(name), name).toBe('tokens')
    expect((await choose(app, undefined, { USERNAME: name })).body.AvailableChallenges).toEqual([
      'PASSWORD_SRP',
      'PASSWORD',
      'EMAIL_OTP',
    ])
  }
})

test('a user without a password whose password an administrator resets has to choose one', async () => {
  const app = await startChoice(FACTORS, { pool: POOL, hides: false })
  await create(app, 'ada', { UserAttributes: VERIFIED })
  await app.call('AdminResetUserPassword', { UserPoolId: app.userPoolId, Username: 'ada' })
  expect(told(await choose(app, 'EMAIL_OTP'))).toBe(
    'PasswordResetRequiredException: Password reset required for the user',
  )
})
