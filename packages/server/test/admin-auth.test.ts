import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { createPool, createUser, refusal, signIn, startWithAdmin } from './admin.js'
import { srpSignIn } from './srp-sign-in.js'
import { PASSWORD } from './start.js'

async function startWithServerClient(settings: { GenerateSecret?: boolean } = {}) {
  const app = await startWithAdmin()
  const { UserPoolId } = await createPool(app.admin)
  const { UserPoolClient } = await app.admin.createUserPoolClient({
    UserPoolId,
    ClientName: 'server',
    ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH'],
    ...settings,
  })
  const { ClientId = '', ClientSecret } = UserPoolClient ?? {}
  await createUser(app.admin, UserPoolId, 'ada')
  return { ...app, UserPoolId, ClientId, ClientSecret }
}

test.each(['ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH'] as const)(
  'a server signs a user in by %s and refreshes',
  async (AuthFlow) => {
    const { admin, UserPoolId, ClientId } = await startWithServerClient()
    const { AuthenticationResult } = await admin.adminInitiateAuth({
      UserPoolId,
      ClientId,
      AuthFlow,
      AuthParameters: { USERNAME: 'ada', PASSWORD },
    })
    expect((await admin.getUser({ AccessToken: AuthenticationResult?.AccessToken })).Username).toBe('ada')
    const refreshed = await admin.adminInitiateAuth({
      UserPoolId,
      ClientId,
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      AuthParameters: { REFRESH_TOKEN: AuthenticationResult?.RefreshToken ?? '' },
    })
    expect(refreshed.AuthenticationResult?.AccessToken).toBeTypeOf('string')
    expect(refreshed.AuthenticationResult?.RefreshToken).toBeUndefined()
  },
)

test('a challenge that is never issued cannot be answered with a forged session', async () => {
  const { admin, UserPoolId, ClientId } = await startWithServerClient()
  await admin.adminSetUserPassword({ UserPoolId, Username: 'ada', Password: 'Temporary-1' })
  const { Session } = await admin.adminInitiateAuth({
    UserPoolId,
    ClientId,
    AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ada', PASSWORD: 'Temporary-1' },
  })
  const answer = {
    UserPoolId,
    ClientId,
    ChallengeName: 'ADMIN_NO_SRP_AUTH',
    ChallengeResponses: { USERNAME: 'ada', PASSWORD: 'Temporary-1' },
  } as const
  await expect(admin.adminRespondToAuthChallenge({ ...answer, Session })).rejects.toMatchObject(
    refusal('NotAuthorizedException', 'Invalid session for the user.'),
  )
  await expect(admin.adminRespondToAuthChallenge(answer)).rejects.toMatchObject(
    refusal('InvalidParameterException', 'Missing required parameter Session'),
  )
})

test('a server answers the new password challenge for the user', async () => {
  const { admin, UserPoolId, ClientId } = await startWithServerClient()
  await admin.adminSetUserPassword({ UserPoolId, Username: 'ada', Password: 'Temporary-1' })
  const { ChallengeName, Session } = await admin.adminInitiateAuth({
    UserPoolId,
    ClientId,
    AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ada', PASSWORD: 'Temporary-1' },
  })
  expect(ChallengeName).toBe('NEW_PASSWORD_REQUIRED')
  const { AuthenticationResult } = await admin.adminRespondToAuthChallenge({
    UserPoolId,
    ClientId,
    ChallengeName: 'NEW_PASSWORD_REQUIRED',
    Session,
    ChallengeResponses: { USERNAME: 'ada', NEW_PASSWORD: 'My-Own-Choice-1' },
  })
  expect(AuthenticationResult?.AccessToken).toBeTypeOf('string')
})

test('a server signs a user in by SRP as a browser does', async () => {
  const { UserPoolId, ClientId, ...app } = await startWithServerClient()
  const { admin } = app
  const { ChallengeName } = await admin.adminInitiateAuth({
    UserPoolId,
    ClientId,
    AuthFlow: 'USER_SRP_AUTH',
    AuthParameters: { USERNAME: 'ada', SRP_A: 'abcdef' },
  })
  expect(ChallengeName).toBe('PASSWORD_VERIFIER')
  const asServer = {
    ...app,
    userPoolId: UserPoolId,
    userPoolClientId: ClientId,
    call: (operation: string, input: unknown) =>
      // Inputs are objects.
      app.call(`Admin${operation}`, { UserPoolId, ...(input as object) }),
  }
  const { body } = await srpSignIn(asServer, 'ada')
  expect((await admin.getUser({ AccessToken: body.AuthenticationResult.AccessToken })).Username).toBe('ada')
  expect((await srpSignIn(asServer, 'ada', 'Wrong-Horse-1')).body).toEqual({
    __type: 'NotAuthorizedException',
    message: 'Incorrect username or password.',
  })
})

