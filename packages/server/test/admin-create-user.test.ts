import { expect, test } from 'vitest'
import { attributesOf, createPool, createUser, refusal, signIn, startWithAdmin } from './admin.js'

const email = (Value: string) => ({ Name: 'email', Value })

test('an invited user gets a temporary password by mail and chooses their own at the first sign-in', async () => {
  const { admin, server } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin, {
    AdminCreateUserConfig: {
      InviteMessageTemplate: {
        EmailSubject: 'Welcome {username}',
        EmailMessage: 'Hello {username}, start with {####}',
      },
    },
  })
  const { User } = await admin.adminCreateUser({
    UserPoolId,
    Username: 'ada',
    UserAttributes: [email('ada@example.com'), { Name: 'email_verified', Value: 'true' }],
    DesiredDeliveryMediums: ['EMAIL'],
  })
  expect(User).toEqual({
    Username: 'ada',
    Attributes: [
      { Name: 'sub', Value: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      email('ada@example.com'),
      { Name: 'email_verified', Value: 'true' },
    ],
    UserCreateDate: expect.any(Date),
    UserLastModifiedDate: expect.any(Date),
    Enabled: true,
    UserStatus: 'FORCE_CHANGE_PASSWORD',
  })
  const message = server.inbox.last('ada@example.com')
  const password = message?.code ?? ''
  expect(password).toHaveLength(12)
  expect(message).toMatchObject({
    medium: 'EMAIL',
    purpose: 'invitation',
    subject: 'Welcome ada',
    body: `Hello ada, start with ${password}`,
  })
  const first = await signIn(admin, ClientId, 'ada', password)
  expect(first.ChallengeName).toBe('NEW_PASSWORD_REQUIRED')
  const done = await admin.respondToAuthChallenge({
    ClientId,
    ChallengeName: 'NEW_PASSWORD_REQUIRED',
    Session: first.Session,
    ChallengeResponses: { USERNAME: 'ada', NEW_PASSWORD: 'My-Own-Choice-1' },
  })
  expect(done.AuthenticationResult?.AccessToken).toBeTypeOf('string')
  expect((await admin.adminGetUser({ UserPoolId, Username: 'ada' })).UserStatus).toBe('CONFIRMED')
})

test('a password with special characters of replacement texts arrives unchanged', async () => {
  const { admin, server } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  await admin.adminCreateUser({
    UserPoolId,
    Username: 'ada',
    UserAttributes: [{ Name: 'phone_number', Value: '+15555550100' }],
    TemporaryPassword: "Aa1$&$$'$`",
  })
  expect(server.inbox.last()?.body).toBe("Your username is ada and temporary password is Aa1$&$$'$`.")
})

test('an invitation goes by SMS by default, and by both media where both are requested', async () => {
  const { admin, server } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  const attributes = [email('ada@example.com'), { Name: 'phone_number', Value: '+15555550100' }]
  await admin.adminCreateUser({ UserPoolId, Username: 'ada', UserAttributes: attributes })
  expect(server.inbox.list().map(({ to, medium }) => [to, medium])).toEqual([['+15555550100', 'SMS']])
  server.inbox.clear()
  await admin.adminCreateUser({
    UserPoolId,
    Username: 'grace',
    UserAttributes: attributes,
    DesiredDeliveryMediums: ['SMS', 'EMAIL'],
  })
  expect(server.inbox.list().map(({ medium }) => medium)).toEqual(['EMAIL', 'SMS'])
})

test('an invitation goes by e-mail by default where there is no phone number', async () => {
  const { admin, server } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  await admin.adminCreateUser({ UserPoolId, Username: 'ada', UserAttributes: [email('ada@example.com')] })
  expect(server.inbox.list()).toMatchObject([
    { to: 'ada@example.com', medium: 'EMAIL', purpose: 'invitation' },
  ])
  // Again, by the same rule.
  await admin.adminCreateUser({ UserPoolId, Username: 'ada', MessageAction: 'RESEND' })
  expect(server.inbox.list()).toHaveLength(2)
  const byAddress = await createPool(admin, { UsernameAttributes: ['email'] })
  await admin.adminCreateUser({ UserPoolId: byAddress.UserPoolId, Username: 'grace@example.com' })
  expect(server.inbox.last()).toMatchObject({ to: 'grace@example.com', medium: 'EMAIL' })
})

test('a user without any address is created only where no invitation is to be sent', async () => {
  const { admin, server } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  await expect(admin.adminCreateUser({ UserPoolId, Username: 'ada' })).rejects.toMatchObject(
    refusal('InvalidParameterException', 'No phone number provided but desired delivery medium was SMS'),
  )
  await admin.adminCreateUser({ UserPoolId, Username: 'ada', MessageAction: 'SUPPRESS' })
  expect(server.inbox.list()).toEqual([])
})

