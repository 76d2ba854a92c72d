import type { LogEntry, UserPoolConfig } from '@amulet/server'
import { expect, test } from 'vitest'
import { PASSWORD, type Started, start } from './start.js'
import { stillClock } from './still-clock.js'

// What the operations about codes tell of an account to a caller who knows its name and no code: by state, operation
// and kind of pool. SECURITY.md promises what is shown here.

const MISMATCH = 'CodeMismatchException: Invalid verification code provided, please try again.'
const EXPIRED = 'ExpiredCodeException: Invalid code provided, please request a code again.'
const LIMIT = 'LimitExceededException: Attempt limit exceeded, please try after some time.'
const UNKNOWN = 'UserNotFoundException: Username/client id combination not found.'
const DISABLED = 'NotAuthorizedException: User is disabled.'

interface PoolKind {
  readonly pool: Omit<UserPoolConfig, 'PoolName'>
  /** The name of an account by which it is asked for. */
  name(account: string): string
  /** What a user of the pool has verified. */
  readonly verified: readonly ('email' | 'phone_number')[]
}

const email = (account: string) => `${account}@example.com`
const BY_EMAIL = { AutoVerifiedAttributes: ['email' as const] }
const INSENSITIVE = { UsernameConfiguration: { CaseSensitive: false } }

const POOLS: Record<string, PoolKind> = {
  usernames: { pool: BY_EMAIL, name: (account) => account, verified: ['email'] },
  'usernames, in any case': {
    pool: { ...BY_EMAIL, ...INSENSITIVE },
    name: (account) => account.toUpperCase(),
    verified: ['email'],
  },
  'usernames and aliases': {
    pool: { ...BY_EMAIL, AliasAttributes: ['email'] },
    name: (account) => account,
    verified: ['email'],
  },
  addresses: {
    pool: { ...BY_EMAIL, ...INSENSITIVE, UsernameAttributes: ['email'] },
    name: (account) => email(account.toUpperCase()),
    verified: ['email'],
  },
  'phone numbers': {
    pool: { AutoVerifiedAttributes: ['phone_number'], UsernameAttributes: ['phone_number'] },
    name: phone,
    verified: ['phone_number'],
  },
  'both mechanisms': {
    pool: { AutoVerifiedAttributes: ['email', 'phone_number'] },
    name: (account) => account,
    verified: ['phone_number'],
  },
}

/** Another number for each account. */
function phone(account: string): string {
  const digits = [...account].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 10_000, 7)
  return `+1555556${String(digits).padStart(4, '0')}`
}

async function startKind(kind: PoolKind, PreventUserExistenceErrors: 'ENABLED' | 'LEGACY') {
  const reasons: (string | undefined)[] = []
  const app = await start({
    clock: stillClock(),
    log: ({ operation, reason }: LogEntry) => {
      if (!operation.startsWith('Admin')) reasons.push(reason)
    },
    config: {
      userPools: [
        {
          PoolName: 'Kind',
          ...kind.pool,
          clients: [
            {
              ClientName: 'Web',
              ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
              PreventUserExistenceErrors,
            },
          ],
        },
      ],
    },
  })
  return { ...app, reasons }
}

const { call } = { call: (app: Started, operation: string, input: object) => app.call(operation, input) }

const asAdmin = async (app: Started, operation: string, Username: string, more: object = {}) =>
  expect((await call(app, operation, { UserPoolId: app.userPoolId, Username, ...more })).status).toBe(200)

/** What a user signs up with: all that the pool verifies. */
const attributesOf = (kind: PoolKind, account: string) =>
  kind.verified.map((Name) => ({ Name, Value: Name === 'email' ? email(account) : phone(account) }))

/** The name that an account is created by: as it is asked for, in lower case. */
const created = (kind: PoolKind, account: string) => kind.name(account).toLowerCase()

async function signUp(app: Started, kind: PoolKind, account: string) {
  const { status } = await app.call('SignUp', {
    ClientId: app.userPoolClientId,
    Username: created(kind, account),
    Password: PASSWORD,
    UserAttributes: attributesOf(kind, account),
  })
  expect(status).toBe(200)
}

async function confirmed(app: Started, kind: PoolKind, account: string) {
  await asAdmin(app, 'AdminCreateUser', created(kind, account), {
    MessageAction: 'SUPPRESS',
    UserAttributes: attributesOf(kind, account).flatMap(({ Name, Value }) => [
      { Name, Value },
      { Name: `${Name}_verified`, Value: 'true' },
    ]),
  })
  await asAdmin(app, 'AdminSetUserPassword', created(kind, account), { Password: PASSWORD, Permanent: true })
}

