import { readFile } from 'node:fs/promises'
import type { FunctionHandler } from '@amulet/server'
import { expect, test } from 'vitest'
import { told } from './choice.js'
import { confirm, proveDevice, signIn } from './device-client.js'
import { type Answer, PASSWORD, type Started, start } from './start.js'
import { totp } from './totp.js'

// User pools as public projects make them, with other names, and what their users meet at a sign-in. What such a project
// asks of OAuth is left out.

interface Pool {
  readonly pool: Readonly<Record<string, unknown>>
  readonly mfa?: Readonly<Record<string, unknown>>
  readonly client?: { readonly ExplicitAuthFlows?: readonly string[] }
}
// The file is beside this one.
const pools = JSON.parse(
  await readFile(new URL('pools-of-projects.json', import.meta.url), 'utf8'),
) as Record<string, Pool>

const ok = (answer: Answer): Answer => {
  expect(answer.status, answer.text).toBe(200)
  return answer
}

interface Made extends Started {
  /** Calls an operation of an administrator about the pool. */
  manage(operation: string, input?: object): Promise<Answer>
  /** Calls an operation of the client. */
  ask(operation: string, input: object): Promise<Answer>
  /** A user with a password of their own. */
  user(Username: string, attributes?: Record<string, string>): Promise<void>
}

/** Makes a pool as the project does: the pool, its second factors, its client. */
async function make(name: string, functions: Record<string, FunctionHandler> = {}): Promise<Made> {
  const { pool, mfa, client } = pools[name] ?? { pool: {} }
  // Every function that is named does nothing, unless the test says what.
  const names = [...JSON.stringify(pool).matchAll(/:function:([\w-]+)/g)].map(([, found = '']) => found)
  const idle: FunctionHandler = (event, _context, callback) => callback(null, event)
  const app = await start({
    functions: { ...Object.fromEntries(names.map((each) => [each, idle])), ...functions },
  })
  const UserPoolId = ok(await app.call('CreateUserPool', pool)).body.UserPool.Id
  const manage = (operation: string, input: object = {}) => app.call(operation, { UserPoolId, ...input })
  if (mfa) ok(await manage('SetUserPoolMfaConfig', mfa))
  const withClient = client ?? { ClientName: 'Web', ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] }
  const ClientId = ok(await manage('CreateUserPoolClient', withClient)).body.UserPoolClient.ClientId
  return {
    ...app,
    userPoolId: UserPoolId,
    userPoolClientId: ClientId,
    manage,
    ask: (operation, input) => app.call(operation, { ClientId, ...input }),
    async user(Username, attributes = {}) {
      const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }))
      ok(await manage('AdminCreateUser', { Username, UserAttributes, MessageAction: 'SUPPRESS' }))
      ok(await manage('AdminSetUserPassword', { Username, Password: PASSWORD, Permanent: true }))
    },
  }
}

test.each(Object.keys(pools))('%s is created, and described as it was set', async (name) => {
  const { pool, mfa = {}, client } = pools[name] ?? { pool: {} }
  const { manage, userPoolClientId: ClientId } = await make(name)
  const { DeviceConfiguration, LambdaConfig, UsernameAttributes, AliasAttributes, UserPoolTier } = pool
  const set = { DeviceConfiguration, LambdaConfig, UsernameAttributes, AliasAttributes, UserPoolTier }
  const given = Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined))
  const { UserPool } = ok(await manage('DescribeUserPool')).body
  expect(UserPool).toMatchObject(given)
  expect(UserPool.Policies.SignInPolicy.AllowedFirstAuthFactors).toEqual(
    (pool.Policies as typeof UserPool.Policies | undefined)?.SignInPolicy?.AllowedFirstAuthFactors ?? [
      'PASSWORD',
    ],
  )
  expect(ok(await manage('GetUserPoolMfaConfig')).body).toEqual({ MfaConfiguration: 'OFF', ...mfa })
  const { UserPoolClient } = ok(await manage('DescribeUserPoolClient', { ClientId })).body
  // Nothing is added, such as the right to refresh.
  if (client?.ExplicitAuthFlows) expect(UserPoolClient.ExplicitAuthFlows).toEqual(client.ExplicitAuthFlows)
})

test('where an app is required and devices are remembered, an app is set up, and the device replaces it the next time', async () => {
  const app = await make('birch-mfa')
  await app.user('ada', { email: 'ada@birch.example' })
  const { Session } = (await signIn(app)).body
  // Members that the other answers do not have.
  const made = (await app.call('AssociateSoftwareToken', { Session })).body as unknown as {
    SecretCode: string
    Session: string
  }
  const UserCode = totp(made.SecretCode, app.server.clock.now())
  const verified = ok(await app.call('VerifySoftwareToken', { Session: made.Session, UserCode }))
  const ChallengeResponses = { USERNAME: 'ada' }
  const first = await app.ask('RespondToAuthChallenge', {
    ChallengeName: 'MFA_SETUP',
    Session: verified.body.Session,
    ChallengeResponses,
  })
  expect(told(first)).toBe('tokens')
  const device = await confirm(app, first)
  expect(device.answer.body).toEqual({ UserConfirmationNecessary: false })
  expect(told(await signIn(app))).toBe('SOFTWARE_TOKEN_MFA')
  const asked = await signIn(app, device.key)
  expect(told(asked)).toBe('DEVICE_SRP_AUTH')
  expect(told(await proveDevice(app, asked, device))).toBe('tokens')
})

