import type { FunctionHandler, TriggerEvent } from '@amulet/server'
import {
  CognitoIdentityProvider,
  InvalidLambdaResponseException,
  UserLambdaValidationException,
} from '@aws-sdk/client-cognito-identity-provider'
import { expect, onTestFinished, test, vi } from 'vitest'
import { PASSWORD } from '../start.js'
import {
  arn,
  CLIENT,
  handlerOf,
  handlers,
  POOL,
  refused,
  startWithFunctions,
} from './start-with-functions.js'

test('PreSignUp sees who signs up, what was sent along, and an empty response', async () => {
  const events: TriggerEvent[] = []
  const app = await startWithFunctions({
    PreSignUp: async (event) => {
      events.push(structuredClone(event))
      return event
    },
  })
  await app.signUp('ada', {
    ValidationData: [{ Name: 'invited', Value: 'yes' }],
    ClientMetadata: { from: 'app' },
  })
  await app.signUp('eve')
  expect(events).toMatchObject([
    {
      version: '1',
      region: 'us-east-1',
      userPoolId: POOL,
      userName: 'ada',
      callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: CLIENT },
      triggerSource: 'PreSignUp_SignUp',
      request: {
        userAttributes: { email: 'ada@birch.example' },
        validationData: { invited: 'yes' },
        clientMetadata: { from: 'app' },
      },
      response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
    },
    { request: { userAttributes: { email: 'eve@birch.example' }, validationData: null } },
  ])
  expect(events[1]?.request).not.toHaveProperty('clientMetadata')
})

test('PreSignUp refuses a sign-up in its own words, and no user is left', async () => {
  const app = await startWithFunctions({ PreSignUp: await handlerOf('07-pre-signup-domain.cjs') })
  const answer = await app.signUp('ada', { UserAttributes: [{ Name: 'email', Value: 'ada@y.example' }] })
  expect(answer.status).toBe(400)
  expect(refused(answer)).toBe(
    'UserLambdaValidationException: PreSignUp failed with error Domain not admitted: y.example.',
  )
  expect((await app.manage('ListUsers')).body.Users).toEqual([])
  expect((await app.signUp('ada')).body.UserConfirmed).toBe(false)
})

test('PreSignUp confirms a user: no code is sent, PostConfirmation runs at once, and the user signs in', async () => {
  const confirmed: TriggerEvent[] = []
  const app = await startWithFunctions({
    PreSignUp: await handlerOf('08-pre-signup-autoconfirm-callback.cjs'),
    PostConfirmation: async (event) => {
      confirmed.push(event)
      return event
    },
  })
  const { body } = await app.signUp('ada', { ClientMetadata: { from: 'app' } })
  expect(body).toEqual({ UserConfirmed: true, UserSub: expect.any(String) })
  expect(app.server.inbox.list()).toEqual([])
  expect(confirmed).toEqual([
    expect.objectContaining({
      triggerSource: 'PostConfirmation_ConfirmSignUp',
      userName: 'ada',
      request: {
        userAttributes: {
          sub: body.UserSub,
          'cognito:user_status': 'CONFIRMED',
          email: 'ada@birch.example',
          email_verified: 'true',
        },
        clientMetadata: { from: 'app' },
      },
      response: {},
    }),
  ])
  expect((await app.signIn('ada')).body.AuthenticationResult.AccessToken).toBeTypeOf('string')
})

test('an address that a function marks as verified is a name to sign in with, and no longer that of another user', async () => {
  const app = await startWithFunctions(
    { PreSignUp: await handlerOf('08-pre-signup-autoconfirm-callback.cjs') },
    { pool: { AliasAttributes: ['email'] } },
  )
  const UserAttributes = [{ Name: 'email', Value: 'both@birch.example' }]
  await app.signUp('ada', { UserAttributes })
  await app.signUp('eve', { UserAttributes })
  const { body } = await app.signIn('both@birch.example')
  const { body: user } = await app.call('GetUser', { AccessToken: body.AuthenticationResult.AccessToken })
  expect(user.Username).toBe('eve')
})