test('a user who cannot be reached by the requested medium is not created', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  await expect(
    admin.adminCreateUser({ UserPoolId, Username: 'ada', DesiredDeliveryMediums: ['EMAIL'] }),
  ).rejects.toMatchObject(
    refusal('InvalidParameterException', 'No email provided but desired delivery medium was Email'),
  )
  await expect(admin.adminGetUser({ UserPoolId, Username: 'ada' })).rejects.toMatchObject(
    refusal('UserNotFoundException', 'User does not exist.'),
  )
})

test('a suppressed invitation is not sent', async () => {
  const { admin, server } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin)
  await admin.adminCreateUser({
    UserPoolId,
    Username: 'ada',
    UserAttributes: [email('ada@example.com')],
    DesiredDeliveryMediums: ['EMAIL'],
    MessageAction: 'SUPPRESS',
    TemporaryPassword: 'Temporary-1',
  })
  expect(server.inbox.list()).toEqual([])
  expect((await signIn(admin, ClientId, 'ada', 'Temporary-1')).ChallengeName).toBe('NEW_PASSWORD_REQUIRED')
})

test('an invitation that is sent again has a new password and a new expiry', async () => {
  const { admin, server } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin)
  const invite = (MessageAction?: 'RESEND') =>
    admin.adminCreateUser({
      UserPoolId,
      Username: 'ada',
      ...(!MessageAction && { UserAttributes: [email('ada@example.com')] }),
      DesiredDeliveryMediums: ['EMAIL'],
      MessageAction,
    })
  await invite()
  const first = server.inbox.last()?.code ?? ''
  server.clock.advance(7 * 86_400)
  await expect(signIn(admin, ClientId, 'ada', first)).rejects.toMatchObject(
    refusal(
      'NotAuthorizedException',
      'Temporary password has expired and must be reset by an administrator.',
    ),
  )
  const { User } = await invite('RESEND')
  expect(User?.UserStatus).toBe('FORCE_CHANGE_PASSWORD')
  const second = server.inbox.last()?.code ?? ''
  expect(second).not.toBe(first)
  await expect(signIn(admin, ClientId, 'ada', first)).rejects.toMatchObject(
    refusal('NotAuthorizedException', 'Incorrect username or password.'),
  )
  expect((await signIn(admin, ClientId, 'ada', second)).ChallengeName).toBe('NEW_PASSWORD_REQUIRED')
})

test('an invitation is not sent again to a user with a password of their own, nor to an unknown user', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  await createUser(admin, UserPoolId, 'ada', { email: 'ada@example.com' })
  const resend = (Username: string) =>
    admin.adminCreateUser({
      UserPoolId,
      Username,
      MessageAction: 'RESEND',
      DesiredDeliveryMediums: ['EMAIL'],
    })
  await expect(resend('ada')).rejects.toMatchObject(
    refusal('UnsupportedUserStateException', 'Resend not possible. ada status is not FORCE_CHANGE_PASSWORD'),
  )
  await expect(resend('nobody')).rejects.toMatchObject(
    refusal('UserNotFoundException', 'User does not exist.'),
  )
})

test('generated passwords conform to the policy of the pool', async () => {
  const { admin, server } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin, {
    Policies: { PasswordPolicy: { MinimumLength: 40, RequireSymbols: true, RequireNumbers: true } },
  })
  await admin.adminCreateUser({
    UserPoolId,
    Username: 'ada',
    UserAttributes: [email('ada@example.com')],
    DesiredDeliveryMediums: ['EMAIL'],
  })
  expect(server.inbox.last()?.code.length).toBeGreaterThanOrEqual(40)
})

test('a temporary password that breaks the policy is refused', async () => {
  const { admin, userPoolId: UserPoolId } = await startWithAdmin()
  await expect(
    admin.adminCreateUser({ UserPoolId, Username: 'ada@example.com', TemporaryPassword: 'weak' }),
  ).rejects.toMatchObject(
    refusal(
      'InvalidPasswordException',
      'Password did not conform with password policy: Password not long enough',
    ),
  )
})

test('a username can be taken only once', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  await createUser(admin, UserPoolId, 'ada')
  await expect(
    admin.adminCreateUser({ UserPoolId, Username: 'ada', MessageAction: 'SUPPRESS' }),
  ).rejects.toMatchObject(refusal('UsernameExistsException', 'User account already exists'))
})

