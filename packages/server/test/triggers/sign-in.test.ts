import type { FunctionHandler, TriggerEvent } from '@amulet/server'
import { expect, test } from 'vitest'
import { signIn as deviceSignIn, newDevice, proveDevice } from '../device-client.js'
import { srpSignIn } from '../srp-sign-in.js'
import { PASSWORD } from '../start.js'
import { CLIENT, handlerOf, handlers, refused, startWithFunctions } from './start-with-functions.js'

const users = [
  {
    Username: 'ada',
    Password: PASSWORD,
    UserAttributes: [{ Name: 'email', Value: 'ada@birch.example' }],
  },
]
const hides = { client: { PreventUserExistenceErrors: 'ENABLED' } }
const WRONG = 'NotAuthorizedException: Incorrect username or password.'

test('PreAuthentication sees the user, and what came with the first request as validation data', async () => {
  const events: TriggerEvent[] = []
  const app = await startWithFunctions(
    {
      PreAuthentication: async (event) => {
        events.push(event)
        return event
      },
    },
    { pool: { users }, ...hides },
  )
  expect((await app.signIn('ada', PASSWORD, { ClientMetadata: { from: 'app' } })).status).toBe(200)
  expect(refused(await app.signIn('nobody'))).toBe(WRONG)
  expect(events).toMatchObject([
    {
      triggerSource: 'PreAuthentication_Authentication',
      userName: 'ada',
      callerContext: { clientId: CLIENT },
      request: {
        userAttributes: { 'cognito:user_status': 'CONFIRMED', email: 'ada@birch.example' },
        validationData: { from: 'app' },
      },
      response: {},
    },
    { userName: 'nobody', request: { userAttributes: {}, validationData: null, userNotFound: true } },
  ])
  expect(events[0]?.request).not.toHaveProperty('userNotFound')
  expect(events[0]?.request).not.toHaveProperty('clientMetadata')
})

test('PreAuthentication can refuse before the password is checked, also for names that do not exist', async () => {
  const app = await startWithFunctions(
    { PreAuthentication: await handlerOf('13-pre-auth-client-block.mjs') },
    {
      pool: {
        Schema: [{ Name: 'locked', AttributeDataType: 'String', Mutable: true }],
        users: [
          ...users,
          {
            Username: 'locked',
            Password: PASSWORD,
            UserAttributes: [{ Name: 'custom:locked', Value: '1' }],
          },
        ],
      },
      ...hides,
    },
  )
  const locked = 'UserLambdaValidationException: PreAuthentication failed with error BIRCH_LOCKED.'
  expect(refused(await app.signIn('locked'))).toBe(locked)
  // No guess is counted: the answer stays the same however often.
  for (let guess = 0; guess < 7; guess++) expect(refused(await app.signIn('locked', 'Wrong-1'))).toBe(locked)
  const probe = { ClientMetadata: { probe: 'yes' } }
  expect(refused(await app.signIn('nobody', PASSWORD, probe))).toBe(
    'UserLambdaValidationException: PreAuthentication failed with error BIRCH_PROBE.',
  )
  expect(refused(await app.signIn('nobody'))).toBe(WRONG)
  expect((await app.signIn('ada', PASSWORD, probe)).status).toBe(200)
  expect(
    refused(
      await app.manage('AdminInitiateAuth', {
        ClientId: CLIENT,
        AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: 'locked', PASSWORD: 'Wrong-1' },
      }),
    ),
  ).toBe(locked)
  process.env.BIRCH_BLOCKED = CLIENT
  try {
    expect(refused(await app.signIn('ada'))).toBe(
      'UserLambdaValidationException: PreAuthentication failed with error This client is closed.',
    )
  } finally {
    delete process.env.BIRCH_BLOCKED
  }
})

