import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ServerOptions, UserPoolConfig } from '@amulet/server'
import { expect, test } from 'vitest'
import { sqliteDatabase } from './fresh-database.js'
import { respond, srpChallenge, srpResponses } from './srp-sign-in.js'
import { PASSWORD, type Started, start } from './start.js'
import { stillClock } from './still-clock.js'

// With PreventUserExistenceErrors ENABLED. `ada` exists and no other user does; whatever is asked about both is answered
// alike.

const ADA = [
  { Name: 'email', Value: 'ada@example.com' },
  { Name: 'email_verified', Value: 'true' },
  { Name: 'phone_number', Value: '+15555550100' },
  { Name: 'phone_number_verified', Value: 'true' },
]

const startHiding = (pool: Omit<UserPoolConfig, 'PoolName'>, Username = 'ada', options: ServerOptions = {}) =>
  start({
    // A lock of a second is not over while a test looks at it.
    clock: stillClock(),
    ...options,
    config: {
      userPools: [
        {
          PoolName: 'Hiding',
          ...pool,
          clients: [
            {
              ClientName: 'Web',
              ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH'],
              PreventUserExistenceErrors: 'ENABLED',
            },
          ],
          users: [{ Username, Password: PASSWORD, UserAttributes: ADA }],
        },
      ],
    },
  })

const forgotPassword = async ({ call, userPoolClientId }: Started, Username: string) =>
  (await call('ForgotPassword', { ClientId: userPoolClientId, Username })).body

const wrongPassword = async ({ call, userPoolClientId }: Started, USERNAME: string) => {
  const { body } = await call('InitiateAuth', {
    ClientId: userPoolClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME, PASSWORD: 'Wrong-Horse-1' },
  })
  return body.message
}

const INSENSITIVE = { UsernameConfiguration: { CaseSensitive: false } }

test.each([
  ['ada', 'bob', {}],
  ['ada', 'bob', { AliasAttributes: ['email' as const] }],
  ['ada@example.com', 'bob@example.com', { UsernameAttributes: ['email' as const] }],
])(
  'where names ignore case, %s and %s each stand for one user, however written',
  async (known, unknown, pool) => {
    const app = await startHiding({ ...INSENSITIVE, ...pool }, known)
    for (const name of [known, unknown]) {
      const written = [name, name.toUpperCase(), name.replace(/^./, (letter) => letter.toUpperCase())]
      const challenges = []
      const destinations = []
      for (const each of written) {
        const { SALT, USERNAME, USER_ID_FOR_SRP } = (await srpChallenge(app, each)).parameters
        expect([SALT, USERNAME]).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), USER_ID_FOR_SRP])
        challenges.push(JSON.stringify([SALT, USERNAME, USER_ID_FOR_SRP]))
        const { Destination } = (await forgotPassword(app, each)).CodeDeliveryDetails
        expect(Destination).toMatch(/^([a-z0-9]\*{3}@[a-z0-9]\*{3}|\+\*{7}\d{4})$/)
        destinations.push(Destination)
      }
      expect(new Set(challenges).size).toBe(1)
      expect(new Set(destinations).size).toBe(1)
      for (let i = 0; i < 5; i++) await wrongPassword(app, name)
      for (const each of written) expect(await wrongPassword(app, each)).toBe('Password attempts exceeded')
    }
  },
)

test('where names are case-sensitive, wrong passwords for one name lock no other', async () => {
  const app = await startHiding({})
  for (const name of ['ada', 'bob']) {
    for (let i = 0; i < 5; i++) await wrongPassword(app, name.toUpperCase())
    expect(await wrongPassword(app, name.toUpperCase())).toBe('Password attempts exceeded')
    expect(await wrongPassword(app, name)).toBe('Incorrect username or password.')
  }
})

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** All that can be seen of an SRP challenge without knowing who is asked for. */
async function lookOf(app: Started, typedName: string) {
  const { answer, parameters } = await srpChallenge(app, typedName)
  const lengths = Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      // A number that says nothing has no leading zeros.
      name === 'SRP_B' ? value.padStart(768, '0').length : value.length,
    ]),
  )
  const name = String(parameters.USER_ID_FOR_SRP)
  const form = name === typedName ? 'as typed' : UUID.test(name) ? 'UUID' : name
  return { status: answer.status, members: Object.keys(answer.body), lengths, form }
}

