import {
  autoSignIn,
  createMemoryStorage,
  fetchAuthSession,
  getCurrentUser,
  signIn,
  signOut,
  signUp,
} from '@amulet/auth'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { confirmedUser, json, PASSWORD, start } from './start.js'

const password = PASSWORD

describe.each(['USER_SRP_AUTH', 'USER_PASSWORD_AUTH'] as const)('signIn by %s', (authFlowType) => {
  const options = { authFlowType }

  test('signs in, stores the session, and tells all listeners', async () => {
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

  test('with a wrong password rejects with NotAuthorizedException', async () => {
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

  test('while signed in rejects with UserAlreadyAuthenticatedException', async () => {
    const started = await start()
    const username = await confirmedUser(started)
    await signIn(started.context, { username, password, options })
    await expect(signIn(started.context, { username, password, options })).rejects.toMatchObject({
      name: 'UserAlreadyAuthenticatedException',
      message: 'There is already a signed in user.',
      recoverySuggestion: 'Call signOut before calling signIn again.',
    })
  })

  test('while signed in with an access token only rejects in the same way, and the user is known', async () => {
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

  test('that is aborted once the service has answered is completed and announced', async () => {
    const controller = new AbortController()
    const memory = createMemoryStorage()
    const storage = {
      ...memory,
      setItem: async (key: string, value: string) => {
        if (key.endsWith('.accessToken')) controller.abort()
        memory.setItem(key, value)
      },
    }
    const started = await start({ storage })
    const username = await confirmedUser(started)
    const { context, events } = started
    const { signal } = controller
    expect(await signIn(context, { username, password, options }, { signal })).toMatchObject({
      isSignedIn: true,
    })
    expect(signal.aborted).toBe(true)
    expect(events.map(({ event }) => event)).toEqual(['signedIn'])
    expect(await getCurrentUser(context)).toBeDefined()
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

  test('by CUSTOM_WITHOUT_SRP with a password is refused before any request', async () => {
    const { context, net } = await start()
    const options = { authFlowType: 'CUSTOM_WITHOUT_SRP' as const }
    await expect(signIn(context, { username: 'ada', password, options })).rejects.toMatchObject({
      name: 'CustomAuthSignInPassword',
      message: 'A password is not needed when signing in with CUSTOM_WITHOUT_SRP',
      recoverySuggestion: 'Do not include a password in your signIn call.',
    })
    expect(net.sent).toEqual([])
  })

  test('by CUSTOM_WITH_SRP without a password is refused before any request', async () => {
    const { context, net } = await start()
    const options = { authFlowType: 'CUSTOM_WITH_SRP' as const }
    await expect(signIn(context, { username: 'ada', options })).rejects.toMatchObject({
      name: 'EmptySignInPassword',
    })
    expect(net.sent).toEqual([])
  })

  test('treats an unknown flow as the default', async () => {
    const started = await start()
    const username = await confirmedUser(started)
    const options = { authFlowType: 'SOMETHING' as 'USER_SRP_AUTH' }
    await signIn(started.context, { username, password, options })
    expect(await getCurrentUser(started.context)).toMatchObject({
      signInDetails: { authFlowType: 'USER_SRP_AUTH' },
    })
  })

  test('names an unknown challenge', async () => {
    const { context, net } = await start()
    net.faults.push(json(200, { ChallengeName: 'JUGGLE', Session: 's', ChallengeParameters: {} }))
    await expect(signIn(context, { username: 'ada', password })).rejects.toMatchObject({
      name: 'SignInException',
      message:
        'An error occurred during the sign in process. JUGGLE challengeName returned by the underlying service was not addressed.',
    })
  })

  test('rejects with an AuthError whatever the challenge contains', async () => {
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

  test('without an access token in the answer rejects with InvalidTokens', async () => {
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

  test('by hand ends the wait for autoSignIn', async () => {
    const started = await start()
    await signUp(started.context, {
      username: 'ada@example.com',
      password,
      options: { userAttributes: {}, autoSignIn: true },
    })
    await signIn(started.context, { username: 'ada@example.com', password })
    await expect(autoSignIn(started.context)).rejects.toMatchObject({ name: 'AutoSignInException' })
  })

  test('as another user leaves no tokens of the one before, whose session could not be refreshed', async () => {
    const storage = createMemoryStorage()
    const items = new Set<string>()
    const setItem = (key: string, value: string) => {
      items.add(key)
      return storage.setItem(key, value)
    }
    const started = await start({ storage: { ...storage, setItem } })
    const { context, net, server, userPoolClientId } = started
    const ada = await confirmedUser(started)
    const bob = await confirmedUser(started, 'bob@example.com')
    await signIn(context, { username: ada, password })
    const adasId = (await getCurrentUser(context)).username
    const prefix = `CognitoIdentityServiceProvider.${userPoolClientId}.${adasId}.`
    const device = ['deviceKey', 'deviceGroupKey', 'randomPasswordKey'].map((name) => prefix + name)
    const others = 'CognitoIdentityServiceProvider.other'
    const kept = [...device, `${others}.LastAuthUser`, `${others}.${adasId}.refreshToken`]
    for (const key of kept) setItem(key, `value of ${key}`)
    server.clock.advance(3600)
    // The refresh of what is stored fails for now, which is no reason against a new sign-in.
    net.faults.push(json(400, { __type: 'InternalErrorException' }))
    await signIn(context, { username: bob, password })
    const bobsId = (await getCurrentUser(context)).username
    expect(bobsId).not.toBe(adasId)
    const left = [...items].filter((key) => storage.getItem(key) !== null && key.includes(adasId))
    expect(left.sort()).toEqual(kept.filter((key) => key.includes(adasId)).sort())
    for (const key of kept) expect(storage.getItem(key)).toBe(`value of ${key}`)
    expect((await fetchAuthSession(context)).tokens?.idToken?.payload.email).toBe(bob)
  })

  test('as the same user replaces the tokens, and keeps what is known about the device', async () => {
    const storage = createMemoryStorage()
    const removed: string[] = []
    const removeItem = (key: string) => {
      removed.push(key)
      return storage.removeItem(key)
    }
    const started = await start({ storage: { ...storage, removeItem } })
    const { context, net, server, userPoolClientId } = started
    const username = await confirmedUser(started)
    await signIn(context, { username, password })
    const { username: id } = await getCurrentUser(context)
    const prefix = `CognitoIdentityServiceProvider.${userPoolClientId}.${id}.`
    const before = storage.getItem(`${prefix}refreshToken`)
    storage.setItem(`${prefix}deviceKey`, 'device')
    server.clock.advance(3600)
    net.faults.push(json(400, { __type: 'InternalErrorException' }))
    removed.length = 0
    await signIn(context, { username, password })
    // To other tabs the user was never gone.
    expect(removed.filter((key) => key.endsWith('LastAuthUser') || key.endsWith('Token'))).toEqual([])
    expect(storage.getItem(`${prefix}refreshToken`)).not.toBe(before)
    expect(storage.getItem(`${prefix}deviceKey`)).toBe('device')
    expect(await getCurrentUser(context)).toMatchObject({ username: id })
  })

  test('again as another user after signing out', async () => {
    const started = await start()
    const ada = await confirmedUser(started)
    const bob = await confirmedUser(started, 'bob@example.com')
    await signIn(started.context, { username: ada, password })
    await signOut(started.context)
    await signIn(started.context, { username: bob, password })
    expect((await fetchAuthSession(started.context)).tokens?.idToken?.payload.email).toBe(bob)
  })
})