test('a sign-in with the session of a sign-up runs the functions of a sign-in', async () => {
  const runs: string[] = []
  const note: FunctionHandler = async (event) => {
    runs.push(`${event.triggerSource} ${event.userName}`)
    event.response.autoConfirmUser = true
    return event
  }
  const names = ['PreSignUp', 'PreAuthentication', 'PostAuthentication', 'PreTokenGeneration']
  const app = await startWithFunctions(Object.fromEntries(names.map((name) => [name, note])), {
    pool: { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } } },
    client: { ExplicitAuthFlows: ['ALLOW_USER_AUTH'] },
  })
  const { body } = await app.signUp('ada', { Password: undefined })
  expect(body).toMatchObject({ UserConfirmed: true, Session: expect.any(String) })
  const signedIn = await app.ask('InitiateAuth', {
    AuthFlow: 'USER_AUTH',
    AuthParameters: { USERNAME: 'ada' },
    Session: body.Session,
  })
  expect(signedIn.body.AuthenticationResult.AccessToken).toBeTypeOf('string')
  expect(runs).toEqual([
    'PreSignUp_SignUp ada',
    'PreAuthentication_Authentication ada',
    'PostAuthentication_Authentication ada',
    'TokenGeneration_Authentication ada',
  ])
})

test('where existence is not hidden, an unknown name is reported before a function runs', async () => {
  const app = await startWithFunctions(
    { PreAuthentication: await handlerOf('14-pre-auth-done.cjs') },
    { pool: { users } },
  )
  expect(refused(await app.signIn('bob'))).toBe('UserNotFoundException: User does not exist.')
  expect(refused(await app.signIn('ada'))).toBe(
    'UserLambdaValidationException: PreAuthentication failed with error name too short.',
  )
})

test('empty values are refused before a function runs', async () => {
  const app = await startWithFunctions({ PreAuthentication: await handlerOf('14-pre-auth-done.cjs') })
  expect(refused(await app.signIn('', 'x'))).toBe(
    'InvalidParameterException: Missing required parameter USERNAME',
  )
  expect(refused(await app.signIn('ada', ''))).toBe(
    'InvalidParameterException: Missing required parameter PASSWORD',
  )
})

test('PostAuthentication runs once the password was right, and never after a wrong one', async () => {
  const events: TriggerEvent[] = []
  const app = await startWithFunctions(
    {
      PostAuthentication: async (event) => {
        events.push(event)
        return event
      },
    },
    { pool: { users }, ...hides },
  )
  expect(refused(await app.signIn('ada', 'Wrong-1'))).toBe(WRONG)
  expect(refused(await app.signIn('nobody'))).toBe(WRONG)
  expect(events).toEqual([])
  expect((await srpSignIn({ ...app, userPoolClientId: CLIENT }, 'ada')).status).toBe(200)
  expect(events).toMatchObject([
    {
      triggerSource: 'PostAuthentication_Authentication',
      userName: 'ada',
      request: { userAttributes: { email: 'ada@birch.example' }, newDeviceUsed: false },
      response: {},
    },
  ])
})

test('a sign-in that PostAuthentication refuses brings no tokens', async () => {
  const app = await startWithFunctions(
    { PostAuthentication: await handlerOf('14-pre-auth-done.cjs') },
    { pool: { users: [...users, { Username: 'grace', Password: PASSWORD }] } },
  )
  expect(refused(await app.signIn('ada'))).toBe(
    'UserLambdaValidationException: PostAuthentication failed with error name too short.',
  )
  expect((await app.signIn('grace')).body.AuthenticationResult.AccessToken).toBeTypeOf('string')
})

test('PostAuthentication can change the user by the API of this server while it runs', async () => {
  const { handler, use } = await handlers('15-post-auth-verify-mail.cjs')
  const app = await startWithFunctions(
    { PostAuthentication: handler as FunctionHandler },
    { pool: { users } },
  )
  const inject = use as unknown as (api: object) => void
  inject({ adminUpdateUserAttributes: (input: object) => app.call('AdminUpdateUserAttributes', input) })
  const { body } = await app.signIn('ada')
  const { body: user } = await app.call('GetUser', { AccessToken: body.AuthenticationResult.AccessToken })
  expect(user.UserAttributes).toContainEqual({ Name: 'email_verified', Value: 'true' })
})

