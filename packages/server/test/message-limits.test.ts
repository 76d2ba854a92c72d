import type { MessageLimits, ServerOptions, UserPoolConfig } from '@amulet/server'
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { expect, onTestFinished, test } from 'vitest'
import { sharedDatabase } from './fresh-database.js'
import { startProduction } from './production.js'
import { type Body, PASSWORD, type Started, start } from './start.js'
import { stillClock } from './still-clock.js'

const EXCEEDED = {
  __type: 'LimitExceededException',
  message: 'Attempt limit exceeded, please try after some time.',
}
const LIMITED: MessageLimits = { destination: {}, client: {} }

const ADA = [
  { Name: 'email', Value: 'ada@example.com' },
  { Name: 'email_verified', Value: 'true' },
]

const pool = (more: Partial<UserPoolConfig> = {}): ServerOptions['config'] => ({
  userPools: [
    {
      PoolName: 'Limited',
      UserPoolId: 'us-east-1_Limited01',
      AutoVerifiedAttributes: ['email'],
      clients: [
        { ClientName: 'Open', ClientId: 'open', ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] },
        { ClientName: 'Hiding', ClientId: 'hiding', PreventUserExistenceErrors: 'ENABLED' },
      ],
      users: [{ Username: 'ada', Password: PASSWORD, UserAttributes: ADA }],
      ...more,
    },
  ],
})

const startLimited = (options: ServerOptions = {}) =>
  start({ clock: stillClock(), messageLimits: LIMITED, trustProxy: true, config: pool(), ...options })

/** A request from an address, as the proxy in front says. */
async function from(app: Started, address: string, operation: string, input: object): Promise<Body> {
  const response = await app.server.fetch(
    new Request('http://localhost/', {
      method: 'POST',
      headers: {
        'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
        'x-forwarded-for': address,
      },
      body: JSON.stringify(input),
    }),
  )
  // Whatever it is, the test says what it should be.
  return JSON.parse((await response.text()) || '{}') as Body
}

let names = 0
const signUp = (app: Started, address: string, email = 'victim@example.com', more: object = {}) =>
  from(app, address, 'SignUp', {
    ClientId: 'open',
    Username: `name-${names++}`,
    Password: PASSWORD,
    UserAttributes: [{ Name: 'email', Value: email }],
    ...more,
  })

/** How many of so many attempts are not refused by a limit. */
async function accepted(attempts: number, attempt: (index: number) => Promise<Body>): Promise<number> {
  let count = 0
  for (let i = 0; i < attempts; i++) {
    const body = await attempt(i)
    if (body.__type) expect(body).toEqual(EXCEEDED)
    else count++
  }
  return count
}

const sentTo = (app: Started, to: string) => app.server.inbox.list(to).length

test('a destination gets ten messages an hour and thirty a day, from any sign-up and however it is written', async () => {
  const app = await startLimited()
  const attempt = (index: number) =>
    signUp(app, `192.0.2.${index}`, index % 2 ? 'victim@example.com' : 'Victim@Example.com')
  expect(await accepted(60, attempt)).toBe(10)
  expect(app.server.inbox.list()).toHaveLength(10)
  // No user is made whom the message could not reach.
  const { body } = await app.call('ListUsers', { UserPoolId: app.userPoolId })
  expect(body.Users).toHaveLength(11)
  expect(await accepted(1, () => signUp(app, '192.0.2.1', 'other@example.com'))).toBe(1)
  app.server.clock.advance(3599)
  expect(await accepted(1, attempt)).toBe(0)
  app.server.clock.advance(1)
  expect(await accepted(12, attempt)).toBe(10)
  app.server.clock.advance(3600)
  expect(await accepted(12, attempt)).toBe(10)
  app.server.clock.advance(3600)
  expect(await accepted(2, attempt)).toBe(0)
  app.server.clock.advance(22 * 3600)
  expect(await accepted(12, attempt)).toBe(10)
})