test.each([
  ['a username', {}, 'ada', 'ada', 'bob'],
  ['a username next to aliases', { AliasAttributes: ['email' as const] }, 'ada', 'ada', 'bob'],
  [
    'an alias',
    { AliasAttributes: ['email' as const] },
    '11111111-1111-4111-8111-111111111111',
    'ada@example.com',
    'bob@example.com',
  ],
  [
    'an address',
    { UsernameAttributes: ['email' as const] },
    'ada@example.com',
    'ada@example.com',
    'bob@example.com',
  ],
  [
    'a phone number',
    { UsernameAttributes: ['phone_number' as const] },
    '+15555550100',
    '+15555550100',
    '+15555550199',
  ],
])(
  'an SRP challenge for %s has the same form and length for every user',
  async (_, pool, username, known, unknown) => {
    const app = await startHiding(pool, username)
    const form = known === 'ada' ? 'as typed' : 'UUID'
    const nameLength = form === 'UUID' ? 36 : known.length
    const look = {
      status: 200,
      members: ['ChallengeName', 'ChallengeParameters'],
      lengths: {
        SALT: 32,
        SECRET_BLOCK: expect.any(Number),
        SRP_B: 768,
        USERNAME: nameLength,
        USER_ID_FOR_SRP: nameLength,
      },
      form,
    }
    const blocks = new Set<number>()
    for (let i = 0; i < 4; i++) {
      const seen = await lookOf(app, i % 2 ? known : unknown)
      expect(seen).toEqual(look)
      blocks.add(seen.lengths.SECRET_BLOCK ?? 0)
    }
    expect(blocks.size).toBe(1)
  },
)

test.each([
  ['by the name in it', undefined],
  ['by the name that was typed', 'typed'],
])('wrong answers to SRP challenges lock every name, also %s', async (_, by) => {
  const app = await startHiding({ UsernameAttributes: ['email'] }, 'ada@example.com')
  for (const name of ['ada@example.com', 'bob@example.com']) {
    for (let i = 0; i < 5; i++) {
      const responses = await srpResponses(app, await srpChallenge(app, name), 'Wrong-Horse-1')
      const { body } = await respond(app, { ...responses, ...(by && { USERNAME: name }) })
      expect(body.message).toBe('Incorrect username or password.')
    }
    expect(await wrongPassword(app, name)).toBe('Password attempts exceeded')
  }
})

test('where a preferred username is an alias, no answer reveals what kind of name was sent', async () => {
  const app = await startHiding({ AliasAttributes: ['email', 'preferred_username'] })
  const forms = []
  for (let i = 0; i < 30; i++) {
    const { form } = await lookOf(app, `unknown-${i}`)
    expect((await lookOf(app, `unknown-${i}`)).form).toBe(form)
    forms.push(form)
  }
  // As a username would be answered, or as an alias of a user whose username is an id.
  expect([...new Set(forms)].sort()).toEqual(['UUID', 'as typed'])
  expect((await lookOf(app, 'ada')).form).toBe('as typed')
  for (let i = 0; i < 5; i++) expect((await lookOf(app, `unknown-${i}@example.com`)).form).toBe('UUID')
})

test('the id in a challenge stands for the same user as the name in the request', async () => {
  const app = await startHiding({ UsernameAttributes: ['email'] }, 'ada@example.com')
  for (const name of ['ada@example.com', 'bob@example.com', 'eve@example.com', 'joe@example.com']) {
    const { SALT, USER_ID_FOR_SRP: id } = (await srpChallenge(app, name)).parameters
    expect(id).toMatch(UUID)
    expect((await srpChallenge(app, String(id))).parameters).toMatchObject({ SALT, USER_ID_FOR_SRP: id })
    for (let i = 0; i < 5; i++) await wrongPassword(app, name)
    expect(await wrongPassword(app, String(id))).toBe('Password attempts exceeded')
  }
})

const recoverBy = (...names: ('verified_email' | 'verified_phone_number' | 'admin_only')[]) => ({
  AccountRecoverySetting: {
    RecoveryMechanisms: names.map((Name, index) => ({ Name, Priority: index + 1 })),
  },
})

test('where only administrators reset passwords, every request gets that answer', async () => {
  const app = await startHiding(recoverBy('admin_only'))
  for (const name of ['ada', 'bob'])
    expect(await forgotPassword(app, name)).toEqual({
      __type: 'NotAuthorizedException',
      message: 'Contact administrator to reset password.',
    })
  // And they do, by a code to what comes first where nothing is said.
  const user = { UserPoolId: app.userPoolId, Username: 'ada' }
  expect((await app.call('AdminResetUserPassword', user)).text).toBe('{}')
  expect(app.server.inbox.list().map(({ to }) => to)).toEqual(['+15555550100'])
})