test('a user who loses the right to sign in while a function runs is not signed in, and learns why', async () => {
  const app = await startWithFunctions(
    {
      PostAuthentication: async (event) => {
        if (event.userName === 'ada') await app.manage('AdminDisableUser', { Username: 'ada' })
        else await app.manage('AdminDeleteUser', { Username: event.userName })
        return event
      },
    },
    { pool: { users: [...users, { Username: 'grace', Password: PASSWORD }] } },
  )
  expect(refused(await app.signIn('ada'))).toBe('NotAuthorizedException: User is disabled.')
  expect(refused(await app.signIn('grace'))).toBe('NotAuthorizedException: Invalid session for the user.')
})

test('a user of another directory is migrated at the sign-in, and belongs to the pool from then on', async () => {
  let runs = 0
  const migrate = await handlerOf('20-migrate-async.mjs')
  const app = await startWithFunctions(
    {
      UserMigration: (event, context, callback) => {
        runs++
        return migrate(event, context, callback)
      },
    },
    { pool: { UsernameAttributes: ['email'] }, ...hides },
  )
  expect(refused(await app.signIn('ana@birch.example', 'Wrong-1'))).toBe(WRONG)
  expect(refused(await app.signIn('nobody@birch.example'))).toBe(WRONG)
  const { body } = await app.signIn('ana@birch.example', 'Old-Pass-1')
  const { body: user } = await app.call('GetUser', { AccessToken: body.AuthenticationResult.AccessToken })
  expect(Object.fromEntries(user.UserAttributes.map(({ Name, Value }) => [Name, Value]))).toEqual({
    sub: expect.stringMatching(/^[0-9a-f-]{36}$/),
    email: 'ana@birch.example',
    email_verified: 'true',
    name: 'Ana B.',
  })
  expect((await app.manage('AdminGetUser', { Username: 'ana@birch.example' })).body).toMatchObject({
    UserStatus: 'CONFIRMED',
  })
  expect(runs).toBe(3)
  expect((await app.signIn('ana@birch.example', 'Old-Pass-1')).status).toBe(200)
  expect(refused(await app.signIn('ana@birch.example', 'Wrong-1'))).toBe(WRONG)
  expect(runs).toBe(3)
  // The password is not known to the server, so SRP cannot ask.
  await srpSignIn({ ...app, userPoolClientId: CLIENT }, 'other@birch.example')
  expect(runs).toBe(3)
})

test('a function that does not know the user leaves the answer for unknown names', async () => {
  const app = await startWithFunctions({ UserMigration: await handlerOf('20-migrate-async.mjs') })
  expect(refused(await app.signIn('nobody@birch.example'))).toBe(
    'UserNotFoundException: User does not exist.',
  )
})

test('an error of UserMigration reaches the caller, at the sign-in and at a password reset', async () => {
  const app = await startWithFunctions(
    { UserMigration: await handlerOf('21-migrate-callback.cjs') },
    { pool: { UsernameAttributes: ['email'] }, ...hides },
  )
  const failed = (text: string) => `UserLambdaValidationException: UserMigration failed with error ${text}.`
  expect(refused(await app.signIn('bo@birch.example', 'Wrong-1'))).toBe(failed('Wrong password'))
  expect(refused(await app.signIn('eve@birch.example', 'Wrong-1'))).toBe(failed('Nobody by that name'))
  expect(refused(await app.ask('ForgotPassword', { Username: 'eve@birch.example' }))).toBe(
    failed('Nobody by that name'),
  )
  // In the log, both are about one name.
  const [{ subject } = expect.fail(), ...others] = app.log.slice(1)
  expect(subject).toMatch(/^[0-9a-f]{32}$/)
  expect(others.map((entry) => entry.subject)).toEqual([subject])
  const { inbox } = app.server
  expect((await app.ask('ForgotPassword', { Username: 'bo@birch.example' })).status).toBe(200)
  await app.server.close().catch(() => {})
  expect(inbox.last('bo@birch.example')?.code).toMatch(/^\d{6}$/)
})

