import { createHash } from 'node:crypto'
import type { UserPoolConfig } from '@amulet/server'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../src/db/database.js'
import { ADA, answerChoice, choose, startChoice, told } from './choice.js'
import { sharedDatabase } from './fresh-database.js'
import { PASSWORD, type Started } from './start.js'

// What a name that does not exist is offered where that is hidden.

const ALL = ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP'] as const
const WRONG_CODE = 'CodeMismatchException: Invalid code or auth state for the user.'
const BOTH = { AutoVerifiedAttributes: ['email' as const, 'phone_number' as const] }

// The pool and the root key decide what is drawn, so they are fixed here.
const startFixed = (pool: Omit<UserPoolConfig, 'PoolName'> = BOTH, options = {}) =>
  startChoice(ALL, {
    rootKey: Buffer.alloc(32, 1),
    pool: { UserPoolId: 'us-east-1_choice', ...pool },
    ...options,
  })

const NAMES = Array.from(
  { length: 40 },
  (_, i) => `name-${createHash('sha1').update(`${i}`).digest('hex').slice(0, 8)}`,
)

const offered = async (app: Started, USERNAME: string) =>
  (await choose(app, undefined, { USERNAME })).body.AvailableChallenges

test('each unknown name is offered factors that users could have, in their order, and the same every time', async () => {
  const app = await startFixed()
  const seen = new Set<string>()
  for (const name of NAMES) {
    const once = await offered(app, name)
    expect(await offered(app, name)).toEqual(once)
    expect(
      (['PASSWORD_SRP', 'PASSWORD', 'EMAIL_OTP', 'SMS_OTP'] as const).filter((each) => once.includes(each)),
    ).toEqual(once)
    expect(once.length).toBeGreaterThan(0)
    seen.add(once.join())
    for (const factor of ['EMAIL_OTP', 'SMS_OTP'] as const) {
      if (!once.includes(factor)) continue
      const { CODE_DELIVERY_DESTINATION } = (await choose(app, factor, { USERNAME: name })).body
        .ChallengeParameters
      expect(CODE_DELIVERY_DESTINATION).toMatch(
        factor === 'EMAIL_OTP' ? /^[a-z0-9]\*{3}@[a-z0-9]\*{3}$/ : /^\+\*{7}\d{4}$/,
      )
    }
  }
  expect(seen.size).toBeGreaterThan(3)
  // Some have no password, as some users have none.
  expect([...seen]).toEqual(expect.arrayContaining(['EMAIL_OTP', 'SMS_OTP', 'EMAIL_OTP,SMS_OTP']))
})

test.each([
  ['email', { UsernameAttributes: ['email' as const], AutoVerifiedAttributes: ['email' as const] }],
  ['email or number', { UsernameAttributes: BOTH.AutoVerifiedAttributes, ...BOTH }],
])('a name that is an address is offered codes to it, with the mask of the address: %s', async (_, pool) => {
  const app = await startFixed({ ...pool, users: [] })
  // Also those for whom something else is drawn.
  for (const name of NAMES) expect(await offered(app, `${name}@example.com`)).toContain('EMAIL_OTP')
  for (const name of ['Bob@Example.org', 'eve@example.com']) {
    expect(await offered(app, name)).toContain('EMAIL_OTP')
    const { body } = await choose(app, 'EMAIL_OTP', { USERNAME: name })
    expect(body.ChallengeParameters.CODE_DELIVERY_DESTINATION).toBe(`${name.charAt(0).toLowerCase()}***@e***`)
  }
  expect(app.server.inbox.list()).toEqual([])
})

const BY_EMAIL = {
  UsernameAttributes: ['email' as const],
  AutoVerifiedAttributes: ['email' as const],
  users: [{ Username: 'ada@example.com', Password: PASSWORD, UserAttributes: ADA.slice(1) }],
}
const BY_ALIAS = {
  AliasAttributes: ['email' as const, 'phone_number' as const],
  ...BOTH,
}
const TAGGED = { UserPoolTags: { 'amulet:srp-identity': 'sub' } }