test('the spellings of one mailbox are one destination, and another mailbox is another one', async () => {
  const app = await startLimited()
  const spellings = [
    'victim@mail.example.com',
    'victim@mail。example．com',
    'victim@mail｡example.com',
    'victim@MAIL.ｅxample.com',
    'victim+1@mail.example.com',
    'victim+a+b@mail.example.com',
    'vic.tim@mail.example.com',
    '"victim"@mail.example.com',
    '"v\\ictim"@mail.example.com',
    'ｖictim@mail.example.com',
    'victim@mail.example.com.',
    'victim+2@mail.example.com',
  ]
  const attempt = (index: number) => signUp(app, `192.0.2.${index}`, spellings[index])
  expect(await accepted(spellings.length, attempt)).toBe(10)
  const unicode = ['ada@exámple.com', 'ada@exa\u0301mple.com', 'ada@xn--exmple-qta.com']
  expect(await accepted(12, (index) => signUp(app, '192.0.2.50', unicode[index % 3]))).toBe(10)
  const remarks = ['eve@example.com', '(1)eve@example.com', 'eve(2)@example.com', 'eve@(3)example.com(4)']
  expect(await accepted(12, (index) => signUp(app, '192.0.2.60', remarks[index % 4]))).toBe(10)
  for (const other of ['victims@mail.example.com', 'victim@example.com', '+victim@mail.example.com'])
    expect(await accepted(1, () => signUp(app, '192.0.2.51', other)), other).toBe(1)
})

test('requests at the same moment, at two servers, do not exceed a limit', async () => {
  const database = await sharedDatabase()
  const options = { clock: stillClock(), messageLimits: LIMITED, config: pool(), ...database }
  const one = await start(options)
  const two = await start(options)
  const bodies = await Promise.all(
    Array.from({ length: 24 }, (_, index) => signUp(index % 2 ? one : two, '192.0.2.1')),
  )
  expect(bodies.filter(({ UserSub }) => UserSub)).toHaveLength(10)
  expect(sentTo(one, 'victim@example.com') + sentTo(two, 'victim@example.com')).toBe(10)
})

test('one client address causes at most a hundred messages an hour, and an IPv6 network is one address', async () => {
  const app = await startLimited()
  const attempt = (address: string) => (index: number) => signUp(app, address, `${index}@example.org`)
  expect(await accepted(103, attempt('192.0.2.1'))).toBe(100)
  expect(await accepted(1, attempt('192.0.2.2'))).toBe(1)
  // What was refused took nothing from the destination.
  expect(sentTo(app, '102@example.org')).toBe(0)
  expect(await accepted(12, () => signUp(app, '192.0.2.2', '102@example.org'))).toBe(10)
  expect(await accepted(99, (i) => signUp(app, `2001:db8:0:1::${i}`, `${i}@example.net`))).toBe(99)
  const network = (last: string) => (i: number) => signUp(app, `2001:db8:0:${last}`, `${i}@example.edu`)
  expect(await accepted(2, network('1:ffff::1'))).toBe(1)
  expect(await accepted(2, network('2::1'))).toBe(2)
  app.server.clock.advance(3600)
  expect(await accepted(1, attempt('192.0.2.1'))).toBe(1)
})

test('of the codes that anyone can request, one client address gets five, and other addresses the rest', async () => {
  const app = await startLimited()
  const { clock } = app.server
  for (const Username of ['bob', 'eve', 'joe'])
    await app.call('AdminCreateUser', {
      UserPoolId: app.userPoolId,
      Username,
      UserAttributes: ADA,
      MessageAction: 'SUPPRESS',
    })
  for (const Username of ['bob', 'eve', 'joe'])
    await app.call('AdminSetUserPassword', {
      UserPoolId: app.userPoolId,
      Username,
      Password: PASSWORD,
      Permanent: true,
    })
  const users = ['ada', 'bob', 'eve', 'joe']
  const reset = (address: string) => (index: number) =>
    from(app, address, 'ForgotPassword', { ClientId: 'open', Username: users[index % 4] })
  expect(await accepted(8, reset('192.0.2.1'))).toBe(5)
  expect(await accepted(3, reset('192.0.2.2'))).toBe(3)
  expect(await accepted(4, reset('192.0.2.3'))).toBe(2)
  expect(sentTo(app, 'ada@example.com')).toBe(10)
  clock.advance(3600)
  expect(await accepted(8, reset('192.0.2.1'))).toBe(5)
})

test('a code that is requested again counts with the others', async () => {
  const app = await startLimited()
  await signUp(app, '192.0.2.9', 'victim@example.com', { Username: 'victim' })
  const resend = (address: string) => () =>
    from(app, address, 'ResendConfirmationCode', { ClientId: 'open', Username: 'victim' })
  expect(await accepted(4, resend('192.0.2.1'))).toBe(4)
  expect(await accepted(10, () => signUp(app, '192.0.2.2'))).toBe(5)
})