test('a user who is migrated by a password reset signs in with a new password', async () => {
  const app = await startWithFunctions({ UserMigration: await handlerOf('21-migrate-callback.cjs') })
  expect((await app.ask('ForgotPassword', { Username: 'bo@birch.example' })).status).toBe(200)
  expect(refused(await app.signIn('bo@birch.example', 'Old-Pass-2'))).toBe(
    'PasswordResetRequiredException: Password reset required for the user',
  )
  await app.ask('ConfirmForgotPassword', {
    Username: 'bo@birch.example',
    ConfirmationCode: app.server.inbox.last('bo@birch.example')?.code,
    Password: PASSWORD,
  })
  expect((await app.signIn('bo@birch.example')).status).toBe(200)
})

test('a user who has to choose a new password by the function’s answer is stored, and learns it', async () => {
  const app = await startWithFunctions(
    { UserMigration: await handlerOf('22-migrate-reset.mjs') },
    { pool: { UsernameAttributes: ['email'] } },
  )
  const told = 'PasswordResetRequiredException: Password reset required for the user'
  expect(refused(await app.signIn('bo@birch.example', 'Old-Pass-2'))).toBe(told)
  expect((await app.manage('ListUsers')).body.Users).toMatchObject([{ UserStatus: 'RESET_REQUIRED' }])
  expect(
    (await app.ask('ForgotPassword', { Username: 'bo@birch.example' })).body.CodeDeliveryDetails,
  ).toMatchObject({
    DeliveryMedium: 'EMAIL',
  })
})

const migrating =
  (response: object): FunctionHandler =>
  async (event) => ({ ...event, response })

test.each([
  { userAttributes: { sub: '11111111-2222-4333-8444-555555555555', email: 'bo@birch.example' } },
  { userAttributes: { email: 'no address' } },
  { userAttributes: { 'custom:unknown': 'x' } },
  { userAttributes: { email_verified: 'true' } },
  { userAttributes: { email: ['bo@birch.example'] } },
  { userAttributes: JSON.parse('{"email":"bo@birch.example","__proto__":"x"}') },
  { userAttributes: { email: 'bo@birch.example' }, finalUserStatus: 'ARCHIVED' },
  { userAttributes: { email: 'bo@birch.example' }, desiredDeliveryMediums: 'EMAIL' },
])('a user that breaks the rules of the pool is not stored: %j', async (response) => {
  const app = await startWithFunctions({ UserMigration: migrating(response) })
  expect(refused(await app.signIn('bo', 'Old-Pass-2'))).toBe(
    'InvalidLambdaResponseException: Unrecognizable lambda output',
  )
  expect((await app.manage('ListUsers')).body.Users).toEqual([])
})

test('a user of another directory has what the pool requires', async () => {
  const pool = { Schema: [{ Name: 'given_name', AttributeDataType: 'String' as const, Required: true }] }
  const userAttributes: Record<string, string> = { email: 'bo@birch.example' }
  const app = await startWithFunctions(
    { UserMigration: migrating({ userAttributes, finalUserStatus: 'CONFIRMED' }) },
    { pool },
  )
  expect(refused(await app.signIn('bo', 'Old-Pass-2'))).toBe(
    'InvalidLambdaResponseException: Unrecognizable lambda output',
  )
  userAttributes.given_name = 'Bo'
  expect((await app.signIn('bo', 'Old-Pass-2')).status).toBe(200)
})

test.each([
  ['a name', {}, 'bo@birch.example', 'bo'],
  ['an address', { UsernameAttributes: ['email' as const] }, 'bo@birch.example', undefined],
  [
    'an address or a number',
    { UsernameAttributes: ['email' as const, 'phone_number' as const] },
    'bo@birch.example',
    undefined,
  ],
])(
  'where users sign in with %s, the function names the username only where users choose one',
  async (_, pool, typed, username) => {
    const userAttributes = { username: 'bo', email: 'bo@birch.example' }
    const app = await startWithFunctions(
      { UserMigration: migrating({ userAttributes, finalUserStatus: 'CONFIRMED' }) },
      { pool },
    )
    expect((await app.signIn(typed, 'Old-Pass-2')).status).toBe(200)
    const [user] = (await app.manage('ListUsers')).body.Users
    expect(user).toMatchObject({ Username: username ?? expect.stringMatching(/^[0-9a-f-]{36}$/) })
  },
)