const STATES: Record<string, (app: Started, kind: PoolKind, account: string) => Promise<void>> = {
  unknown: async () => {},
  unconfirmed: signUp,
  confirmed,
  'confirmed after a sign-up': async (app, kind, account) => {
    await signUp(app, kind, account)
    await asAdmin(app, 'AdminConfirmSignUp', created(kind, account))
  },
  disabled: async (app, kind, account) => {
    await confirmed(app, kind, account)
    await asAdmin(app, 'AdminDisableUser', created(kind, account))
  },
  'disabled before it was confirmed': async (app, kind, account) => {
    await signUp(app, kind, account)
    await asAdmin(app, 'AdminDisableUser', created(kind, account))
  },
  'to choose another password': async (app, kind, account) => {
    await confirmed(app, kind, account)
    await asAdmin(app, 'AdminSetUserPassword', created(kind, account), { Password: PASSWORD })
  },
  'reset by an administrator': async (app, kind, account) => {
    await confirmed(app, kind, account)
    await asAdmin(app, 'AdminResetUserPassword', created(kind, account))
  },
  'without a verified address': async (app, kind, account) => {
    await confirmed(app, kind, account)
    await asAdmin(app, 'AdminUpdateUserAttributes', created(kind, account), {
      UserAttributes: kind.verified.map((name) => ({ Name: `${name}_verified`, Value: 'false' })),
    })
  },
}

/** An answer as a caller sees it; of a destination the form that all of them have. */
async function told(app: Started, operation: string, Username: string, more: object = {}) {
  const { body } = await call(app, operation, { ClientId: app.userPoolClientId, Username, ...more })
  if (body.__type) return `${body.__type}: ${body.message}`
  const { AttributeName, DeliveryMedium, Destination } = body.CodeDeliveryDetails
  expect(Destination).toMatch(
    DeliveryMedium === 'EMAIL' ? /^[a-z0-9]\*\*\*@[a-z0-9]\*\*\*$/ : /^\+\*{7}\d{4}$/,
  )
  expect(AttributeName).toBe(DeliveryMedium === 'EMAIL' ? 'email' : 'phone_number')
  return 'sent'
}

/** All that can be asked about a name without knowing a code. */
async function story(app: Started, Username: string) {
  const tell = (operation: string, more?: object) => told(app, operation, Username, more)
  const guess = () => tell('ConfirmSignUp', { ConfirmationCode: 'wrong!' })
  const guessReset = () => tell('ConfirmForgotPassword', { ConfirmationCode: 'wrong!', Password: PASSWORD })
  const answers = [await guess(), await tell('ResendConfirmationCode'), await guess(), await guessReset()]
  answers.push(await tell('ForgotPassword'), await guessReset())
  app.server.clock.advance(3600)
  answers.push(await guessReset())
  for (let i = 0; i < 6; i++) answers.push(await tell('ForgotPassword'))
  for (let i = 0; i < 6; i++) answers.push(await tell('ResendConfirmationCode'))
  // More than a code takes, and as many as are allowed in an hour.
  for (let i = 0; i < 16; i++) answers.push(await guess())
  for (let i = 0; i < 15; i++) answers.push(await guessReset())
  return answers
}

const times = (count: number, answer: string) => Array.from({ length: count }, () => answer)
const STORY = [
  ...[MISMATCH, 'sent', MISMATCH, EXPIRED, 'sent', MISMATCH, EXPIRED],
  ...[...times(5, 'sent'), LIMIT, ...times(5, 'sent'), LIMIT],
  ...[...times(15, MISMATCH), LIMIT, ...times(14, MISMATCH), LIMIT],
]

const cases = Object.keys(POOLS).flatMap((kind) => Object.keys(STATES).map((state) => [kind, state] as const))

test.each(cases)('in a pool of %s, an account that is %s is answered like every name', async (of, state) => {
  const kind = POOLS[of] ?? expect.fail()
  const app = await startKind(kind, 'ENABLED')
  await STATES[state]?.(app, kind, 'ada')
  expect(await story(app, kind.name('ada'))).toEqual(STORY)
})

