import {
  confirmResetPassword,
  confirmSignIn,
  createAuthContext,
  createMemoryStorage,
  fetchUserAttributes,
  getCurrentUser,
  signIn,
  signOut,
} from '@amulet/auth'
import { describe, expect, test } from 'vitest'
import { administrator, json, lastCode, PASSWORD, type Started, start } from './start.js'

const password = PASSWORD

describe('confirmSignIn', () => {
  const challenge = json(200, {
    ChallengeName: 'NEW_PASSWORD_REQUIRED',
    Session: 'session-1',
    ChallengeParameters: { USERNAME: 'ada-id', requiredAttributes: '["userAttributes.given_name"]' },
  })
  const step = {
    isSignedIn: false,
    nextStep: { signInStep: 'CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED', missingAttributes: ['given_name'] },
  }
  const newPassword = { challengeResponse: 'My-Own-Password-1' }

  /** A user whom an administrator made, with a temporary password. */
  async function createdUser(started: Started) {
    const admin = await administrator(started)
    const { UserPool } = await admin.createUserPool({
      PoolName: 'test',
      UsernameAttributes: ['email'],
      Schema: [{ Name: 'given_name', Required: true }],
    })
    const UserPoolId = UserPool?.Id ?? ''
    const { UserPoolClient } = await admin.createUserPoolClient({
      UserPoolId,
      ClientName: 'test',
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    })
    const Username = 'ada@example.com'
    await admin.adminCreateUser({
      UserPoolId,
      Username,
      TemporaryPassword: 'Temporary-1',
      MessageAction: 'SUPPRESS',
      UserAttributes: [
        { Name: 'email', Value: Username },
        { Name: 'email_verified', Value: 'true' },
      ],
    })
    const Cognito = { userPoolId: UserPoolId, userPoolClientId: UserPoolClient?.ClientId ?? '' }
    const storage = createMemoryStorage()
    /** A page of the browser: each has a context of its own over the same storage. */
    const page = (signInValidity?: number) =>
      createAuthContext(
        { Auth: { Cognito } },
        {
          storage,
          fetch: started.net.fetch,
          clock: started.server.clock.now,
          ...(signInValidity && { signInValidity }),
        },
      )
    return { admin, UserPoolId, Username, userPoolClientId: Cognito.userPoolClientId, page }
  }

  test.each(['USER_SRP_AUTH', 'USER_PASSWORD_AUTH'] as const)(
    'sets the new password after a sign-in by %s, in another page too, after a refused try',
    async (authFlowType) => {
      const started = await start()
      const { page, Username: username, userPoolClientId } = await createdUser(started)
      expect(await signIn(page(), { username, password: 'Temporary-1', options: { authFlowType } })).toEqual(
        step,
      )
      const reloaded = page()
      await expect(
        confirmSignIn(reloaded, { challengeResponse: 'weak', options: { userAttributes: {} } }),
      ).rejects.toMatchObject({ name: 'InvalidPasswordException' })
      expect(
        await confirmSignIn(reloaded, {
          ...newPassword,
          options: { userAttributes: { given_name: 'Ada', nickname: '' }, clientMetadata: { a: 'b' } },
        }),
      ).toEqual({ isSignedIn: true, nextStep: { signInStep: 'DONE' } })
      expect(started.net.sent.at(-1)?.body).toEqual({
        ClientId: userPoolClientId,
        ChallengeName: 'NEW_PASSWORD_REQUIRED',
        ChallengeResponses: {
          NEW_PASSWORD: 'My-Own-Password-1',
          USERNAME: expect.stringMatching(/./),
          'userAttributes.given_name': 'Ada',
        },
        ClientMetadata: { a: 'b' },
        Session: expect.stringMatching(/./),
      })
      expect(await getCurrentUser(reloaded)).toMatchObject({
        signInDetails: { loginId: username, authFlowType },
      })
      expect(await fetchUserAttributes(reloaded)).toMatchObject({ given_name: 'Ada' })
      // The step is used up.
      await expect(confirmSignIn(reloaded, newPassword)).rejects.toMatchObject({ name: 'SignInException' })
      await signOut(reloaded)
      expect(await signIn(reloaded, { username, password: 'My-Own-Password-1' })).toMatchObject({
        isSignedIn: true,
      })
    },
  )

  test('says that the time is over when the service says so first', async () => {
    const started = await start()
    const { page, Username: username } = await createdUser(started)
    const context = page(3_600_000)
    await signIn(context, { username, password: 'Temporary-1' })
    started.server.clock.advance(181)
    await expect(confirmSignIn(context, newPassword)).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Invalid session for the user, session is expired.',
    })
  })

  test('is not needed after an administrator has reset the password: the step is RESET_PASSWORD', async () => {
    const started = await start()
    const { admin, page, UserPoolId, Username: username } = await createdUser(started)
    const context = page()
    await admin.adminSetUserPassword({ UserPoolId, Username: username, Password: password, Permanent: true })
    await admin.adminResetUserPassword({ UserPoolId, Username: username })
    expect(await signIn(context, { username, password })).toEqual({
      isSignedIn: false,
      nextStep: { signInStep: 'RESET_PASSWORD' },
    })
    await confirmResetPassword(context, {
      username,
      newPassword: 'My-Own-Password-1',
      confirmationCode: lastCode(started, username),
    })
    expect(await signIn(context, { username, password: 'My-Own-Password-1' })).toMatchObject({
      isSignedIn: true,
    })
  })

  test('of an unknown challenge leaves nothing to confirm, not even an earlier sign-in', async () => {
    const { context, net } = await start()
    net.faults.push(challenge)
    await signIn(context, { username: 'ada', password: 'temporary' })
    net.faults.push(json(200, { ChallengeName: 'JUGGLE', Session: 's', ChallengeParameters: {} }))
    await signIn(context, { username: 'ada', password: 'temporary' }).catch(() => {})
    await expect(confirmSignIn(context, newPassword)).rejects.toMatchObject({
      name: 'SignInException',
      message: expect.stringContaining('signIn was not called'),
    })
  })

  test('answered with an unknown challenge ends the sign-in', async () => {
    const { context, net } = await start()
    net.faults.push(challenge, json(200, { ChallengeName: 'JUGGLE', Session: 's', ChallengeParameters: {} }))
    await signIn(context, { username: 'ada', password: 'temporary' })
    await expect(confirmSignIn(context, newPassword)).rejects.toMatchObject({
      message: expect.stringContaining('JUGGLE'),
    })
    await expect(confirmSignIn(context, newPassword)).rejects.toMatchObject({
      message: expect.stringContaining('signIn was not called'),
    })
    expect(net.sent).toHaveLength(2)
  })

  test('of an unknown challenge that Amplify has stored keeps it', async () => {
    const storage = createMemoryStorage()
    const { context, net, server } = await start({ storage })
    const items = {
      username: 'ada',
      challengeName: 'PIGEON_OTP',
      signInSession: 's',
      expiry: `${server.clock.now() + 1000}`,
    }
    for (const [name, value] of Object.entries(items)) storage.setItem(`CognitoSignInState.${name}`, value)
    await expect(confirmSignIn(context, { challengeResponse: '123456' })).rejects.toMatchObject({
      name: 'SignInException',
      message: expect.stringContaining('PIGEON_OTP'),
    })
    for (const [name, value] of Object.entries(items))
      expect(storage.getItem(`CognitoSignInState.${name}`)).toBe(value)
    expect(net.sent).toEqual([])
  })

  test('a moment before three minutes is in time', async () => {
    const { context, net, server } = await start()
    net.faults.push(challenge)
    await signIn(context, { username: 'ada', password: 'temporary' })
    server.clock.advance(179)
    net.faults.push(json(400, { __type: 'InvalidPasswordException' }))
    await expect(confirmSignIn(context, newPassword)).rejects.toMatchObject({
      name: 'InvalidPasswordException',
    })
  })

  test('after three minutes rejects with SignInException, in the same page too', async () => {
    const { context, net, server } = await start()
    net.faults.push(challenge)
    await signIn(context, { username: 'ada', password: 'temporary' })
    server.clock.advance(180)
    await expect(confirmSignIn(context, newPassword)).rejects.toMatchObject({
      name: 'SignInException',
      message: expect.stringContaining('session has expired'),
    })
    expect(net.operations()).toEqual(['InitiateAuth'])
  })

  test('waits longer in a pool whose app client says so', async () => {
    const { context, net, server } = await start({ signInValidity: 15 * 60_000 })
    net.faults.push(challenge)
    await signIn(context, { username: 'ada', password: 'temporary' })
    server.clock.advance(14 * 60)
    net.faults.push(json(400, { __type: 'InvalidPasswordException', message: 'Password too short' }))
    await expect(confirmSignIn(context, newPassword)).rejects.toMatchObject({
      name: 'InvalidPasswordException',
    })
  })

  test('without signIn rejects with SignInException, and without an answer EmptyChallengeResponse', async () => {
    const { context } = await start()
    await expect(confirmSignIn(context, newPassword)).rejects.toMatchObject({
      name: 'SignInException',
      message:
        'An error occurred during the sign in process. This most likely occurred due to: 1. signIn was not called before confirmSignIn. 2. signIn threw an exception. 3. page was refreshed during the sign in flow and session has expired.',
      recoverySuggestion:
        'Make sure a successful call to signIn is made before calling confirmSignIn and that the session has not expired.',
    })
    await expect(confirmSignIn(context, { challengeResponse: '' })).rejects.toMatchObject({
      name: 'EmptyChallengeResponse',
      message: 'challengeResponse is required to confirmSignIn',
    })
  })

  test('without a user pool says so before it looks at the answer', async () => {
    const call = confirmSignIn(createAuthContext({}), { challengeResponse: '' })
    await expect(call).rejects.toMatchObject({ name: 'AuthTokenConfigException' })
  })

  test('of a challenge without a session does not send the session of an earlier challenge', async () => {
    const { context, net } = await start()
    net.faults.push(challenge, json(200, { ChallengeName: 'NEW_PASSWORD_REQUIRED', ChallengeParameters: {} }))
    await signIn(context, { username: 'ada', password: 'temporary' })
    await signIn(context, { username: 'bob', password: 'temporary' })
    await expect(confirmSignIn(context, newPassword)).rejects.toMatchObject({ name: 'SignInException' })
    expect(net.operations()).toEqual(['InitiateAuth', 'InitiateAuth'])
  })

  test('of a sign-in that another signIn ended rejects with SignInException', async () => {
    const { context, net } = await start()
    net.faults.push(challenge)
    await signIn(context, { username: 'ada', password: 'temporary' })
    net.faults.push(
      json(400, { __type: 'NotAuthorizedException', message: 'Incorrect username or password.' }),
    )
    await signIn(context, { username: 'ada', password: 'wrong' }).catch(() => {})
    await expect(confirmSignIn(context, newPassword)).rejects.toMatchObject({ name: 'SignInException' })
  })
})