const NUMBER = { phone_number: '+15555550100' }
test.each([
  ['with a number that the function turns codes on for', NUMBER, true, ['SMS_MFA']],
  ['with a number', NUMBER, false, undefined],
  ['without a number', {}, true, undefined],
])(
  'a user who is migrated %s has the second factor that follows from it',
  async (_, number, enableSMSMFA, factors) => {
    const userAttributes = { email: 'bo@birch.example', ...number }
    const UserMigration = migrating({ userAttributes, enableSMSMFA, finalUserStatus: 'CONFIRMED' })
    const app = await startWithFunctions({ UserMigration })
    expect((await app.signIn('bo', 'Old-Pass-2')).status).toBe(200)
    const { body } = await app.manage('AdminGetUser', { Username: 'bo' })
    expect(Reflect.get(body, 'UserMFASettingList')).toEqual(factors)
  },
)

test('guesses at passwords of another directory are counted like those of the pool', async () => {
  let runs = 0
  const migrate = await handlerOf('21-migrate-callback.cjs')
  const app = await startWithFunctions(
    {
      UserMigration: (event, context, callback) => {
        runs++
        return migrate(event, context, callback)
      },
    },
    hides,
  )
  for (let guess = 0; guess < 6; guess++) await app.signIn('bo@birch.example', `Wrong-${guess}`)
  expect(runs).toBe(5)
  // Neither a wrong one nor the right one is judged any more.
  for (const password of ['Wrong-7', 'Old-Pass-2'])
    expect(refused(await app.signIn('bo@birch.example', password))).toBe(
      'NotAuthorizedException: Password attempts exceeded',
    )
  expect(runs).toBe(5)
  app.server.clock.advance(60_000)
  expect((await app.signIn('bo@birch.example', 'Old-Pass-2')).status).toBe(200)
})

test('a name has one budget of guesses at another directory, however it is spelled', async () => {
  let runs = 0
  const app = await startWithFunctions(
    {
      // Case makes no difference to this directory, nor does the width of letters.
      UserMigration: async (event) => {
        runs++
        const isBo = event.userName.normalize('NFKC').toLowerCase() === 'bo'
        const isRight = isBo && event.request.password === 'Old-Pass-2'
        const response = { userAttributes: { email: 'bo@birch.example' }, finalUserStatus: 'CONFIRMED' }
        return isRight ? { ...event, response } : event
      },
    },
    hides,
  )
  for (const name of ['bo', 'Bo', 'bO', 'BO', '\uff22\uff4f']) await app.signIn(name, 'Wrong-1')
  expect(runs).toBe(5)
  for (const name of ['bo', 'Bo'])
    expect(refused(await app.signIn(name, 'Old-Pass-2'))).toBe(
      'NotAuthorizedException: Password attempts exceeded',
    )
  expect(refused(await app.signIn('eve', 'Old-Pass-2'))).toBe(WRONG)
  app.server.clock.advance(60_000)
  expect((await app.signIn('Bo', 'Old-Pass-2')).status).toBe(200)
})

test.each([3, 4, 5])('a user is migrated with the right password after %i wrong ones', async (wrong) => {
  const app = await startWithFunctions({ UserMigration: await handlerOf('21-migrate-callback.cjs') }, hides)
  for (let guess = 0; guess < wrong; guess++)
    expect(refused(await app.signIn('bo@birch.example', `Wrong-${guess}`))).not.toMatch(/exceeded/)
  // The first lock is over.
  app.server.clock.advance(1)
  expect((await app.signIn('bo@birch.example', 'Old-Pass-2')).status).toBe(200)
})

test('two simultaneous requests migrate one user', async () => {
  const app = await startWithFunctions({
    UserMigration: migrating({ userAttributes: { email: 'bo@birch.example' }, finalUserStatus: 'CONFIRMED' }),
  })
  const answers = await Promise.all([app.signIn('bo', 'Old-Pass-2'), app.signIn('bo', 'Old-Pass-2')])
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  expect((await app.manage('ListUsers')).body.Users).toHaveLength(1)
})