test.each([
  ['addresses as usernames', BY_EMAIL],
  ['addresses as usernames, and a tag', { ...BY_EMAIL, ...TAGGED }],
  ['aliases', BY_ALIAS],
  ['aliases, and a tag', { ...BY_ALIAS, ...TAGGED }],
  ['usernames alone, and a tag', { ...BOTH, ...TAGGED }],
])('the name in a challenge is answered like the one that the sign-in began with: %s', async (_, pool) => {
  const app = await startFixed(pool)
  const { call, userPoolClientId: ClientId } = app
  const begin = (USERNAME: string) =>
    call('InitiateAuth', {
      ClientId,
      AuthFlow: 'USER_SRP_AUTH',
      AuthParameters: { USERNAME, SRP_A: '2'.repeat(64) },
    })
  const shown = async (name: string) => {
    const { USER_ID_FOR_SRP, SALT } = (await begin(name)).body.ChallengeParameters
    const { body: reset } = await call('ForgotPassword', { ClientId, Username: name })
    const masks = []
    for (const preferred of ['EMAIL_OTP', 'SMS_OTP']) {
      const { ChallengeName, ChallengeParameters } = (await choose(app, preferred, { USERNAME: name })).body
      masks.push([ChallengeName, ChallengeParameters?.CODE_DELIVERY_DESTINATION])
    }
    return [USER_ID_FOR_SRP, SALT, await offered(app, name), reset.CodeDeliveryDetails, masks]
  }
  const addresses = ['ada@example.com', 'eve@example.org', 'Bob@Example.com', '+15555550177', 'zed']
  for (const name of [...addresses, ...NAMES.slice(0, 12)]) {
    const { USER_ID_FOR_SRP } = (await begin(name)).body.ChallengeParameters
    expect(await shown(USER_ID_FOR_SRP ?? ''), name).toEqual(await shown(name))
  }
})

test('the answer to a password reset fits the factors that a name is offered', async () => {
  const app = await startFixed()
  const CODE = { EMAIL: 'EMAIL_OTP', SMS: 'SMS_OTP' } as const
  for (const Username of NAMES) {
    const { body } = await app.call('ForgotPassword', { ClientId: app.userPoolClientId, Username })
    const { DeliveryMedium, Destination } = body.CodeDeliveryDetails
    const challenge = CODE[DeliveryMedium as 'EMAIL' | 'SMS']
    expect(await offered(app, Username)).toContain(challenge)
    const { ChallengeParameters } = (await choose(app, challenge, { USERNAME: Username })).body
    expect(ChallengeParameters.CODE_DELIVERY_DESTINATION).toBe(Destination)
  }
})

test.each([
  ['verified_email', 'EMAIL_OTP', 'SMS_OTP'],
  ['verified_phone_number', 'SMS_OTP', 'EMAIL_OTP'],
] as const)('factors that do not reset passwords may be offered as well: %s', async (Name, by, other) => {
  const AccountRecoverySetting = { RecoveryMechanisms: [{ Name, Priority: 1 }] }
  const app = await startFixed({ ...BOTH, AccountRecoverySetting })
  expect(await offered(app, 'ada')).toEqual(expect.arrayContaining([by, other]))
  const seen = []
  for (const name of NAMES) seen.push(await offered(app, name))
  for (const each of seen) expect(each).toContain(by)
  expect(new Set(seen.map((each) => each.includes(other)))).toEqual(new Set([true, false]))
})

test('where a second factor is required, no name is offered codes', async () => {
  const app = await startFixed()
  await app.call('SetUserPoolMfaConfig', {
    UserPoolId: app.userPoolId,
    MfaConfiguration: 'ON',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  })
  for (const name of ['ada', ...NAMES]) expect(await offered(app, name)).toEqual(['PASSWORD_SRP', 'PASSWORD'])
})

test('answers and sessions of names with the same offer have the same form and length, and no message is sent', async () => {
  const app = await startFixed()
  const like = await offered(app, 'ada')
  const twin: string[] = []
  for (const name of NAMES) if ((await offered(app, name)).join() === like.join()) twin.push(name)
  const [USERNAME = expect.fail('no name is drawn what Ada has')] = twin
  // The name that is mixed in by SRP is as long as the user's.
  const long = 'ada'.padEnd(USERNAME.length, '-')
  await app.call('AdminCreateUser', {
    UserPoolId: app.userPoolId,
    Username: long,
    UserAttributes: ADA,
    MessageAction: 'SUPPRESS',
  })
  await app.call('AdminSetUserPassword', {
    UserPoolId: app.userPoolId,
    Username: long,
    Password: PASSWORD,
    Permanent: true,
  })
  const forms = async (name: string) => {
    const first = await choose(app, undefined, { USERNAME: name })
    const preferred = await choose(app, 'EMAIL_OTP', { USERNAME: name })
    const chosen = await answerChoice(app, 'SELECT_CHALLENGE', first.body.Session, {
      USERNAME: name,
      ANSWER: 'SMS_OTP',
    })
    const wrong = await answerChoice(app, 'SMS_OTP', chosen.body.Session, {
      USERNAME: name,
      SMS_OTP_CODE: '12345678',
    })
    expect(told(wrong)).toBe(WRONG_CODE)
    return [first, preferred, chosen].map(({ body, text }) => [
      body.ChallengeName,
      Object.keys(body),
      Object.keys(body.ChallengeParameters),
      body.Session.length,
      text.length,
    ])
  }
  expect(await forms(USERNAME)).toEqual(await forms(long))
  expect(app.server.inbox.list().map(({ to }) => to)).toEqual(['+15555550100', 'ada@example.com'])
})