test('a function cannot verify an attribute that there is not: nothing is stored', async () => {
  const app = await startWithFunctions({
    PreSignUp: async (event) => {
      event.response.autoVerifyPhone = true
      return event
    },
  })
  expect(refused(await app.signUp('ada'))).toBe(
    'InvalidLambdaResponseException: Unrecognizable lambda output',
  )
  expect((await app.manage('ListUsers')).body.Users).toEqual([])
})

test('PreSignUp runs when an administrator creates a user, and its answer does not confirm', async () => {
  const events: TriggerEvent[] = []
  const app = await startWithFunctions({
    PreSignUp: async (event) => {
      events.push(structuredClone(event))
      if (event.userName === 'eve') throw new Error('Not her')
      event.response.autoConfirmUser = true
      return event
    },
  })
  const create = (Username: string) =>
    app.manage('AdminCreateUser', {
      Username,
      UserAttributes: [{ Name: 'email', Value: 'ada@birch.example' }],
      ValidationData: [{ Name: 'by', Value: 'console' }],
    })
  expect((await create('ada')).body.User.UserStatus).toBe('FORCE_CHANGE_PASSWORD')
  expect(refused(await create('eve'))).toBe(
    'UserLambdaValidationException: PreSignUp failed with error Not her.',
  )
  expect((await app.manage('ListUsers')).body.Users).toHaveLength(1)
  expect(events[0]).toMatchObject({
    triggerSource: 'PreSignUp_AdminCreateUser',
    callerContext: { clientId: 'CLIENT_ID_NOT_APPLICABLE' },
    request: { userAttributes: { email: 'ada@birch.example' }, validationData: { by: 'console' } },
  })
  // What was sent again is no new user.
  await app.manage('AdminCreateUser', { Username: 'ada', MessageAction: 'RESEND' })
  expect(events).toHaveLength(2)
})

test('where users sign up with an address, functions get the generated username', async () => {
  const names: string[] = []
  const app = await startWithFunctions(
    {
      PreSignUp: async (event) => {
        names.push(event.userName)
        expect(event.request.userAttributes).toEqual({ email: 'ada@birch.example' })
        return event
      },
    },
    { pool: { UsernameAttributes: ['email'] } },
  )
  const { body } = await app.signUp('ada@birch.example', { UserAttributes: [] })
  expect(names).toEqual([body.UserSub])
})

test('PostConfirmation can add a user to a group by the API of this server, and the first token has it', async () => {
  const { makeHandler } = await handlers('10-post-confirmation-group.mjs')
  const send = async (operation: string, input: object) => {
    const { status, body } = await app.call(operation, input)
    if (status !== 200) throw new Error(body.message)
  }
  const api = {
    getGroup: (input: object) => send('GetGroup', input),
    createGroup: (input: object) => send('CreateGroup', input),
    adminAddUserToGroup: (input: object) => send('AdminAddUserToGroup', input),
  }
  const app = await startWithFunctions({ PostConfirmation: made(makeHandler, api) })
  await app.signUp('ada')
  await app.ask('ConfirmSignUp', {
    Username: 'ada',
    ConfirmationCode: app.server.inbox.last('ada@birch.example')?.code,
  })
  const { body } = await app.signIn('ada')
  const [, payload = ''] = body.AuthenticationResult.IdToken.split('.')
  expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
    'cognito:groups': ['readers'],
  })
})

/** Handlers that call the API take it from a function that makes them. */
const made = (make: unknown, ...given: unknown[]) =>
  (make as (...given: unknown[]) => FunctionHandler)(...given)