test('a user who is migrated by an alias is not signed in as another user who has taken it meanwhile', async () => {
  const UserAttributes = [
    { Name: 'email', Value: 'bo@birch.example' },
    { Name: 'email_verified', Value: 'true' },
  ]
  const userAttributes = { username: 'bo', email: 'bo@birch.example', email_verified: 'true' }
  const app = await startWithFunctions(
    {
      UserMigration: migrating({ userAttributes, finalUserStatus: 'CONFIRMED' }),
      PreSignUp: async (event) => {
        if (event.userName === 'bo')
          await app.manage('AdminCreateUser', { Username: 'eve', UserAttributes, MessageAction: 'SUPPRESS' })
        return event
      },
    },
    { pool: { AliasAttributes: ['email'] } },
  )
  expect(refused(await app.signIn('bo@birch.example', 'Old-Pass-2'))).toBe(WRONG)
  expect((await app.manage('ListUsers')).body.Users).toMatchObject([{ Username: 'eve' }])
})

test('functions run in the order of a sign-in, each once, with the metadata of their request', async () => {
  const runs: unknown[] = []
  const note: FunctionHandler = async (event) => {
    const { clientMetadata, validationData } = event.request
    runs.push([event.triggerSource, clientMetadata?.n ?? validationData?.n])
    if (event.triggerSource.startsWith('UserMigration'))
      Object.assign(event.response, {
        userAttributes: { email: 'bo@birch.example', email_verified: 'true' },
        finalUserStatus: 'CONFIRMED',
      })
    return event
  }
  const names = [
    'PreSignUp',
    'UserMigration',
    'PreAuthentication',
    'PostAuthentication',
    'PreTokenGeneration',
    'CustomMessage',
    'PostConfirmation',
  ]
  const app = await startWithFunctions(Object.fromEntries(names.map((name) => [name, note])))
  const first = await app.signIn('bo', 'Old-Pass-2', { ClientMetadata: { n: '1' } })
  expect(first.status).toBe(200)
  expect(runs).toEqual([
    ['UserMigration_Authentication', '1'],
    ['PreSignUp_AdminCreateUser', '1'],
    ['PreAuthentication_Authentication', '1'],
    ['PostAuthentication_Authentication', undefined],
    ['TokenGeneration_Authentication', undefined],
  ])
  runs.length = 0
  // A temporary password: what comes with the answer to the challenge is for the functions after it.
  await app.manage('AdminSetUserPassword', { Username: 'bo', Password: PASSWORD, Permanent: false })
  const { body } = await app.signIn('bo', PASSWORD, { ClientMetadata: { n: '1' } })
  await app.ask('RespondToAuthChallenge', {
    ChallengeName: 'NEW_PASSWORD_REQUIRED',
    Session: body.Session,
    ChallengeResponses: { USERNAME: 'bo', NEW_PASSWORD: `${PASSWORD}-2` },
    ClientMetadata: { n: '2' },
  })
  expect(runs).toEqual([
    ['PreAuthentication_Authentication', '1'],
    ['PostAuthentication_Authentication', '2'],
    ['TokenGeneration_NewPasswordChallenge', '2'],
  ])
})

test('functions learn whether a device is new, and that tokens follow its proof', async () => {
  const runs: unknown[] = []
  const note: FunctionHandler = async (event) => {
    runs.push([event.triggerSource, event.request.newDeviceUsed])
    return event
  }
  const app = await startWithFunctions(
    { PostAuthentication: note, PreTokenGeneration: note },
    {
      pool: {
        users,
        DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false },
      },
    },
  )
  const device = await newDevice(app)
  const done = await proveDevice(app, await deviceSignIn(app, device.key), device)
  expect(done.status).toBe(200)
  expect(runs).toEqual([
    ['PostAuthentication_Authentication', true],
    ['TokenGeneration_Authentication', undefined],
    ['PostAuthentication_Authentication', false],
    ['TokenGeneration_AuthenticateDevice', undefined],
  ])
})