test('a client with a secret needs its hash in server-side flows too', async () => {
  const {
    admin,
    UserPoolId,
    ClientId,
    ClientSecret = '',
  } = await startWithServerClient({
    GenerateSecret: true,
  })
  const start = (parameters: Record<string, string>) =>
    admin.adminInitiateAuth({
      UserPoolId,
      ClientId,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'ada', PASSWORD, ...parameters },
    })
  await expect(start({})).rejects.toMatchObject(
    refusal(
      'NotAuthorizedException',
      `Client ${ClientId} is configured with secret but SECRET_HASH was not received`,
    ),
  )
  const SECRET_HASH = createHmac('sha256', ClientSecret).update(`ada${ClientId}`).digest('base64')
  expect((await start({ SECRET_HASH })).AuthenticationResult).toBeDefined()
})

test('users and administrators have flows of their own, and a client allows the flows that it names', async () => {
  const { admin, UserPoolId, ClientId } = await startWithServerClient()
  const AuthParameters = { USERNAME: 'ada', PASSWORD }
  const notSupported = refusal('InvalidParameterException', 'Initiate Auth method not supported')
  await expect(
    admin.initiateAuth({ ClientId, AuthFlow: 'ADMIN_USER_PASSWORD_AUTH', AuthParameters }),
  ).rejects.toMatchObject(notSupported)
  await expect(
    admin.adminInitiateAuth({ UserPoolId, ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters }),
  ).rejects.toMatchObject(notSupported)
  await expect(
    admin.initiateAuth({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters }),
  ).rejects.toMatchObject({ name: 'InvalidParameterException' })
  const browser = await createPool(admin)
  await expect(
    admin.adminInitiateAuth({ ...browser, AuthFlow: 'ADMIN_USER_PASSWORD_AUTH', AuthParameters }),
  ).rejects.toMatchObject(refusal('InvalidParameterException', 'Auth flow not enabled for this client'))
  await expect(
    admin.adminInitiateAuth({
      UserPoolId,
      ClientId: browser.ClientId,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters,
    }),
  ).rejects.toMatchObject(
    refusal('ResourceNotFoundException', `User pool client ${browser.ClientId} does not exist.`),
  )
})

test('the older flow names add to SRP and refresh, or leave only custom flows', async () => {
  const { admin, UserPoolId } = await startWithServerClient()
  const client = async (ExplicitAuthFlows: ('ADMIN_NO_SRP_AUTH' | 'CUSTOM_AUTH_FLOW_ONLY')[]) => {
    const { UserPoolClient } = await admin.createUserPoolClient({
      UserPoolId,
      ClientName: 'older',
      ExplicitAuthFlows,
    })
    return UserPoolClient?.ClientId ?? ''
  }
  const srp = (ClientId: string) =>
    admin.initiateAuth({
      ClientId,
      AuthFlow: 'USER_SRP_AUTH',
      AuthParameters: { USERNAME: 'ada', SRP_A: 'abcdef' },
    })
  const older = await client(['ADMIN_NO_SRP_AUTH'])
  expect((await srp(older)).ChallengeName).toBe('PASSWORD_VERIFIER')
  const { AuthenticationResult } = await admin.adminInitiateAuth({
    UserPoolId,
    ClientId: older,
    AuthFlow: 'ADMIN_NO_SRP_AUTH',
    AuthParameters: { USERNAME: 'ada', PASSWORD },
  })
  expect(
    (
      await admin.initiateAuth({
        ClientId: older,
        AuthFlow: 'REFRESH_TOKEN_AUTH',
        AuthParameters: { REFRESH_TOKEN: AuthenticationResult?.RefreshToken ?? '' },
      })
    ).AuthenticationResult,
  ).toBeDefined()
  await expect(srp(await client(['CUSTOM_AUTH_FLOW_ONLY']))).rejects.toMatchObject(
    refusal('InvalidParameterException', 'Only custom auth (lambda driven) is enabled for this client.'),
  )
})

test('a disabled user is signed out and cannot sign in until enabled, and old sessions stay ended', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin)
  await createUser(admin, UserPoolId, 'ada')
  const { AuthenticationResult } = await signIn(admin, ClientId, 'ada')
  await admin.adminDisableUser({ UserPoolId, Username: 'ada' })
  expect((await admin.adminGetUser({ UserPoolId, Username: 'ada' })).Enabled).toBe(false)
  expect(
    (await admin.listUsers({ UserPoolId, Filter: 'status = "Disabled"' })).Users?.map(
      ({ Username }) => Username,
    ),
  ).toEqual(['ada'])
  const revoked = refusal('NotAuthorizedException', 'Access Token has been revoked')
  const { AccessToken } = AuthenticationResult ?? {}
  await expect(admin.getUser({ AccessToken })).rejects.toMatchObject(revoked)
  await expect(signIn(admin, ClientId, 'ada')).rejects.toMatchObject(
    refusal('NotAuthorizedException', 'User is disabled.'),
  )
  await admin.adminEnableUser({ UserPoolId, Username: 'ada' })
  expect((await signIn(admin, ClientId, 'ada')).AuthenticationResult).toBeDefined()
  await expect(admin.getUser({ AccessToken })).rejects.toMatchObject(revoked)
})

