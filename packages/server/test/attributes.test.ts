import { expect, test } from 'vitest'
import { assertWritable } from '../src/clients/attribute-permissions.js'
import { PASSWORD, passwordSignIn, type Started, signUpAndConfirm, start } from './start.js'
import { stillClock } from './still-clock.js'

async function signedIn(app: Started, email = 'ada@example.com') {
  await signUpAndConfirm(app, email)
  const { AccessToken } = await passwordSignIn(app, email)
  return {
    AccessToken,
    update: (attributes: Record<string, string>) =>
      app.call('UpdateUserAttributes', {
        AccessToken,
        UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
      }),
    attributes: async () => {
      const { body } = await app.call('GetUser', { AccessToken })
      return Object.fromEntries(body.UserAttributes.map(({ Name, Value }) => [Name, Value]))
    },
    verify: (Code: string | undefined, AttributeName = 'email') =>
      app.call('VerifyUserAttribute', { AccessToken, AttributeName, Code }),
  }
}

test('attributes are set, changed and removed by an empty value or by name', async () => {
  const app = await start()
  const ada = await signedIn(app)
  expect((await ada.update({ name: 'Ada', nickname: 'A', website: 'https://ada.example' })).body).toEqual({
    CodeDeliveryDetailsList: [],
  })
  await ada.update({ name: 'Ada L.', nickname: '' })
  const removed = await app.call('DeleteUserAttributes', {
    AccessToken: ada.AccessToken,
    UserAttributeNames: ['website'],
  })
  expect(removed.text).toBe('{}')
  expect(await ada.attributes()).toEqual({
    sub: expect.any(String),
    email: 'ada@example.com',
    email_verified: 'true',
    name: 'Ada L.',
  })
})

test('a new address is unverified until its code is entered, and signs its user in', async () => {
  const app = await start()
  const ada = await signedIn(app)
  const { body } = await ada.update({ email: 'lovelace@example.org' })
  expect(body.CodeDeliveryDetailsList).toEqual([
    { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'l***@e***' },
  ])
  expect(await ada.attributes()).toMatchObject({ email: 'lovelace@example.org', email_verified: 'false' })
  const code = app.server.inbox.last('lovelace@example.org')?.code
  expect((await ada.verify('nonsense')).body.__type).toBe('CodeMismatchException')
  expect((await ada.verify(code)).text).toBe('{}')
  expect((await ada.verify(code)).body.__type).toBe('ExpiredCodeException')
  expect(await ada.attributes()).toMatchObject({ email: 'lovelace@example.org', email_verified: 'true' })
  expect((await passwordSignIn(app, 'lovelace@example.org')).AccessToken).toBeTruthy()
})

test('an address that is set to its present value stays verified, and gets no code', async () => {
  const app = await start()
  const ada = await signedIn(app)
  app.server.inbox.clear()
  const { body } = await ada.update({ email: 'ada@example.com', name: 'Ada' })
  expect(body.CodeDeliveryDetailsList).toEqual([])
  expect(app.server.inbox.list()).toEqual([])
  expect(await ada.attributes()).toMatchObject({
    email: 'ada@example.com',
    email_verified: 'true',
    name: 'Ada',
  })
})

test('a code can be requested again, and only the last one is valid', async () => {
  const app = await start()
  const ada = await signedIn(app)
  await ada.update({ email: 'lovelace@example.org' })
  const first = app.server.inbox.last('lovelace@example.org')?.code
  const again = await app.call('GetUserAttributeVerificationCode', {
    AccessToken: ada.AccessToken,
    AttributeName: 'email',
  })
  expect(again.body.CodeDeliveryDetails.Destination).toBe('l***@e***')
  const second = app.server.inbox.last('lovelace@example.org')?.code
  if (first !== second) expect((await ada.verify(first)).body.__type).toBe('CodeMismatchException')
  expect((await ada.verify(second)).status).toBe(200)
})

