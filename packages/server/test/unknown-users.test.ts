import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ServerOptions, UserPoolConfig } from '@amulet/server'
import { expect, test } from 'vitest'
import { sqliteDatabase } from './fresh-database.js'
import { srpChallenge } from './srp-sign-in.js'
import { PASSWORD, type Started, start } from './start.js'
import { stillClock } from './still-clock.js'

// With PreventUserExistenceErrors ENABLED. `ada` exists and nobody else does; whatever is asked about both is answered
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
  'where case does not count, %s and %s are each one user, however written',
  async (known, unknown, pool) => {
    const app = await startHiding({ ...INSENSITIVE, ...pool }, known)
    for (const name of [known, unknown]) {
      const written = [name, name.toUpperCase(), name.replace(/^./, (letter) => letter.toUpperCase())]
      const challenges = []
      const destinations = []
      for (const each of written) {
        const { SALT, USERNAME, USER_ID_FOR_SRP } = (await srpChallenge(app, each)).parameters
        challenges.push(JSON.stringify([SALT, USERNAME, USER_ID_FOR_SRP]))
        destinations.push((await forgotPassword(app, each)).CodeDeliveryDetails.Destination)
      }
      expect(new Set(challenges).size).toBe(1)
      expect(new Set(destinations).size).toBe(1)
      for (let i = 0; i < 5; i++) await wrongPassword(app, name)
      for (const each of written) expect(await wrongPassword(app, each)).toBe('Password attempts exceeded')
    }
  },
)

test('where case counts, wrong passwords for one name lock no other', async () => {
  const app = await startHiding({})
  for (const name of ['ada', 'bob']) {
    for (let i = 0; i < 5; i++) await wrongPassword(app, name.toUpperCase())
    expect(await wrongPassword(app, name.toUpperCase())).toBe('Password attempts exceeded')
    expect(await wrongPassword(app, name)).toBe('Incorrect username or password.')
  }
})

const recoverBy = (...names: ('verified_email' | 'verified_phone_number' | 'admin_only')[]) => ({
  AccountRecoverySetting: {
    RecoveryMechanisms: names.map((Name, index) => ({ Name, Priority: index + 1 })),
  },
})

test('where only administrators reset passwords, everybody is told so', async () => {
  const app = await startHiding(recoverBy('admin_only'))
  for (const name of ['ada', 'bob'])
    expect(await forgotPassword(app, name)).toEqual({
      __type: 'NotAuthorizedException',
      message: 'Contact administrator to reset password.',
    })
})

test.each([
  ['phone_number', 'SMS', recoverBy('verified_phone_number'), ['ada', 'bob']],
  ['email', 'EMAIL', recoverBy('verified_email', 'verified_phone_number'), ['ada', 'bob']],
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

test('a wrong reset code is refused before the new password is worked on, which would tell by the time it takes', async () => {
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

test('a code that is asked for is one commit, which takes time, whether or not there is a user', async () => {
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