test('a user stays confirmed when PostConfirmation throws', async () => {
  const app = await startWithFunctions({
    PostConfirmation: await handlerOf('11-post-confirmation-throws.cjs'),
  })
  await app.signUp('ada')
  const confirm = () =>
    app.ask('ConfirmSignUp', {
      Username: 'ada',
      ConfirmationCode: app.server.inbox.last('ada@birch.example')?.code,
    })
  expect(refused(await confirm())).toBe(
    'UserLambdaValidationException: PostConfirmation failed with error undefinedHelper is not defined.',
  )
  expect(refused(await confirm())).toBe(
    'NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED',
  )
  expect((await app.signIn('ada')).status).toBe(200)
})

test('the work of a handler that returns nothing stays, and its caller gets an error', async () => {
  // Other files run the handler too, in the same process.
  vi.stubGlobal('birchSeen', [])
  const app = await startWithFunctions({ PostConfirmation: await handlerOf('12-returns-nothing.mjs') })
  await app.signUp('ada')
  const answer = await app.manage('AdminConfirmSignUp', { Username: 'ada' })
  expect(refused(answer)).toBe(
    'InvalidLambdaResponseException: Invalid lambda function output : Invalid JSON',
  )
  expect(Reflect.get(globalThis, 'birchSeen')).toEqual(['ada@birch.example'])
  expect((await app.signIn('ada')).status).toBe(200)
})