test('where users sign up with their address, the username is generated and the address is unique', async () => {
  const { admin, server } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin, { UsernameAttributes: ['email', 'phone_number'] })
  const { User } = await admin.adminCreateUser({
    UserPoolId,
    Username: 'ada@example.com',
    UserAttributes: [{ Name: 'phone_number', Value: '+15555550100' }],
    DesiredDeliveryMediums: ['EMAIL'],
  })
  const sub = User?.Attributes?.[0]?.Value
  expect(User?.Username).toBe(sub)
  expect(server.inbox.last()?.body).toContain('Your username is ada@example.com')
  const create = (Username: string, attributes: Record<string, string> = {}) =>
    admin.adminCreateUser({
      UserPoolId,
      Username,
      UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
      MessageAction: 'SUPPRESS',
    })
  await expect(create('ada@example.com')).rejects.toMatchObject(
    refusal('UsernameExistsException', 'User account already exists'),
  )
  await expect(create('grace@example.com', { phone_number: '+15555550100' })).rejects.toMatchObject(
    refusal('UsernameExistsException', 'An account with the given phone_number already exists.'),
  )
  await expect(create('ada')).rejects.toMatchObject(
    refusal('InvalidParameterException', 'Username should be either an email or a phone number.'),
  )
  expect((await admin.adminGetUser({ UserPoolId, Username: 'ada@example.com' })).Username).toBe(sub)
  expect((await admin.adminGetUser({ UserPoolId, Username: sub })).Username).toBe(sub)
})

test('an alias that another user has verified is taken over only when forced', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin, { AliasAttributes: ['email'] })
  const verified = { email: 'shared@example.com', email_verified: 'true' }
  await createUser(admin, UserPoolId, 'ada', verified)
  const create = (ForceAliasCreation: boolean) =>
    admin.adminCreateUser({
      UserPoolId,
      Username: 'grace',
      UserAttributes: Object.entries(verified).map(([Name, Value]) => ({ Name, Value })),
      MessageAction: 'SUPPRESS',
      TemporaryPassword: 'Temporary-1',
      ForceAliasCreation,
    })
  await expect(create(false)).rejects.toMatchObject(
    refusal('UsernameExistsException', 'An account with the given email already exists.'),
  )
  await create(true)
  expect(await attributesOf(admin, UserPoolId, 'ada')).toMatchObject({ email_verified: 'false' })
  expect((await signIn(admin, ClientId, 'shared@example.com', 'Temporary-1')).ChallengeName).toBe(
    'NEW_PASSWORD_REQUIRED',
  )
})

test.each([
  [
    { 'custom:nothing': 'x', name: 'Ada', 'custom:more': 'y' },
    'Attributes did not conform to the schema: custom:nothing: Attribute does not exist in the schema.\ncustom:more: Attribute does not exist in the schema.\n',
  ],
  [{ identities: '[]' }, 'user.identities: Attribute cannot be updated.\n'],
  [
    { email_verified: 'yes' },
    'Attributes did not conform to the schema: email_verified: Value is not a boolean\n',
  ],
  [{ sub: 'x' }, 'user.sub: Attribute cannot be updated.\n'],
  [{ email: 'nowhere' }, 'Invalid email address format.'],
  [{ phone_number: '12345' }, 'Invalid phone number format.'],
  [{ email_verified: 'true' }, 'Email is required if it is to be marked as verified'],
  [{ phone_number_verified: 'true' }, 'Phone number is required if it is to be marked as verified'],
])('a user with %j is refused', async (attributes, message) => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  await expect(createUser(admin, UserPoolId, 'ada', { ...attributes })).rejects.toMatchObject(
    refusal('InvalidParameterException', message),
  )
})

test('a user whose message cannot be delivered remains, and can be invited again', async () => {
  let broken = true
  const sent: string[] = []
  const { admin } = await startWithAdmin({
    async deliver({ to }) {
      if (broken) throw new Error('The mail server is away.')
      sent.push(to)
    },
  })
  const { UserPoolId } = await createPool(admin)
  const invitation = { UserPoolId, Username: 'ada', DesiredDeliveryMediums: ['EMAIL' as const] }
  await expect(
    admin.adminCreateUser({ ...invitation, UserAttributes: [email('ada@example.com')] }),
  ).rejects.toMatchObject({ name: 'CodeDeliveryFailureException' })
  broken = false
  await admin.adminCreateUser({ ...invitation, MessageAction: 'RESEND' })
  expect(sent).toEqual(['ada@example.com'])
})

test.each([
  ['email', 'an email'],
  ['phone_number', 'a phone number'],
] as const)('where users are named by their %s, a name has to be %s', async (attribute, kind) => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin, { UsernameAttributes: [attribute] })
  await expect(admin.adminCreateUser({ UserPoolId, Username: 'ada' })).rejects.toMatchObject(
    refusal('InvalidParameterException', `Username should be ${kind}.`),
  )
})
