import {
  autoSignIn,
  confirmResetPassword,
  confirmSignIn,
  createAuthContext,
  createMemoryStorage,
  fetchAuthSession,
  fetchUserAttributes,
  getCurrentUser,
  signIn,
  signOut,
  signUp,
} from '@amulet/auth'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { administrator, confirmedUser, json, lastCode, PASSWORD, type Started, start } from './start.js'

const password = PASSWORD

describe.each(['USER_SRP_AUTH', 'USER_PASSWORD_AUTH'] as const)('signIn by %s', (authFlowType) => {
  const options = { authFlowType }

  test('signs in, stores the session, and tells everybody', async () => {
    const started = await start()
    const username = await confirmedUser(started)
    const { context, events } = started
    expect(await signIn(context, { username, password, options })).toEqual({
      isSignedIn: true,
      nextStep: { signInStep: 'DONE' },
    })
    const user = await getCurrentUser(context)
    expect(user).toEqual({
      username: expect.any(String),
      userId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      signInDetails: { loginId: username, authFlowType },
    })
    expect(events).toEqual([{ event: 'signedIn', data: user }])
    const { tokens, userSub } = await fetchAuthSession(context)
    expect(userSub).toBe(user.userId)
    expect(tokens?.accessToken.payload).toMatchObject({ token_use: 'access', username: user.username })
    expect(tokens?.idToken?.payload).toMatchObject({ token_use: 'id', email: username })
  })

  test('with a wrong password is NotAuthorizedException', async () => {
    const started = await start()
    const username = await confirmedUser(started)
    await expect(
      signIn(started.context, { username, password: 'Wrong-1-Wrong', options }),
    ).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Incorrect username or password.',
    })
    expect(started.events).toEqual([])
  })

  test('of an unknown user is the same as with a wrong password', async () => {
    const { context } = await start()
    await expect(
      signIn(context, { username: 'nobody@example.com', password, options }),
    ).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Incorrect username or password.',
    })
  })

  test('of an unconfirmed account asks for confirmSignUp', async () => {
    const { context } = await start()
    await signUp(context, { username: 'ada@example.com', password })
    expect(await signIn(context, { username: 'ada@example.com', password, options })).toEqual({
      isSignedIn: false,
      nextStep: { signInStep: 'CONFIRM_SIGN_UP' },
    })
  })

  test('while signed in is UserAlreadyAuthenticatedException', async () => {
    const started = await start()
    const username = await confirmedUser(started)
    await signIn(started.context, { username, password, options })
    await expect(signIn(started.context, { username, password, options })).rejects.toMatchObject({
      name: 'UserAlreadyAuthenticatedException',
      message: 'There is already a signed in user.',
      recoverySuggestion: 'Call signOut before calling signIn again.',
    })
  })

  test('while signed in with an access token only is the same, and the user is known', async () => {
    const storage = createMemoryStorage()
    const started = await start({ storage })
    const username = await confirmedUser(started)
    await signIn(started.context, { username, password, options })
    const user = await getCurrentUser(started.context)
    const prefix = `CognitoIdentityServiceProvider.${started.userPoolClientId}.`
    const key = `${prefix}${storage.getItem(`${prefix}LastAuthUser`)}.idToken`
    expect(storage.getItem(key)).toMatch(/./)
    storage.removeItem(key)
    expect(await getCurrentUser(started.context)).toEqual(user)
    await expect(signIn(started.context, { username, password, options })).rejects.toMatchObject({
      name: 'UserAlreadyAuthenticatedException',
    })
  })

  test('sends clientMetadata with each request', async () => {
    const started = await start()
    const username = await confirmedUser(started)
    started.net.sent.length = 0
    await signIn(started.context, { username, password, options: { ...options, clientMetadata: { a: 'b' } } })
    expect(started.net.sent.map(({ body }) => body.ClientMetadata)).toEqual(
      authFlowType === 'USER_SRP_AUTH' ? [{ a: 'b' }, { a: 'b' }] : [{ a: 'b' }],
    )
  })

  test('of a user whose password was reset asks for a new one', async () => {
    const { context, net } = await start()
    net.faults.push(
      json(400, { __type: 'PasswordResetRequiredException', message: 'Password reset required' }),
    )
    expect(await signIn(context, { username: 'ada', password, options })).toEqual({
      isSignedIn: false,
      nextStep: { signInStep: 'RESET_PASSWORD' },
    })
  })
})