/** A pool that sends codes only when asked for them. */
const ON_DEMAND = {
  userPools: [
    {
      PoolName: 'Codes on demand',
      clients: [{ ClientName: 'Web', ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH' as const] }],
      users: [
        {
          Username: 'ada',
          Password: PASSWORD,
          UserAttributes: [
            { Name: 'email', Value: 'ada@example.com' },
            { Name: 'email_verified', Value: 'true' },
          ],
        },
      ],
    },
  ],
}

test('a code proves the address that it was sent to, and not one that replaced it', async () => {
  const app = await start({ config: ON_DEMAND })
  const { AccessToken } = await passwordSignIn(app, 'ada')
  const lastCode = (to: string) => app.server.inbox.last(to)?.code
  const user = { AccessToken, AttributeName: 'email' }
  await app.call('GetUserAttributeVerificationCode', user)
  await app.call('ForgotPassword', { ClientId: app.userPoolClientId, Username: 'ada' })
  const [reset, verify] = app.server.inbox.list('ada@example.com')
  await app.call('UpdateUserAttributes', {
    AccessToken,
    UserAttributes: [{ Name: 'email', Value: 'somebody@example.com' }],
  })
  const stale = await app.call('VerifyUserAttribute', { ...user, Code: verify?.code })
  expect(stale.body.__type).toBe('ExpiredCodeException')
  // The old address may be the reason for the change.
  const change = await app.call('ConfirmForgotPassword', {
    ClientId: app.userPoolClientId,
    Username: 'ada',
    ConfirmationCode: reset?.code,
    Password: 'Another-Horse-2',
  })
  expect(change.body.__type).toBe('ExpiredCodeException')
  const { body } = await app.call('GetUser', { AccessToken })
  expect(body.UserAttributes).toContainEqual({ Name: 'email_verified', Value: 'false' })

  await app.call('GetUserAttributeVerificationCode', user)
  const Code = lastCode('somebody@example.com')
  expect((await app.call('VerifyUserAttribute', { ...user, Code })).status).toBe(200)
})

test('codes of the address and of the phone number prove only their own attribute, and are counted separately', async () => {
  const app = await start({ config: ON_DEMAND })
  const { AccessToken } = await passwordSignIn(app, 'ada')
  await app.call('UpdateUserAttributes', {
    AccessToken,
    UserAttributes: [
      { Name: 'email', Value: 'lovelace@example.org' },
      { Name: 'phone_number', Value: '+15555550100' },
    ],
  })
  const send = async (AttributeName: string, to: string) => {
    await app.call('GetUserAttributeVerificationCode', { AccessToken, AttributeName })
    return app.server.inbox.last(to)?.code
  }
  const verify = async (AttributeName: string, Code: string | undefined) =>
    (await app.call('VerifyUserAttribute', { AccessToken, AttributeName, Code })).body.__type ?? 'verified'
  const verified = async () => {
    const { body } = await app.call('GetUser', { AccessToken })
    return body.UserAttributes.flatMap(({ Name, Value }) =>
      Name.endsWith('_verified') && Value === 'true' ? [Name] : [],
    )
  }
  const byMail = await send('email', 'lovelace@example.org')
  const bySms = await send('phone_number', '+15555550100')
  if (byMail !== bySms) {
    expect(await verify('phone_number', byMail)).toBe('CodeMismatchException')
    expect(await verify('email', bySms)).toBe('CodeMismatchException')
  }
  expect(await verified()).toEqual([])
  // With the one before, ten wrong guesses.
  for (let i = 0; i < 9; i++) expect(await verify('phone_number', 'wrong!')).toBe('CodeMismatchException')
  expect(await verify('email', byMail)).toBe('verified')
  expect(await verified()).toEqual(['email_verified'])
  if (byMail !== bySms) expect(await verify('phone_number', bySms)).toBe('ExpiredCodeException')
  expect(await verify('phone_number', await send('phone_number', '+15555550100'))).toBe('verified')
})

test.each(['profile', 'sub', 'custom:none'])(
  'no code is sent for an attribute that cannot be verified: %s',
  async (name) => {
    const app = await start({ config: ON_DEMAND })
    const { AccessToken } = await passwordSignIn(app, 'ada')
    const attribute = { AccessToken, AttributeName: name }
    for (const answer of [
      await app.call('GetUserAttributeVerificationCode', attribute),
      await app.call('VerifyUserAttribute', { ...attribute, Code: '123456' }),
    ])
      expect(answer.body).toEqual({
        __type: 'InvalidParameterException',
        message: `Invalid attribute name: ${name}. Only email and phone_number can be verified.`,
      })
    expect(app.server.inbox.list()).toEqual([])
  },
)

test('a new address voids codes to the old one, but not those to the phone number', async () => {
  const app = await start({ config: ON_DEMAND })
  const { AccessToken } = await passwordSignIn(app, 'ada')
  const update = (Name: string, Value: string) =>
    app.call('UpdateUserAttributes', { AccessToken, UserAttributes: [{ Name, Value }] })
  await update('phone_number', '+15555550100')
  const phone = { AccessToken, AttributeName: 'phone_number' }
  await app.call('GetUserAttributeVerificationCode', phone)
  const Code = app.server.inbox.last('+15555550100')?.code
  await update('email', 'lovelace@example.org')
  expect((await app.call('VerifyUserAttribute', { ...phone, Code })).text).toBe('{}')
})

test('a new address voids no code of other users', async () => {
  const app = await start()
  const ada = await signedIn(app)
  const eve = await signedIn(app, 'eve@example.com')
  await ada.update({ email: 'lovelace@example.org' })
  await eve.update({ email: 'eve@example.org' })
  expect((await ada.verify(app.server.inbox.last('lovelace@example.org')?.code)).text).toBe('{}')
  expect((await eve.verify(app.server.inbox.last('eve@example.org')?.code)).text).toBe('{}')
})

test('where users sign up with either of two addresses, one of them can be removed', async () => {
  const app = await start({
    config: {
      userPools: [
        {
          ...ON_DEMAND.userPools[0],
          PoolName: 'Either',
          UsernameAttributes: ['email', 'phone_number'],
          users: [
            {
              Username: 'ada@example.com',
              Password: PASSWORD,
              UserAttributes: [{ Name: 'phone_number', Value: '+15555550100' }],
            },
          ],
        },
      ],
    },
  })
  const { AccessToken } = await passwordSignIn(app)
  const remove = { AccessToken, UserAttributes: [{ Name: 'email', Value: '' }] }
  expect((await app.call('UpdateUserAttributes', remove)).status).toBe(200)
  expect((await passwordSignIn(app, '+15555550100')).AccessToken).toBeTypeOf('string')
})

test('no code is sent to an address that the user does not have', async () => {
  const app = await start({ config: ON_DEMAND })
  const { AccessToken } = await passwordSignIn(app, 'ada')
  const attribute = { AccessToken, AttributeName: 'phone_number' }
  expect((await app.call('GetUserAttributeVerificationCode', attribute)).body.__type).toBe(
    'InvalidParameterException',
  )
  expect(app.server.inbox.list()).toEqual([])
})

test('a code of an attribute is valid for a day, and no longer', async () => {
  // An access token is good for an hour: the one of the next day is of another sign-in.
  const app = await start({ config: ON_DEMAND, clock: stillClock() })
  const verifyAfter = async (seconds: number) => {
    const { AccessToken } = await passwordSignIn(app, 'ada')
    await app.call('GetUserAttributeVerificationCode', { AccessToken, AttributeName: 'email' })
    const Code = app.server.inbox.last('ada@example.com')?.code
    app.server.clock.advance(seconds)
    const { AccessToken: later } = await passwordSignIn(app, 'ada')
    const attribute = { AccessToken: later, AttributeName: 'email' }
    return (await app.call('VerifyUserAttribute', { ...attribute, Code })).body.__type ?? 'verified'
  }
  expect(await verifyAfter(86_399.999)).toBe('verified')
  expect(await verifyAfter(86_400)).toBe('ExpiredCodeException')
})

/** A pool in which a new address takes the place of the old one once it is proven. */
const PROVEN_FIRST = {
  userPools: [
    {
      ...ON_DEMAND.userPools[0],
      PoolName: 'Proven first',
      AutoVerifiedAttributes: ['email' as const],
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email' as const] },
    },
  ],
}

test('a code that is requested again goes to the new address, and proves that one', async () => {
  const app = await start({ config: PROVEN_FIRST, clock: stillClock() })
  const { AccessToken } = await passwordSignIn(app, 'ada')
  const email = async () => {
    const { body } = await app.call('GetUser', { AccessToken })
    return body.UserAttributes.filter(({ Name }) => Name.startsWith('email')).map(({ Value }) => Value)
  }
  await app.call('UpdateUserAttributes', {
    AccessToken,
    UserAttributes: [{ Name: 'email', Value: 'lovelace@example.org' }],
  })
  const again = await app.call('GetUserAttributeVerificationCode', { AccessToken, AttributeName: 'email' })
  expect(again.body.CodeDeliveryDetails.Destination).toBe('l***@e***')
  expect(app.server.inbox.list('ada@example.com')).toEqual([])
  expect(app.server.inbox.list('lovelace@example.org')).toHaveLength(2)
  expect(await email()).toEqual(['ada@example.com', 'true'])
  const Code = app.server.inbox.last('lovelace@example.org')?.code
  await app.call('VerifyUserAttribute', { AccessToken, AttributeName: 'email', Code })
  expect(await email()).toEqual(['lovelace@example.org', 'true'])
  // Nothing waits for a proof any more, so the next code goes to the address that there is.
  await app.call('GetUserAttributeVerificationCode', { AccessToken, AttributeName: 'email' })
  expect(app.server.inbox.list('lovelace@example.org')).toHaveLength(3)
})

test('a new address, once proven, voids the reset code that went to the old one', async () => {
  const app = await start({ config: PROVEN_FIRST })
  const { AccessToken } = await passwordSignIn(app, 'ada')
  const user = { ClientId: app.userPoolClientId, Username: 'ada' }
  await app.call('ForgotPassword', user)
  const ConfirmationCode = app.server.inbox.last('ada@example.com')?.code
  const UserAttributes = [{ Name: 'email', Value: 'lovelace@example.org' }]
  await app.call('UpdateUserAttributes', { AccessToken, UserAttributes })
  const Code = app.server.inbox.last('lovelace@example.org')?.code
  const verified = await app.call('VerifyUserAttribute', { AccessToken, AttributeName: 'email', Code })
  expect(verified.text).toBe('{}')
  const reset = await app.call('ConfirmForgotPassword', {
    ...user,
    ConfirmationCode,
    Password: 'Another-Horse-2',
  })
  expect(reset.body.__type).toBe('ExpiredCodeException')
})

test('a new address that was not proven in time no longer waits for its proof', async () => {
  const app = await start({ config: PROVEN_FIRST, clock: stillClock() })
  const { AccessToken } = await passwordSignIn(app, 'ada')
  const attribute = { AccessToken, AttributeName: 'email' }
  await app.call('UpdateUserAttributes', {
    AccessToken,
    UserAttributes: [{ Name: 'email', Value: 'lovelace@example.org' }],
  })
  app.server.clock.advance(86_400)
  const { AccessToken: later } = await passwordSignIn(app, 'ada')
  await app.call('GetUserAttributeVerificationCode', { ...attribute, AccessToken: later })
  expect(app.server.inbox.last()?.to).toBe('ada@example.com')
})

test('a sign-up is not confirmed by the code of an address that has changed since', async () => {
  const app = await start()
  const { userPoolClientId: ClientId, userPoolId: UserPoolId } = app
  await app.call('SignUp', { ClientId, Username: 'ada@example.com', Password: PASSWORD })
  const ConfirmationCode = app.server.inbox.last('ada@example.com')?.code
  const Username = 'lovelace@example.org'
  await app.call('AdminUpdateUserAttributes', {
    UserPoolId,
    Username: 'ada@example.com',
    UserAttributes: [{ Name: 'email', Value: Username }],
  })
  const stale = await app.call('ConfirmSignUp', { ClientId, Username, ConfirmationCode })
  expect(stale.body.__type).toBe('CodeMismatchException')
  const user = await app.call('AdminGetUser', { UserPoolId, Username })
  expect(user.text).toContain('"UserStatus":"UNCONFIRMED"')
})

test('an address that another user signs in with cannot be taken', async () => {
  const app = await start()
  await signUpAndConfirm(app, 'eve@example.com')
  const ada = await signedIn(app)
  expect((await ada.update({ email: 'EVE@example.com' })).body).toEqual({
    __type: 'AliasExistsException',
    message: 'An account with the given email already exists.',
  })
  expect(await ada.attributes()).toMatchObject({ email: 'ada@example.com', email_verified: 'true' })
})

test.each([
  [
    { email_verified: 'true' },
    'NotAuthorizedException',
    'A client attempted to write unauthorized attribute',
  ],
  [{ sub: 'x' }, 'NotAuthorizedException', 'A client attempted to write unauthorized attribute'],
  [
    { 'custom:none': 'x' },
    'InvalidParameterException',
    'user.custom:none: Attribute does not exist in the schema.\n',
  ],
  [{ email: 'no-address' }, 'InvalidParameterException', 'Invalid email address format.'],
  [{ phone_number: '12' }, 'InvalidParameterException', 'Invalid phone number format.'],
  [
    { birthdate: 'yesterday!' + '!' },
    'InvalidParameterException',
    'Attributes did not conform to the schema: birthdate: String must be no longer than 10 characters\n',
  ],
  [
    { email: '' },
    'InvalidParameterException',
    'Attributes did not conform to the schema: email: The attribute is required\n',
  ],
])('an invalid attribute is refused and nothing changes: %j', async (attributes, type, message) => {
  const app = await start()
  const ada = await signedIn(app)
  const before = await ada.attributes()
  expect((await ada.update({ name: 'Ada', ...attributes })).body).toEqual({ __type: type, message })
  expect(await ada.attributes()).toEqual(before)
})

test('the answer stays small however many attributes a request names', async () => {
  const { call, userPoolClientId } = await start()
  const UserAttributes = Array.from({ length: 30_000 }, (_, index) => ({ Name: `n${index}`, Value: '' }))
  const { body, text } = await call('SignUp', {
    ClientId: userPoolClientId,
    Username: 'ada@example.com',
    Password: PASSWORD,
    UserAttributes,
  })
  expect(body.message).toMatch(
    /^Attributes did not conform to the schema: n0: Attribute does not exist in the schema\.\n/,
  )
  expect(text.length).toBeLessThan(8192)
})

test('the schema of a pool is built once, however many attributes are checked', () => {
  let made = 0
  const settings = {
    get Schema() {
      made++
      return [{ Name: 'risk', AttributeDataType: 'String' as const, DeveloperOnlyAttribute: true }]
    },
  }
  const times = { createdAt: 0, updatedAt: 0 }
  const sessions = { sessionConfig: undefined, longestSsoMinutes: 0 }
  const pool = { id: 'us-east-1_000000000', name: 'pool', settings, mfaConfig: {}, ...sessions, ...times }
  const client = { id: 'client', userPoolId: pool.id, name: 'client', settings: {}, secrets: [], ...times }
  assertWritable(
    pool,
    client,
    Array.from({ length: 1000 }, (_, index) => `custom:${index}`),
  )
  expect(made).toBe(1)
  expect(() => assertWritable(pool, client, ['dev:custom:risk'])).toThrow(
    'A client attempted to write unauthorized attribute',
  )
})