test.each([
  ['phone_number', 'SMS', recoverBy('verified_phone_number'), ['ada', 'bob']],
  ['email', 'EMAIL', recoverBy('verified_email'), ['ada', 'bob']],
  // With two mechanisms, a made-up user may have either.
  ['email', 'EMAIL', recoverBy('verified_email', 'verified_phone_number'), ['ada']],
  [
    'phone_number',
    'SMS',
    { ...recoverBy('verified_phone_number'), UsernameAttributes: ['email' as const] },
    ['ada@example.com', 'bob@example.com'],
  ],
])(
  'a reset code goes to the %s that the pool recovers by, or seems to',
  async (attribute, medium, pool, names) => {
    const verified = { AutoVerifiedAttributes: ['email' as const, 'phone_number' as const] }
    const app = await startHiding({ ...verified, ...pool }, names[0])
    for (const name of names)
      expect(await forgotPassword(app, name)).toMatchObject({
        CodeDeliveryDetails: { AttributeName: attribute, DeliveryMedium: medium },
      })
  },
)

test('a sign-up code goes to what the pool verifies, or seems to', async () => {
  const app = await startHiding(
    { AutoVerifiedAttributes: ['phone_number'], UsernameAttributes: ['email'] },
    'ada@example.com',
  )
  const resend = (Username: string) =>
    app.call('ResendConfirmationCode', { ClientId: app.userPoolClientId, Username })
  await app.call('SignUp', {
    ClientId: app.userPoolClientId,
    Username: 'new@example.com',
    Password: PASSWORD,
    UserAttributes: [{ Name: 'phone_number', Value: '+15555550199' }],
  })
  for (const name of ['new@example.com', 'bob@example.com'])
    expect((await resend(name)).body.CodeDeliveryDetails).toMatchObject({
      AttributeName: 'phone_number',
      DeliveryMedium: 'SMS',
      Destination: expect.stringMatching(/^\+\*{7}\d{4}$/),
    })
})