test('where existence is hidden, no more messages are sent and the answer does not change', async () => {
  const app = await startLimited({ messageLimits: { destination: { perHour: 3, perHourAndClient: 2 } } })
  const ask = (address: string, Username: string, operation = 'ForgotPassword') =>
    from(app, address, operation, { ClientId: 'hiding', Username })
  const answer = (Destination: unknown) => ({
    CodeDeliveryDetails: { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination },
  })
  const addresses = ['192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.2', '192.0.2.3']
  for (const address of addresses) expect(await ask(address, 'ada')).toEqual(answer('a***@e***'))
  expect(sentTo(app, 'ada@example.com')).toBe(3)
  const first = await ask('192.0.2.1', 'nobody')
  expect(first).toEqual(answer(expect.stringMatching(/^[a-z0-9]\*\*\*@[a-z0-9]\*\*\*$/)))
  for (const address of addresses.slice(1)) expect(await ask(address, 'nobody')).toEqual(first)
  // The last code that was sent is still good.
  const confirmed = await app.call('ConfirmForgotPassword', {
    ClientId: 'hiding',
    Username: 'ada',
    ConfirmationCode: app.server.inbox.last('ada@example.com')?.code,
    Password: 'Another-Horse-2',
  })
  expect(confirmed.text).toBe('{}')
})

test('names without a user count for the client address', async () => {
  const app = await startLimited({ messageLimits: { destination: { perHour: 2 }, client: { perHour: 6 } } })
  for (let i = 0; i < 5; i++)
    await from(app, '192.0.2.1', 'ForgotPassword', { ClientId: 'hiding', Username: `nobody-${i}` })
  expect(await accepted(2, () => signUp(app, '192.0.2.1'))).toBe(1)
  expect(await accepted(2, () => signUp(app, '192.0.2.2'))).toBe(1)
})

test('the limit for sign-ups with an address does not reveal whether a code was really sent to it', async () => {
  const app = await startLimited({
    config: pool({ AliasAttributes: ['email'] }),
    messageLimits: { destination: { perHour: 4 } },
  })
  for (const address of ['ada@example.com', 'nobody@example.com']) {
    for (let i = 0; i < 2; i++)
      await from(app, '192.0.2.1', 'ForgotPassword', { ClientId: 'hiding', Username: address })
    expect(await accepted(4, () => signUp(app, '192.0.2.2', address))).toBe(2)
  }
})

test('a code that only seems to be sent does not count for the number that it seems to go to', async () => {
  const app = await startLimited({
    config: pool({ AutoVerifiedAttributes: ['phone_number'] }),
    messageLimits: { destination: { perHour: 2 } },
  })
  const { CodeDeliveryDetails } = await from(app, '192.0.2.1', 'ForgotPassword', {
    ClientId: 'hiding',
    Username: 'nobody',
  })
  const Value = CodeDeliveryDetails.Destination.replace('+*******', '+1555555')
  expect(Value).toMatch(/^\+1555555\d{4}$/)
  const UserAttributes = [{ Name: 'phone_number', Value }]
  expect(await accepted(3, () => signUp(app, '192.0.2.2', Value, { UserAttributes }))).toBe(2)
})

test('codes to a verified address that its user asks for have a budget that strangers cannot use up', async () => {
  const app = await startLimited({
    messageLimits: { destination: { perHour: 2, perHourAfterProof: 4 } },
    // A reset by an administrator would end the session that the codes are asked for with.
    keepSessionsOnPasswordChange: true,
  })
  const { clock } = app.server
  const signedIn = await app.call('InitiateAuth', {
    ClientId: 'open',
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ada', PASSWORD },
  })
  const { AccessToken } = signedIn.body.AuthenticationResult
  const verify = () =>
    from(app, '192.0.2.9', 'GetUserAttributeVerificationCode', { AccessToken, AttributeName: 'email' })
  const resetByAdmin = () =>
    from(app, '192.0.2.9', 'AdminResetUserPassword', { UserPoolId: app.userPoolId, Username: 'ada' })
  expect(await accepted(4, () => signUp(app, '192.0.2.1', 'ada@example.com'))).toBe(2)
  expect(await accepted(3, verify)).toBe(3)
  expect(await accepted(2, resetByAdmin)).toBe(1)
  expect(await accepted(1, verify)).toBe(0)
  // Nor does the user use up what strangers have.
  clock.advance(3600)
  expect(await accepted(4, resetByAdmin)).toBe(4)
  expect(await accepted(4, () => signUp(app, '192.0.2.1', 'ada@example.com'))).toBe(2)
})