test.each([
  ['unknown', [UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN]],
  ['unconfirmed', [MISMATCH, 'sent', 'no channel', EXPIRED]],
  ['confirmed', ['is CONFIRMED', 'is confirmed', 'sent', MISMATCH]],
  ['disabled', [DISABLED, DISABLED, DISABLED, DISABLED]],
  ['to choose another password', ['is FORCE_CHANGE_PASSWORD', 'is confirmed', 'state', EXPIRED]],
  ['reset by an administrator', ['is RESET_REQUIRED', 'is confirmed', 'sent', MISMATCH]],
  ['without a verified address', ['is CONFIRMED', 'is confirmed', 'no channel', EXPIRED]],
])('a LEGACY client learns that an account is %s', async (state, expected) => {
  const WORDS: Record<string, string> = {
    'is CONFIRMED': 'NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED',
    'is FORCE_CHANGE_PASSWORD':
      'NotAuthorizedException: User cannot be confirmed. Current status is FORCE_CHANGE_PASSWORD',
    'is RESET_REQUIRED': 'NotAuthorizedException: User cannot be confirmed. Current status is RESET_REQUIRED',
    'is confirmed': 'InvalidParameterException: User is already confirmed.',
    'no channel':
      'InvalidParameterException: Cannot reset password for the user as there is no registered/verified email or phone_number',
    state: 'NotAuthorizedException: User password cannot be reset in the current state.',
  }
  const kind = POOLS.usernames ?? expect.fail()
  const app = await startKind(kind, 'LEGACY')
  await STATES[state]?.(app, kind, 'ada')
  expect([
    await told(app, 'ConfirmSignUp', 'ada', { ConfirmationCode: 'wrong!' }),
    await told(app, 'ResendConfirmationCode', 'ada'),
    await told(app, 'ForgotPassword', 'ada'),
    await told(app, 'ConfirmForgotPassword', 'ada', { ConfirmationCode: 'wrong!', Password: PASSWORD }),
  ]).toEqual(expected.map((answer) => WORDS[answer] ?? answer))
})

test.each([
  ['unknown', ['Username/client id combination not found.', 'Username/client id combination not found.']],
  ['disabled', ['User is disabled.', 'User is disabled.']],
  ['confirmed', ['User is already confirmed.', 'User cannot be confirmed. Current status is CONFIRMED']],
])('the log of dev has the reason that is hidden: %s', async (state, expected) => {
  const kind = POOLS.usernames ?? expect.fail()
  const app = await startKind(kind, 'ENABLED')
  await STATES[state]?.(app, kind, 'ada')
  expect(await told(app, 'ResendConfirmationCode', 'ada')).toBe('sent')
  expect(await told(app, 'ConfirmSignUp', 'ada', { ConfirmationCode: 'wrong!' })).toBe(MISMATCH)
  expect(app.reasons).toEqual(expected)
})