/** The answers to repeated requests for codes, and guesses at them. */
async function guesses(app: Started, Username: string, ask: string, answer: string) {
  const ClientId = app.userPoolClientId
  const told: string[] = []
  const tell = async (operation: string, more = {}) => {
    const { text } = await app.call(operation, { ClientId, Username, ...more })
    // The address that is made from a username is another for each.
    told.push(text.replace(/[a-z0-9]\*\*\*@[a-z0-9]|\d{4}(?=")/, '?'))
  }
  const Password = answer === 'ConfirmForgotPassword' ? { Password: PASSWORD } : {}
  const guess = () => tell(answer, { ConfirmationCode: 'wrong', ...Password })
  await guess()
  await tell(ask)
  for (let i = 0; i < 3; i++) await guess()
  app.server.clock.advance(86_400)
  await guess()
  for (let i = 0; i < 6; i++) await tell(ask)
  for (let i = 0; i < 16; i++) await guess()
  return told
}

test.each([
  ['is not confirmed', { AutoVerifiedAttributes: ['email' as const] }, false],
  ['has no verified address', { AutoVerifiedAttributes: ['email' as const] }, true],
])('a user who %s learns as little about a reset as an unknown name', async (_, pool, confirmed) => {
  const app = await startHiding(pool)
  await app.call('SignUp', {
    ClientId: app.userPoolClientId,
    Username: 'grace',
    Password: PASSWORD,
    UserAttributes: [{ Name: 'email', Value: 'grace@example.com' }],
  })
  if (confirmed) await app.call('AdminConfirmSignUp', { UserPoolId: app.userPoolId, Username: 'grace' })
  const nobody = await guesses(app, 'bob', 'ForgotPassword', 'ConfirmForgotPassword')
  expect(nobody).toContainEqual(expect.stringContaining('CodeMismatchException'))
  expect(await guesses(app, 'grace', 'ForgotPassword', 'ConfirmForgotPassword')).toEqual(nobody)
})

test('a user who signed up without an address learns as little about codes as an unknown name', async () => {
  const app = await startHiding({ AutoVerifiedAttributes: ['email'] })
  const ClientId = app.userPoolClientId
  await app.call('SignUp', { ClientId, Username: 'grace', Password: PASSWORD })
  const nobody = await guesses(app, 'bob', 'ResendConfirmationCode', 'ConfirmSignUp')
  expect(nobody).toContainEqual(expect.stringContaining('CodeMismatchException'))
  expect(await guesses(app, 'grace', 'ResendConfirmationCode', 'ConfirmSignUp')).toEqual(nobody)
})

test('a code that was sent stays valid although another would not be sent', async () => {
  const app = await startHiding({ AutoVerifiedAttributes: ['email'] })
  const { userPoolClientId: ClientId, userPoolId: UserPoolId, server } = app
  const UserAttributes = [{ Name: 'email', Value: 'grace@example.com' }]
  await app.call('SignUp', { ClientId, Username: 'grace', Password: PASSWORD, UserAttributes })
  await app.call('UpdateUserPool', { UserPoolId, AutoVerifiedAttributes: ['phone_number'] })
  server.clock.advance(1)
  const confirmed = await app.call('ConfirmSignUp', {
    ClientId,
    Username: 'grace',
    ConfirmationCode: server.inbox.last('grace@example.com')?.code,
  })
  expect(confirmed.text).toBe('{}')

  await forgotPassword(app, 'ada')
  await app.call('AdminUpdateUserAttributes', {
    UserPoolId,
    Username: 'ada',
    UserAttributes: ['email', 'phone_number'].map((name) => ({ Name: `${name}_verified`, Value: 'false' })),
  })
  const reset = await app.call('ConfirmForgotPassword', {
    ClientId,
    Username: 'ada',
    ConfirmationCode: server.inbox.last('+15555550100')?.code,
    Password: 'Another-Horse-2',
  })
  expect(reset.text).toBe('{}')
})

test('a wrong reset code is refused before the new password is hashed, which would reveal it by its duration', async () => {
  let salts = 0
  const app = await startHiding({ AutoVerifiedAttributes: ['email'] }, 'ada', {
    randomBytes(size) {
      if (size === 16) salts++
      return randomBytes(size)
    },
  })
  const confirm = async (Username: string) => {
    const before = salts
    const ClientId = app.userPoolClientId
    const { body } = await app.call('ConfirmForgotPassword', {
      ClientId,
      Username,
      ConfirmationCode: 'wrong',
      Password: PASSWORD,
    })
    return [body.__type, salts - before]
  }
  for (const name of ['ada', 'bob']) {
    expect(await confirm(name)).toEqual(['ExpiredCodeException', 0])
    await forgotPassword(app, name)
    expect(await confirm(name)).toEqual(['CodeMismatchException', 0])
  }
})

test('a request for a code takes one commit, whether or not the user exists', async () => {
  const { database, rootKey } = sqliteDatabase()
  const app = await startHiding({ AutoVerifiedAttributes: ['email'] }, 'ada', { database, rootKey })
  const ClientId = app.userPoolClientId
  await app.call('SignUp', {
    ClientId,
    Username: 'grace',
    Password: PASSWORD,
    UserAttributes: [{ Name: 'email', Value: 'grace@example.com' }],
  })
  const log = `${database.slice('sqlite:'.length)}-wal`
  const commitsOf = async (operation: string, Username: string) => {
    const before = commits(log)
    expect((await app.call(operation, { ClientId, Username })).status).toBe(200)
    return commits(log) - before
  }
  expect(await commitsOf('ForgotPassword', 'ada')).toBe(1)
  expect(await commitsOf('ForgotPassword', 'bob')).toBe(1)
  expect(await commitsOf('ResendConfirmationCode', 'grace')).toBe(1)
  expect(await commitsOf('ResendConfirmationCode', 'bob')).toBe(1)
})

/** Commits in SQLite's write-ahead log (https://www.sqlite.org/fileformat2.html#the_write_ahead_log). */
function commits(file: string): number {
  const log = readFileSync(file)
  const frame = 24 + log.readUInt32BE(8)
  let count = 0
  // The last frame of each transaction says how large the database is then; the others say zero.
  for (let at = 32; at + frame <= log.length; at += frame) if (log.readUInt32BE(at + 4) > 0) count++
  return count
}

test.each([
  ['phone_number', '+4915112345678', '+*******5678'],
  ['phone_number', '+2905678', '+*******5678'],
  ['phone_number', '+15555550199', '+*******0199'],
  ['email', '\u00e9va@example.com', 'x***@e***'],
  ['email', '_ada@\u00f6l.example', 'x***@x***'],
  ['email', '4da@2.example', '4***@2***'],
  ['email', 'Ada@Example.com', 'a***@e***'],
] as const)(
  'a code to the %s %s has a mask that a made-up address could have: %s',
  async (attribute, value, Destination) => {
    const app = await start({
      config: {
        userPools: [
          {
            PoolName: 'Hiding',
            AutoVerifiedAttributes: [attribute],
            clients: [{ ClientName: 'Web', PreventUserExistenceErrors: 'ENABLED' }],
            users: [
              {
                Username: 'ada',
                Password: PASSWORD,
                UserAttributes: [
                  { Name: attribute, Value: value },
                  { Name: `${attribute}_verified`, Value: 'true' },
                ],
              },
            ],
          },
        ],
      },
    })
    const madeUp = attribute === 'email' ? /^[a-z0-9]\*{3}@[a-z0-9]\*{3}$/ : /^\+\*{7}\d{4}$/
    expect((await forgotPassword(app, 'ada')).CodeDeliveryDetails.Destination).toBe(Destination)
    expect(Destination).toMatch(madeUp)
    // It went where it should all the same.
    expect(app.server.inbox.list().map(({ to }) => to)).toEqual([value])
    for (const name of ['bob', 'eve', 'dora', 'carl'])
      expect((await forgotPassword(app, name)).CodeDeliveryDetails.Destination).toMatch(madeUp)
  },
)