test('a verified address gets thirty codes an hour after a proof, in each hour', async () => {
  const app = await startLimited()
  const reset = () => app.call('AdminResetUserPassword', { UserPoolId: app.userPoolId, Username: 'ada' })
  const attempt = async () => (await reset()).body
  expect(await accepted(1, attempt)).toBe(1)
  app.server.clock.advance(3599.999)
  expect(await accepted(31, attempt)).toBe(29)
  app.server.clock.advance(0.001)
  expect(await accepted(31, attempt)).toBe(30)
  expect(sentTo(app, 'ada@example.com')).toBe(60)
})

test('a new address that has to be verified is limited like every other, and a refused request changes nothing', async () => {
  const app = await startLimited({ messageLimits: { destination: { perHour: 2, perHourAfterProof: 1 } } })
  const signedIn = await app.call('InitiateAuth', {
    ClientId: 'open',
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ada', PASSWORD },
  })
  const { AccessToken } = signedIn.body.AuthenticationResult
  const change = (email: string) =>
    app.call('UpdateUserAttributes', {
      AccessToken,
      UserAttributes: [
        { Name: 'email', Value: email },
        { Name: 'name', Value: email },
      ],
    })
  expect((await change('victim@example.com')).status).toBe(200)
  const again = { AccessToken, AttributeName: 'email' }
  expect((await app.call('GetUserAttributeVerificationCode', again)).status).toBe(200)
  expect((await app.call('GetUserAttributeVerificationCode', again)).body).toEqual(EXCEEDED)
  expect((await change('other@example.com')).status).toBe(200)
  expect((await change('victim@example.com')).body).toEqual(EXCEEDED)
  const { body } = await app.call('GetUser', { AccessToken })
  expect(body.UserAttributes).toContainEqual({ Name: 'name', Value: 'other@example.com' })
  expect(sentTo(app, 'victim@example.com')).toBe(2)
})

test('codes to an unverified address have the budget of strangers, whatever was verified before', async () => {
  const app = await startLimited({
    messageLimits: { destination: { perHour: 2, perHourAfterProof: 9 } },
    config: pool({
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
    }),
  })
  const signedIn = await app.call('InitiateAuth', {
    ClientId: 'open',
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ada', PASSWORD },
  })
  const { AccessToken } = signedIn.body.AuthenticationResult
  const UserAttributes = [{ Name: 'email', Value: 'victim@example.com' }]
  await app.call('UpdateUserAttributes', { AccessToken, UserAttributes })
  const attempt = async () =>
    (await app.call('GetUserAttributeVerificationCode', { AccessToken, AttributeName: 'email' })).body
  expect(await accepted(3, attempt)).toBe(1)
  expect(sentTo(app, 'victim@example.com')).toBe(2)
})

test('invitations count for the destination, and a refused one creates no user', async () => {
  const app = await startLimited()
  const invite = (index: number) =>
    from(app, '192.0.2.1', 'AdminCreateUser', {
      UserPoolId: app.userPoolId,
      Username: `guest-${index}`,
      UserAttributes: [{ Name: 'email', Value: 'victim@example.com' }],
      DesiredDeliveryMediums: ['EMAIL'],
    })
  expect(await accepted(12, invite)).toBe(10)
  expect(sentTo(app, 'victim@example.com')).toBe(10)
  const refused = await app.call('AdminGetUser', { UserPoolId: app.userPoolId, Username: 'guest-11' })
  expect(refused.body.__type).toBe('UserNotFoundException')
})