test('messages that only seem to be sent to an address are counted like real ones', async () => {
  const app = await startFixed(
    { UsernameAttributes: ['email'], AutoVerifiedAttributes: ['email'], users: [] },
    { messageLimits: { destination: { perHour: 2 } } },
  )
  const signUp = async (Username: string) =>
    told(await app.call('SignUp', { ClientId: app.userPoolClientId, Username, Password: PASSWORD }))
  await choose(app, 'EMAIL_OTP', { USERNAME: 'bob@example.com' })
  expect(await signUp('bob@example.com')).toBe('tokens')
  const first = (await choose(app, undefined, { USERNAME: 'eve@example.com' })).body.Session
  for (let i = 0; i < 2; i++)
    await answerChoice(app, 'SELECT_CHALLENGE', first, { USERNAME: 'eve@example.com', ANSWER: 'EMAIL_OTP' })
  expect(await signUp('eve@example.com')).toContain('LimitExceededException')
})

test.each([
  [true, []],
  // Codes go to what is verified.
  [true, ADA.filter(({ Name }) => !Name.endsWith('_verified'))],
  [false, []],
])(
  'a user without a first factor is answered like a name that does not exist: %s %j',
  async (hides, attributes) => {
    const database = await sharedDatabase()
    const app = await startFixed(BOTH, { ...database, attributes, hides })
    const { db } = await openDatabase(database.database)
    onTestFinished(() => db.destroy())
    await db.updateTable('users').set({ salt: null, sealed_verifier: null, srp_identity: null }).execute()
    const incorrect = 'NotAuthorizedException: Incorrect username or password.'
    const first = await choose(app)
    if (!hides) return expect(told(first)).toBe(incorrect)
    expect(first.body.AvailableChallenges.length).toBeGreaterThan(0)
    for (const name of first.body.AvailableChallenges.filter((name) => name.endsWith('_OTP'))) {
      const { Session } = (await choose(app, name)).body
      expect(told(await answerChoice(app, name, Session, { [`${name}_CODE`]: 'wrong' }))).toBe(WRONG_CODE)
    }
    expect(told(await choose(app, 'PASSWORD', { PASSWORD }))).toBe(
      first.body.AvailableChallenges.includes('PASSWORD') ? incorrect : 'SELECT_CHALLENGE',
    )
    expect(app.server.inbox.list()).toEqual([])
  },
)

test('in a pool whose sign-ups are confirmed by a link, an interrupted sign-up gets the answer at once, and no message is sent', async () => {
  const link = { DefaultEmailOption: 'CONFIRM_WITH_LINK' as const }
  const app = await startFixed({ AutoVerifiedAttributes: ['email'], VerificationMessageTemplate: link })
  const UserAttributes = [{ Name: 'email', Value: 'bob@example.com' }]
  await app.call('SignUp', {
    ClientId: app.userPoolClientId,
    Username: 'bob',
    Password: PASSWORD,
    UserAttributes,
  })
  app.server.inbox.clear()
  for (const preferred of [undefined, 'EMAIL_OTP', 'PASSWORD'])
    expect(told(await choose(app, preferred, { USERNAME: 'bob', PASSWORD }))).toBe(
      'UserNotConfirmedException: User is not confirmed.',
    )
  expect(app.server.inbox.list()).toEqual([])
  expect(told(await choose(app, 'EMAIL_OTP'))).toBe('EMAIL_OTP')
  // Who begins with the password is told once it is proven.
  const signIn = (password: string) =>
    app.call('InitiateAuth', {
      ClientId: app.userPoolClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'bob', PASSWORD: password },
    })
  expect(told(await signIn('Wrong-Horse-1'))).toBe('NotAuthorizedException: Incorrect username or password.')
  expect(told(await signIn(PASSWORD))).toBe('UserNotConfirmedException: User is not confirmed.')
})