test('PostConfirmation runs for each way of confirming, and when a password was reset', async () => {
  const runs: string[] = []
  const app = await startWithFunctions(
    {
      PostConfirmation: async (event) => {
        runs.push(`${event.userName} ${event.triggerSource} ${event.callerContext.clientId}`)
        return event
      },
    },
    { pool: { VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_LINK' } } },
  )
  const { inbox } = app.server
  await app.signUp('linked')
  const { link } = inbox.last('linked@birch.example') ?? {}
  await inbox.confirm(link)
  // A page that is sent twice.
  expect((await app.server.fetch(new Request(link ?? '', { method: 'POST' }))).status).toBe(200)
  await app.signUp('managed')
  await app.manage('AdminConfirmSignUp', { Username: 'managed' })
  await app.ask('ForgotPassword', { Username: 'linked' })
  await app.ask('ConfirmForgotPassword', {
    Username: 'linked',
    ConfirmationCode: inbox.last('linked@birch.example')?.code,
    Password: `${PASSWORD}-2`,
  })
  expect(runs).toEqual([
    `linked PostConfirmation_ConfirmSignUp ${CLIENT}`,
    'managed PostConfirmation_ConfirmSignUp CLIENT_ID_NOT_APPLICABLE',
    `linked PostConfirmation_ConfirmForgotPassword ${CLIENT}`,
  ])
})

test('a link confirms although PostConfirmation fails, and the log has the failure', async () => {
  const app = await startWithFunctions(
    { PostConfirmation: await handlerOf('11-post-confirmation-throws.cjs') },
    { pool: { VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_LINK' } } },
  )
  await app.signUp('ada')
  await app.server.inbox.confirm(app.server.inbox.last('ada@birch.example')?.link)
  await vi.waitFor(
    () =>
      expect(app.log).toContainEqual(
        expect.objectContaining({ operation: 'ConfirmSignUp', exception: 'UserLambdaValidationException' }),
      ),
    { timeout: 20_000 },
  )
  expect((await app.signIn('ada')).status).toBe(200)
})

test('a function may run others by the API of this server, one after the other', async () => {
  const runs: string[] = []
  const app = await startWithFunctions({
    PreSignUp: async (event) => {
      runs.push(`${event.triggerSource} ${event.userName}`)
      return event
    },
    PostConfirmation: async (event) => {
      runs.push(`${event.triggerSource} ${event.userName}`)
      if (event.userName === 'ada') {
        await app.manage('AdminCreateUser', { Username: 'twin', MessageAction: 'SUPPRESS' })
        await app.signUp('sister')
        await app.manage('AdminConfirmSignUp', { Username: 'sister' })
      }
      return event
    },
  })
  await app.signUp('ada')
  expect((await app.manage('AdminConfirmSignUp', { Username: 'ada' })).status).toBe(200)
  expect(runs).toEqual([
    'PreSignUp_SignUp ada',
    'PostConfirmation_ConfirmSignUp ada',
    'PreSignUp_AdminCreateUser twin',
    'PreSignUp_SignUp sister',
    'PostConfirmation_ConfirmSignUp sister',
  ])
})

test('where an address is an alias, PostConfirmation sees which one', async () => {
  const aliases: unknown[] = []
  const app = await startWithFunctions(
    {
      PostConfirmation: async (event) => {
        aliases.push(event.request.userAttributes?.['cognito:email_alias'])
        return event
      },
    },
    { pool: { AliasAttributes: ['email'] } },
  )
  await app.signUp('ada')
  await app.ask('ConfirmSignUp', {
    Username: 'ada',
    ConfirmationCode: app.server.inbox.last('ada@birch.example')?.code,
  })
  await app.signUp('eve', { UserAttributes: [] })
  await app.manage('AdminConfirmSignUp', { Username: 'eve' })
  expect(aliases).toEqual(['ada@birch.example', undefined])
})

test('a handler that calls a callback without taking one throws', async () => {
  const app = await startWithFunctions({ PreSignUp: await handlerOf('32-create-bare-callback.cjs') })
  expect(refused(await app.signUp('ada'))).toBe(
    'UserLambdaValidationException: PreSignUp failed with error callback is not defined.',
  )
})

test('the AWS SDK reads the failures of functions by their names', async () => {
  const app = await startWithFunctions({
    PreSignUp: async (event) => {
      if (event.userName === 'ada') throw new Error('Not now')
      return event.userName === 'eve' ? undefined : event
    },
  })
  const { url } = await app.server.listen()
  const sdk = new CognitoIdentityProvider({ endpoint: url, region: 'us-east-1' })
  onTestFinished(() => sdk.destroy())
  const signUp = (Username: string) => sdk.signUp({ ClientId: CLIENT, Username, Password: PASSWORD })
  await expect(signUp('ada')).rejects.toThrow(UserLambdaValidationException)
  await expect(signUp('ada')).rejects.toThrow('PreSignUp failed with error Not now.')
  await expect(signUp('eve')).rejects.toThrow(InvalidLambdaResponseException)
  expect((await signUp('bob')).UserConfirmed).toBe(false)
})

test('one function of many modules refuses what was sent along to it', async () => {
  const app = await startWithFunctions({ PreSignUp: await handlerOf('30-many-modules.cjs') })
  const denied = await app.signUp('ada', { ValidationData: [{ Name: 'deny', Value: 'no' }] })
  expect(refused(denied)).toBe('UserLambdaValidationException: PreSignUp failed with error no.')
  expect((await app.signUp('ada')).status).toBe(200)
})

test('a setting with an unknown function is refused by its ARN', async () => {
  const app = await startWithFunctions({ PreSignUp: async (event) => event })
  const refusal = `InvalidParameterException: Nothing runs the function ${arn('missing')}. Name one in \`functions\` or \`webhooks\` by the last part of the ARN, or set \`lambdaEndpoint\`.`
  for (const LambdaConfig of [
    { PreSignUp: arn('missing') },
    { PreSignUp: arn('PreSignUp'), PostConfirmation: arn('missing') },
  ]) {
    expect(refused(await app.call('CreateUserPool', { PoolName: 'new', LambdaConfig }))).toBe(refusal)
    expect(refused(await app.manage('UpdateUserPool', { LambdaConfig }))).toBe(refusal)
  }
  const { status } = await app.call('CreateUserPool', {
    PoolName: 'new',
    LambdaConfig: { PreSignUp: `${arn('PreSignUp')}:live` },
  })
  expect(status).toBe(200)
})