test('where codes by e-mail are the second factor, the mailbox alone resets no password', async () => {
  const app = await make('birch_email_mfa')
  await app.user('ada', { email: 'ada@birch.example', email_verified: 'true' })
  expect(told(await signIn(app))).toBe('EMAIL_OTP')
  expect(app.server.inbox.last('ada@birch.example')?.body).toMatch(/^Your code is \d{6}$/)
  const sent = app.server.inbox.list().length
  const reset = await app.ask('ForgotPassword', { Username: 'ada' })
  expect(reset.body.__type).toBe('InvalidParameterException')
  expect(app.server.inbox.list()).toHaveLength(sent)
})

test('where names are case-sensitive, names that differ by case are two users, and a device is remembered when its user says so', async () => {
  const app = await make('birch-case')
  for (const name of ['Ana@birch.example', 'ana@birch.example']) await app.user(name, { name: 'Ana' })
  const { Users } = (await app.manage('ListUsers')).body
  expect(new Set(Users.map(({ Username }) => Username)).size).toBe(2)
  ok(
    await app.manage('UpdateUserPoolClient', {
      ClientId: app.userPoolClientId,
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
    }),
  )
  const device = await confirm(app, await signIn(app, undefined, 'ana@birch.example'))
  expect(device.answer.body).toEqual({ UserConfirmationNecessary: true })
})

test('senders of a project get the codes of second factors', async () => {
  const sent: string[] = []
  const app = await make('birch-adv', {
    sms: async ({ triggerSource, request }) => {
      sent.push(`${triggerSource} ${request.code} to ${request.userAttributes?.phone_number}`)
    },
  })
  await app.user('ada@birch.example', { phone_number: '+15555550100' })
  ok(
    await app.manage('UpdateUserPoolClient', {
      ClientId: app.userPoolClientId,
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
    }),
  )
  const asked = await signIn(app, undefined, 'ada@birch.example')
  expect(told(asked)).toBe('SMS_MFA')
  await expect.poll(() => sent).toHaveLength(1)
  const [, SMS_MFA_CODE = ''] =
    /^CustomSMSSender_Authentication (\d{6}) to \+15555550100$/.exec(sent[0] ?? '') ?? []
  const done = await app.ask('RespondToAuthChallenge', {
    ChallengeName: 'SMS_MFA',
    Session: asked.body.Session,
    ChallengeResponses: { USERNAME: 'ada@birch.example', SMS_MFA_CODE },
  })
  expect(told(done)).toBe('tokens')
  expect(app.server.inbox.list()).toEqual([])
})

test('a client that allows only custom challenges refuses every other flow', async () => {
  const app = await make('birch-mailauth')
  const begin = (AuthFlow: string, more: object) =>
    app.ask('InitiateAuth', { AuthFlow, AuthParameters: { USERNAME: 'ada@birch.example', ...more } })
  expect(told(await begin('USER_SRP_AUTH', { SRP_A: 'ab' }))).toBe(
    'InvalidParameterException: Only custom auth (lambda driven) is enabled for this client.',
  )
  expect(told(await begin('CUSTOM_AUTH', {}))).toBe('UserNotFoundException: User does not exist.')
})

test('a function confirms new users', async () => {
  const app = await make('birch-autoconfirm', {
    async autoconfirm(event) {
      event.response.autoConfirmUser = true
      return event
    },
  })
  expect((await app.ask('SignUp', { Username: 'ada', Password: PASSWORD })).body.UserConfirmed).toBe(true)
  const user = await app.manage('AdminGetUser', { Username: 'ada' })
  expect(user.body).toMatchObject({ UserStatus: 'CONFIRMED' })
  expect(told(await signIn(app))).toBe('tokens')
})

test('a sign-in can begin with a code by e-mail, after a sign-up with the address', async () => {
  const app = await make('birch-otp')
  const Username = 'ada@birch.example'
  const code = () => app.server.inbox.last(Username)?.code
  ok(await app.ask('SignUp', { Username }))
  ok(await app.ask('ConfirmSignUp', { Username, ConfirmationCode: code() }))
  const asked = await app.ask('InitiateAuth', {
    AuthFlow: 'USER_AUTH',
    AuthParameters: { USERNAME: Username, PREFERRED_CHALLENGE: 'EMAIL_OTP' },
  })
  expect(asked.body.ChallengeName).toBe('EMAIL_OTP')
  const done = await app.ask('RespondToAuthChallenge', {
    ChallengeName: 'EMAIL_OTP',
    Session: asked.body.Session,
    ChallengeResponses: { USERNAME: Username, EMAIL_OTP_CODE: code() },
  })
  expect(told(done)).toBe('tokens')
})

test('settings that a project got wrong are refused', async () => {
  const brand = await make('birch-brand')
  const WebAuthnConfiguration = { UserVerification: 'REQUIRED' }
  expect(told(await brand.manage('SetUserPoolMfaConfig', { WebAuthnConfiguration }))).toContain(
    'Member must satisfy enum value set: [required, preferred]',
  )
  const taxi = await make('birch-taxi')
  expect(told(await taxi.manage('DeleteUserPool'))).toContain('InvalidParameterException')
  const { pool } = pools['birch-backfill'] ?? { pool: {} }
  const app = await start()
  const UserPoolId = ok(await app.call('CreateUserPool', pool)).body.UserPool.Id
  const MfaConfiguration = 'ON'
  expect(told(await app.call('UpdateUserPool', { UserPoolId, MfaConfiguration }))).toContain(
    'InvalidParameterException',
  )
  ok(await app.call('SetUserPoolMfaConfig', { UserPoolId, ...pools['birch-backfill']?.mfa }))
  ok(await app.call('UpdateUserPool', { UserPoolId, MfaConfiguration }))
})