describe('signIn', () => {
  test('by SRP never sends the password', async () => {
    const started = await start()
    const username = await confirmedUser(started)
    started.net.sent.length = 0
    await signIn(started.context, { username, password })
    expect(started.net.operations()).toEqual(['InitiateAuth', 'RespondToAuthChallenge'])
    expect(JSON.stringify(started.net.sent.map(({ body }) => body))).not.toContain(password)
    expect(started.net.sent[0]?.body).toMatchObject({
      AuthFlow: 'USER_SRP_AUTH',
      AuthParameters: { USERNAME: username, SRP_A: expect.stringMatching(/^[1-9a-f][0-9a-f]+$/) },
    })
  })

  test('works where crypto.subtle is missing', async () => {
    const started = await start()
    const username = await confirmedUser(started)
    const { subtle } = crypto
    // The server in this process cannot do without it.
    let serving = false
    const fetch = async (request: Request) => {
      serving = true
      return started.server.fetch(request).finally(() => {
        serving = false
      })
    }
    const context = started.anotherContext({ fetch })
    const asked = vi.spyOn(crypto, 'subtle', 'get')
    onTestFinished(() => asked.mockRestore())
    let askedInVain = 0
    asked.mockImplementation(() => {
      if (serving) return subtle
      askedInVain++
      return undefined as never
    })
    expect(await signIn(context, { username, password })).toMatchObject({ isSignedIn: true })
    expect(askedInVain).toBeGreaterThan(0)
  })

  test.each([
    [{ username: '', password }, 'EmptySignInUsername', 'username is required to signIn'],
    [{ username: 'ada' }, 'EmptySignInPassword', 'password is required to signIn'],
    [{ username: 'ada', password: '' }, 'EmptySignInPassword', 'password is required to signIn'],
  ])('of %j is refused before any request', async (input, name, message) => {
    const { context, net } = await start()
    await expect(signIn(context, input)).rejects.toMatchObject({ name, message })
    expect(net.sent).toEqual([])
  })

  test.each(['USER_AUTH', 'CUSTOM_WITH_SRP', 'CUSTOM_WITHOUT_SRP'] as const)(
    'by %s says that this version does not have it',
    async (authFlowType) => {
      const { context, net } = await start()
      await expect(
        signIn(context, { username: 'ada', password, options: { authFlowType } }),
      ).rejects.toMatchObject({
        name: 'SignInException',
        message: `This version does not sign in by ${authFlowType}.`,
      })
      expect(net.sent).toEqual([])
    },
  )

  test('takes a flow it never heard of for the default', async () => {
    const started = await start()
    const username = await confirmedUser(started)
    const options = { authFlowType: 'SOMETHING' as 'USER_SRP_AUTH' }
    await signIn(started.context, { username, password, options })
    expect(await getCurrentUser(started.context)).toMatchObject({
      signInDetails: { authFlowType: 'USER_SRP_AUTH' },
    })
  })

  test('names a challenge it does not know', async () => {
    const { context, net } = await start()
    net.faults.push(json(200, { ChallengeName: 'JUGGLE', Session: 's', ChallengeParameters: {} }))
    await expect(signIn(context, { username: 'ada', password })).rejects.toMatchObject({
      name: 'SignInException',
      message:
        'An error occurred during the sign in process. JUGGLE challengeName returned by the underlying service was not addressed.',
    })
  })

  test('is an AuthError whatever the challenge holds', async () => {
    const { context, net } = await start()
    const ChallengeParameters = { USER_ID_FOR_SRP: 'ada', SALT: 'ff', SRP_B: '0', SECRET_BLOCK: 'AA==' }
    net.faults.push(json(200, { ChallengeName: 'PASSWORD_VERIFIER', ChallengeParameters }))
    await expect(signIn(context, { username: 'ada', password })).rejects.toMatchObject({
      name: 'Unknown',
      message: 'An unknown error has occurred.',
      cause: new Error('B cannot be zero.'),
    })
    net.faults.push(json(200, { ChallengeName: 'PASSWORD_VERIFIER', ChallengeParameters: {} }))
    await expect(signIn(context, { username: 'ada', password })).rejects.toMatchObject({
      name: 'EmptyUserIdForSRPException',
      message: 'USER_ID_FOR_SRP was not found in challengeParameters',
    })
  })

  test('without an access token in the answer is InvalidTokens', async () => {
    const { context, net } = await start()
    net.faults.push(json(200, { AuthenticationResult: {} }))
    await expect(signIn(context, { username: 'ada', password })).rejects.toMatchObject({
      name: 'InvalidTokens',
      message: 'Invalid tokens',
    })
  })

  test('that cannot store the tokens says so', async () => {
    const storage = { ...createMemoryStorage(), setItem: () => {} }
    const started = await start({ storage })
    const username = await confirmedUser(started)
    await expect(signIn(started.context, { username, password })).rejects.toMatchObject({
      name: 'UnexpectedSignInInterruptionException',
      message: 'Unable to get user session following successful sign-in.',
    })
  })

  test('by hand ends the waiting for autoSignIn', async () => {
    const started = await start()
    await signUp(started.context, {
      username: 'ada@example.com',
      password,
      options: { userAttributes: {}, autoSignIn: true },
    })
    await signIn(started.context, { username: 'ada@example.com', password })
    await expect(autoSignIn(started.context)).rejects.toMatchObject({ name: 'AutoSignInException' })
  })

  test('again as somebody else after signing out', async () => {
    const started = await start()
    const ada = await confirmedUser(started)
    const bob = await confirmedUser(started, 'bob@example.com')
    await signIn(started.context, { username: ada, password })
    await signOut(started.context)
    await signIn(started.context, { username: bob, password })
    expect((await fetchAuthSession(started.context)).tokens?.idToken?.payload.email).toBe(bob)
  })
})

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

  test('says that the time is over when the service says it first', async () => {
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

  test('after an administrator has reset the password, the answer is resetPassword', async () => {
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

  test('of a challenge that is not known leaves nothing to confirm, not even of a sign-in before', async () => {
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

  test('after three minutes is SignInException, in the same page too', async () => {
    const { context, net, server } = await start()
    net.faults.push(challenge)
    await signIn(context, { username: 'ada', password: 'temporary' })
    server.clock.advance(181)
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

  test('without signIn is SignInException, and without an answer EmptyChallengeResponse', async () => {
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

  test('of a challenge without a session does not answer with the one of a challenge before', async () => {
    const { context, net } = await start()
    net.faults.push(challenge, json(200, { ChallengeName: 'NEW_PASSWORD_REQUIRED', ChallengeParameters: {} }))
    await signIn(context, { username: 'ada', password: 'temporary' })
    await signIn(context, { username: 'bob', password: 'temporary' })
    await expect(confirmSignIn(context, newPassword)).rejects.toMatchObject({ name: 'SignInException' })
    expect(net.operations()).toEqual(['InitiateAuth', 'InitiateAuth'])
  })

  test('of a sign-in that another signIn ended is SignInException', async () => {
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