test('a backend that knows the secret of its client, and administrators, are not limited by address', async () => {
  const { createHmac } = await import('node:crypto')
  const app = await startProduction({
    clock: stillClock(),
    rateLimit: false,
    trustProxy: true,
    messageLimits: { client: { perHour: 3 } },
    deliver: async () => {},
    config: pool({
      clients: [{ ClientName: 'Backend', ClientId: 'backend', ClientSecret: 's'.repeat(32) }],
    }),
  })
  const byBackend = (index: number) => {
    const Username = `backend-${index}`
    const SecretHash = createHmac('sha256', 's'.repeat(32)).update(`${Username}backend`).digest('base64')
    return signUp(app, '192.0.2.1', `${index}@example.org`, { ClientId: 'backend', Username, SecretHash })
  }
  expect(await accepted(6, byBackend)).toBe(6)
  const { url } = await app.server.listen()
  const admin = new CognitoIdentityProvider({
    endpoint: url,
    region: 'us-east-1',
    credentials: {
      accessKeyId: 'AKIDAMULETTEST000001',
      secretAccessKey: 'a-secret-that-is-only-known-in-tests-0001',
    },
  })
  onTestFinished(() => admin.destroy())
  for (let i = 0; i < 6; i++)
    await admin.adminCreateUser({
      UserPoolId: 'us-east-1_Limited01',
      Username: `guest-${i}`,
      UserAttributes: [{ Name: 'email', Value: `guest-${i}@example.com` }],
      DesiredDeliveryMediums: ['EMAIL'],
    })
})

test('a server has no limits by default, and setting one sets no other', async () => {
  const unlimited = await startLimited({ messageLimits: {} })
  expect(await accepted(12, () => signUp(unlimited, '192.0.2.1'))).toBe(12)
  const byClient = await startLimited({ messageLimits: { client: { perHour: 12 } } })
  expect(await accepted(14, () => signUp(byClient, '192.0.2.1'))).toBe(12)
  expect(await accepted(14, () => signUp(byClient, '192.0.2.2'))).toBe(12)
  await expect(start({ messageLimits: { destination: { perHour: 0 } } })).rejects.toThrow(
    '`messageLimits`: `perHour` is a number of messages, 1 or more, not 0.',
  )
})

test('an address signs up ten times as many users without a message as with one, unless the client proves itself', async () => {
  const app = await startLimited({ messageLimits: { client: { perHour: 2 } } })
  const silent = (address: string) => () => signUp(app, address, undefined, { UserAttributes: [] })
  expect(await accepted(23, silent('2001:db8::1'))).toBe(20)
  expect(await accepted(1, silent('2001:db8::2'))).toBe(0)
  expect(await accepted(2, silent('192.0.2.2'))).toBe(2)
  // Messages have a budget of their own.
  expect(await accepted(3, () => signUp(app, '2001:db8::1'))).toBe(2)
  // Of what was refused nothing stays.
  const { Users } = (await app.call('ListUsers', { UserPoolId: app.userPoolId })).body
  expect(Users).toHaveLength(1 + 20 + 2 + 2)
  app.server.clock.advance(3600)
  expect(await accepted(1, silent('2001:db8::1'))).toBe(1)
})

test('without limits of messages, sign-ups without a message have none either', async () => {
  const app = await startLimited({ messageLimits: { destination: { perHour: 1 } } })
  expect(await accepted(12, () => signUp(app, '192.0.2.1', undefined, { UserAttributes: [] }))).toBe(12)
})

test('a client address beyond its limit leaves no counts of further destinations behind', async () => {
  const { openDatabase } = await import('../src/db/database.js')
  const database = await sharedDatabase()
  const app = await startLimited({ ...database, messageLimits: { destination: {}, client: { perHour: 2 } } })
  const { db } = await openDatabase(database.database)
  onTestFinished(() => db.destroy())
  const counts = () =>
    db.selectFrom('message_counts').selectAll().orderBy('subject').orderBy('budget').execute()
  const ask = (i: number) =>
    from(app, '192.0.2.1', 'ForgotPassword', { ClientId: 'hiding', Username: `nobody-${i}` })
  for (let i = 0; i < 2; i++) await ask(i)
  const before = await counts()
  // Two destinations in an hour, in a day and by this address, and the address.
  expect(before.length).toBe(7)
  for (let i = 2; i < 9; i++) await ask(i)
  expect(await counts()).toEqual(before)
})

test('the database contains no addresses of messages', async () => {
  const { openDatabase } = await import('../src/db/database.js')
  const database = await sharedDatabase()
  const app = await startLimited(database)
  await signUp(app, '192.0.2.1')
  const { db } = await openDatabase(database.database)
  onTestFinished(() => db.destroy())
  const rows = await db.selectFrom('message_counts').selectAll().execute()
  expect(rows.length).toBe(3)
  expect(JSON.stringify(rows)).not.toMatch(/victim|192\.0/)
})