test('the log of dev has the reason of a sign-in and a reset that are refused', async () => {
  const kind = POOLS.usernames ?? expect.fail()
  const Policies = { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD' as const, 'EMAIL_OTP' as const] } }
  const app = await startKind({ ...kind, pool: { ...kind.pool, Policies } }, 'ENABLED')
  await confirmed(app, kind, 'ada')
  await asAdmin(app, 'AdminCreateUser', 'grace', {
    UserAttributes: [
      { Name: 'email', Value: email('grace') },
      { Name: 'email_verified', Value: 'true' },
    ],
  })
  const signIn = async (USERNAME: string) => {
    const AuthParameters = { USERNAME, PASSWORD: 'Wrong-Horse-1' }
    const input = { ClientId: app.userPoolClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters }
    expect((await app.call('InitiateAuth', input)).body.message).toBe('Incorrect username or password.')
  }
  for (const name of ['ada', 'grace', 'nobody']) await signIn(name)
  for (const name of ['ada', 'nobody'])
    expect(
      await told(app, 'ConfirmForgotPassword', name, { ConfirmationCode: 'wrong!', Password: PASSWORD }),
    ).toBe(EXPIRED)
  expect(app.reasons).toEqual([
    'The password is wrong.',
    'The user has no password.',
    'There is no user of that name.',
    'There is no code that could be right.',
    'Username/client id combination not found.',
  ])
})

test('a right code is answered with the reason why it does nothing, for as long as it is valid', async () => {
  const kind = POOLS.usernames ?? expect.fail()
  const app = await startKind(kind, 'ENABLED')
  const codeOf = (account: string) => app.server.inbox.last(email(account))?.code ?? ''
  const confirm = (account: string, ConfirmationCode = codeOf(account)) =>
    call(app, 'ConfirmSignUp', { ClientId: app.userPoolClientId, Username: account, ConfirmationCode })
  const IS_CONFIRMED = {
    __type: 'NotAuthorizedException',
    message: 'User cannot be confirmed. Current status is CONFIRMED',
  }
  for (const account of ['ada', 'bob', 'eve', 'joe']) await signUp(app, kind, account)
  // Used.
  expect((await confirm('ada')).text).toBe('{}')
  expect((await confirm('ada')).body).toEqual(IS_CONFIRMED)
  // Never used.
  await asAdmin(app, 'AdminConfirmSignUp', 'bob')
  expect((await confirm('bob')).body).toEqual(IS_CONFIRMED)
  await asAdmin(app, 'AdminDisableUser', 'eve')
  expect((await confirm('eve')).body).toMatchObject({ message: 'User is disabled.' })
  await asAdmin(app, 'AdminEnableUser', 'eve')
  expect((await confirm('eve')).text).toBe('{}')

  app.server.clock.advance(24 * 3600)
  for (const account of ['ada', 'bob', 'eve'])
    expect((await confirm(account)).body.__type).toBe('CodeMismatchException')
  // It is a code of theirs that has expired, and only they know it.
  for (let i = 0; i < 2; i++) expect((await confirm('joe')).body.__type).toBe('ExpiredCodeException')
})

test('where existence is not hidden, a wrong code is wrong as long as a valid one exists, and expired afterwards', async () => {
  const kind = POOLS.usernames ?? expect.fail()
  const app = await startKind(kind, 'LEGACY')
  const guess = () => told(app, 'ConfirmSignUp', 'ada', { ConfirmationCode: 'wrong!' })
  await signUp(app, kind, 'ada')
  app.server.clock.advance(24 * 3600 - 0.001)
  expect(await guess()).toBe(MISMATCH)
  app.server.clock.advance(0.001)
  // Another user's code does not count.
  await signUp(app, kind, 'eve')
  expect(await guess()).toBe(EXPIRED)
})

test('only the holder of a reset code learns what happened to it', async () => {
  const kind = POOLS.usernames ?? expect.fail()
  const app = await startKind(kind, 'ENABLED')
  await confirmed(app, kind, 'ada')
  await told(app, 'ForgotPassword', 'ada')
  const code = app.server.inbox.last(email('ada'))?.code
  const confirm = (ConfirmationCode: string | undefined, Username = 'ada') =>
    told(app, 'ConfirmForgotPassword', Username, { ConfirmationCode, Password: 'Another-Horse-2' })
  await call(app, 'ConfirmForgotPassword', {
    ClientId: app.userPoolClientId,
    Username: 'ada',
    ConfirmationCode: code,
    Password: 'Another-Horse-2',
  })
  expect(await confirm(code)).toBe(EXPIRED)
  await told(app, 'ForgotPassword', 'bob')
  expect(await confirm('wrong!')).toBe(MISMATCH)
  expect(await confirm('wrong!', 'bob')).toBe(MISMATCH)
  // A code that an administrator sent may be guessed, and no answer tells of it.
  app.server.clock.advance(3600)
  await asAdmin(app, 'AdminResetUserPassword', 'ada')
  expect(await confirm('wrong!')).toBe(EXPIRED)
  expect(await confirm('wrong!', 'bob')).toBe(EXPIRED)
  await asAdmin(app, 'AdminDisableUser', 'ada')
  expect(await confirm(app.server.inbox.last(email('ada'))?.code)).toBe(DISABLED)
})

test('where a code could go by mail or by SMS, names without a user get the same medium each time', async () => {
  const kind = POOLS['both mechanisms'] ?? expect.fail()
  const app = await startKind(kind, 'ENABLED')
  const mediums: string[] = []
  for (let i = 0; i < 30; i++) {
    const mediumOf = async (operation: string) => {
      const { body } = await call(app, operation, { ClientId: app.userPoolClientId, Username: `name-${i}` })
      return body.CodeDeliveryDetails.DeliveryMedium
    }
    const medium = await mediumOf('ForgotPassword')
    expect(await mediumOf('ForgotPassword')).toBe(medium)
    const another = await mediumOf('ResendConfirmationCode')
    expect(await mediumOf('ResendConfirmationCode')).toBe(another)
    mediums.push(medium, another)
  }
  expect([...new Set(mediums)].sort()).toEqual(['EMAIL', 'SMS'])
})

test('the addresses for the two kinds of codes differ, whether or not the user exists', async () => {
  const kind = POOLS.usernames ?? expect.fail()
  const app = await startKind(kind, 'ENABLED')
  const names = (what: string) => Array.from({ length: 10 }, (_, i) => `${what}-${i}`)
  for (const account of names('confirmed')) await confirmed(app, kind, account)
  for (const account of names('unconfirmed')) await signUp(app, kind, account)
  for (const what of ['confirmed', 'unconfirmed', 'unknown']) {
    let different = 0
    for (const Username of names(what)) {
      const destinations: string[] = []
      for (const operation of ['ForgotPassword', 'ResendConfirmationCode']) {
        const { body } = await call(app, operation, { ClientId: app.userPoolClientId, Username })
        destinations.push(body.CodeDeliveryDetails.Destination)
      }
      different += new Set(destinations).size - 1
    }
    // Two of 1,296 are the same now and then.
    expect(different).toBeGreaterThan(7)
  }
})

test('the number of digits in an answer does not reveal whether a phone number is real', async () => {
  const kind = POOLS['both mechanisms'] ?? expect.fail()
  const app = await startKind(kind, 'ENABLED')
  for (const [account, number] of [
    ['ada', '+4915123454567'],
    ['bob', '+29012345'],
  ] as const) {
    await asAdmin(app, 'AdminCreateUser', account, {
      MessageAction: 'SUPPRESS',
      UserAttributes: [
        { Name: 'phone_number', Value: number },
        { Name: 'phone_number_verified', Value: 'true' },
      ],
    })
    await asAdmin(app, 'AdminSetUserPassword', account, { Password: PASSWORD, Permanent: true })
    const { body } = await call(app, 'ForgotPassword', { ClientId: app.userPoolClientId, Username: account })
    expect(body.CodeDeliveryDetails.Destination).toBe(`+*******${number.slice(-4)}`)
    expect(app.server.inbox.last(number)?.code).toMatch(/^\d{6}$/)
  }
  // A LEGACY client is shown as many digits as there are.
  const open = await startKind(kind, 'LEGACY')
  const { body } = await call(open, 'SignUp', {
    ClientId: open.userPoolClientId,
    Username: 'ada',
    Password: PASSWORD,
    UserAttributes: [{ Name: 'phone_number', Value: '+4915123454567' }],
  })
  expect(body.CodeDeliveryDetails.Destination).toBe('+*********4567')
})

test('a made-up address begins with a letter or a digit, like real ones', async () => {
  // What is made up follows from the root key, the pool and the name: with these it is the same each time.
  const app = await start({
    rootKey: Buffer.alloc(32, 1),
    config: {
      userPools: [
        {
          UserPoolId: 'us-east-1_Existence',
          PoolName: 'Existence',
          AutoVerifiedAttributes: ['email'],
          clients: [{ ClientId: 'web', ClientName: 'Web', PreventUserExistenceErrors: 'ENABLED' }],
        },
      ],
    },
  })
  const first = await Promise.all(
    Array.from({ length: 40 }, async (_, i) => {
      const { body } = await app.call('ForgotPassword', { ClientId: 'web', Username: `name-${i}` })
      return body.CodeDeliveryDetails.Destination.charAt(0)
    }),
  )
  expect(first.join('')).toMatch(/^[a-z0-9]{40}$/)
  expect(first.join('')).toMatch(/\d/)
  expect(first.join('')).toMatch(/[a-z]/)
})

test('a sign-in with a phone number gets an SMS, with or without an account', async () => {
  const app = await startKind(
    {
      pool: {
        AutoVerifiedAttributes: ['email', 'phone_number'],
        UsernameAttributes: ['email', 'phone_number'],
      },
      name: phone,
      verified: ['phone_number'],
    },
    'ENABLED',
  )
  for (let i = 0; i < 12; i++) {
    const number = `+155555502${String(i).padStart(2, '0')}`
    const { body } = await call(app, 'ResendConfirmationCode', {
      ClientId: app.userPoolClientId,
      Username: number,
    })
    expect(body.CodeDeliveryDetails).toEqual({
      AttributeName: 'phone_number',
      DeliveryMedium: 'SMS',
      Destination: `+*******02${String(i).padStart(2, '0')}`,
    })
  }
})

test.each([
  ['where case does not count', INSENSITIVE],
  ['where it counts', {}],
])('no capital letter in an answer reveals a real address, %s', async (_, pool) => {
  const kind = { pool: { ...BY_EMAIL, ...pool }, name: (name: string) => name, verified: [] }
  const app = await startKind(kind, 'ENABLED')
  await app.call('SignUp', {
    ClientId: app.userPoolClientId,
    Username: 'Ada',
    Password: PASSWORD,
    UserAttributes: [{ Name: 'email', Value: 'Ada@Example.com' }],
  })
  const destination = async (Username: string) =>
    (await call(app, 'ResendConfirmationCode', { ClientId: app.userPoolClientId, Username })).body
      .CodeDeliveryDetails.Destination
  expect(await destination('Ada')).toBe('a***@e***')
  expect(await destination('Bob@Example.com')).toBe('b***@e***')
})