test('attributes are deleted, an address together with its verification', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin, {
    Schema: [
      { Name: 'given_name', AttributeDataType: 'String', Required: true },
      { Name: 'badge', AttributeDataType: 'String', Mutable: false },
    ],
  })
  const sub = await createUser(admin, UserPoolId, 'ada', {
    given_name: 'Ada',
    email: 'ada@example.com',
    email_verified: 'true',
    'custom:badge': '7',
  })
  const remove = (...UserAttributeNames: string[]) =>
    admin.adminDeleteUserAttributes({ UserPoolId, Username: 'ada', UserAttributeNames })
  await remove('email', 'nickname')
  const { UserAttributes } = await admin.adminGetUser({ UserPoolId, Username: 'ada' })
  expect(UserAttributes).toEqual([
    { Name: 'sub', Value: sub },
    { Name: 'given_name', Value: 'Ada' },
    { Name: 'custom:badge', Value: '7' },
  ])
  for (const [name, message] of [
    ['sub', 'user.sub: Attribute cannot be updated.\n'],
    ['custom:badge', 'user.custom:badge: Attribute cannot be updated.\n'],
    ['given_name', 'Attributes did not conform to the schema: given_name: The attribute is required\n'],
    ['custom:x', 'Invalid user attributes: user.custom:x: Attribute does not exist in the schema.\n'],
  ] as const)
    await expect(remove(name)).rejects.toMatchObject(refusal('InvalidParameterException', message))
  await expect(remove('custom:x', 'given_name', 'custom:y')).rejects.toMatchObject(
    refusal(
      'InvalidParameterException',
      'Invalid user attributes: user.custom:x: Attribute does not exist in the schema.\nuser.custom:y: Attribute does not exist in the schema.\n',
    ),
  )
})

test('a reset removes the password and lets the user choose another one by a code', async () => {
  const { admin, server } = await startWithAdmin()
  const { UserPoolId, ClientId } = await createPool(admin)
  await createUser(admin, UserPoolId, 'ada', { email: 'ada@example.com', email_verified: 'true' })
  await admin.adminResetUserPassword({ UserPoolId, Username: 'ada' })
  expect((await admin.adminGetUser({ UserPoolId, Username: 'ada' })).UserStatus).toBe('RESET_REQUIRED')
  await expect(signIn(admin, ClientId, 'ada')).rejects.toMatchObject(
    refusal('PasswordResetRequiredException', 'Password reset required for the user'),
  )
  await admin.confirmForgotPassword({
    ClientId,
    Username: 'ada',
    ConfirmationCode: server.inbox.last('ada@example.com')?.code,
    Password: 'My-Own-Choice-1',
  })
  expect((await signIn(admin, ClientId, 'ada', 'My-Own-Choice-1')).AuthenticationResult).toBeDefined()
})

test('a reset sends its code as the pool recovers accounts, and works where only administrators may reset', async () => {
  const { admin, server } = await startWithAdmin()
  const user = {
    email: 'ada@example.com',
    email_verified: 'true',
    phone_number: '+15555550100',
    phone_number_verified: 'true',
  }
  for (const [mechanisms, medium] of [
    [undefined, 'SMS'],
    [[{ Name: 'verified_email', Priority: 1 }], 'EMAIL'],
    [[{ Name: 'admin_only', Priority: 1 }], 'SMS'],
  ] as const) {
    const { UserPoolId } = await createPool(admin, {
      ...(mechanisms && { AccountRecoverySetting: { RecoveryMechanisms: [...mechanisms] } }),
    })
    await createUser(admin, UserPoolId, 'ada', user)
    await admin.adminResetUserPassword({ UserPoolId, Username: 'ada' })
    expect(server.inbox.last()?.medium).toBe(medium)
  }
})

test('passwords of invited, disabled and unreachable users are not reset', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  const reset = (Username: string) => admin.adminResetUserPassword({ UserPoolId, Username })
  await admin.adminCreateUser({ UserPoolId, Username: 'invited', MessageAction: 'SUPPRESS' })
  await expect(reset('invited')).rejects.toMatchObject(
    refusal('NotAuthorizedException', 'User password cannot be reset in the current state.'),
  )
  await createUser(admin, UserPoolId, 'unreachable', { email: 'ada@example.com' })
  await expect(reset('unreachable')).rejects.toMatchObject(
    refusal(
      'InvalidParameterException',
      'Cannot reset password for the user as there is no registered/verified email or phone_number',
    ),
  )
  expect((await admin.adminGetUser({ UserPoolId, Username: 'unreachable' })).UserStatus).toBe('CONFIRMED')
  await admin.adminDisableUser({ UserPoolId, Username: 'unreachable' })
  await expect(reset('unreachable')).rejects.toMatchObject(
    refusal('NotAuthorizedException', 'User is disabled'),
  )
})
