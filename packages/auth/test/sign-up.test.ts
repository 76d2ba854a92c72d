import {
  AuthError,
  autoSignIn,
  confirmSignUp,
  createAuthContext,
  createMemoryStorage,
  getCurrentUser,
  resendSignUpCode,
  signIn,
  signUp,
} from '@amulet/auth'
import { describe, expect, test } from 'vitest'
import { confirmedUser, json, PASSWORD, start } from './start.js'

const username = 'ada@example.com'
const password = PASSWORD

describe('signUp', () => {
  test('creates an account and says where the code went', async () => {
    const { context, server, net } = await start()
    const output = await signUp(context, {
      username,
      password,
      options: { userAttributes: { email: username, given_name: 'Ada' }, clientMetadata: { from: 'test' } },
    })
    expect(output).toEqual({
      isSignUpComplete: false,
      userId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      nextStep: {
        signUpStep: 'CONFIRM_SIGN_UP',
        codeDeliveryDetails: {
          destination: expect.stringContaining('***'),
          deliveryMedium: 'EMAIL',
          attributeName: 'email',
        },
      },
    })
    expect(server.inbox.list(username)).toHaveLength(1)
    expect(net.sent[0]?.body).toMatchObject({
      Username: username,
      Password: password,
      UserAttributes: [
        { Name: 'email', Value: username },
        { Name: 'given_name', Value: 'Ada' },
      ],
      ClientMetadata: { from: 'test' },
    })
  })

  test('leaves out of the request what the caller left out', async () => {
    const { context, net } = await start()
    await signUp(context, { username, password: '' }).catch(() => {})
    expect(Object.keys(net.sent[0]?.body ?? {}).sort()).toEqual(['ClientId', 'Username'])
  })

  test('wants a username', async () => {
    const { context, net } = await start()
    await expect(signUp(context, { username: '', password })).rejects.toMatchObject({
      name: 'EmptySignUpUsername',
      message: 'username is required to signUp',
    })
    expect(net.sent).toEqual([])
  })

  test('says that a password is missing in its own words when the pool wants one', async () => {
    const { context, net } = await start()
    net.faults.push(
      json(400, {
        __type: 'InvalidParameterException',
        message:
          "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must not be null",
      }),
    )
    await expect(signUp(context, { username })).rejects.toMatchObject({
      name: 'EmptySignUpPassword',
      message: 'password is required to signUp',
    })
  })

  test('of a name that is taken is UsernameExistsException, with the id of the request', async () => {
    const started = await start()
    await confirmedUser(started)
    const error = await signUp(started.context, { username, password }).catch((error) => error)
    expect(error).toBeInstanceOf(AuthError)
    expect(error).toMatchObject({
      name: 'UsernameExistsException',
      retryable: false,
      metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/./) },
    })
  })

  test('with a weak password is InvalidPasswordException', async () => {
    const { context } = await start()
    await expect(signUp(context, { username, password: 'short' })).rejects.toMatchObject({
      name: 'InvalidPasswordException',
    })
  })
})

describe('confirmSignUp', () => {
  test('opens the account', async () => {
    const { context, server } = await start()
    await signUp(context, { username, password })
    const confirmationCode = server.inbox.last(username)?.code ?? ''
    expect(await confirmSignUp(context, { username, confirmationCode })).toEqual({
      isSignUpComplete: true,
      nextStep: { signUpStep: 'DONE' },
    })
    expect(await signIn(context, { username, password })).toMatchObject({ isSignedIn: true })
  })

  test('with another code is CodeMismatchException', async () => {
    const { context, server } = await start()
    await signUp(context, { username, password })
    const code = server.inbox.last(username)?.code ?? ''
    const wrong = code === '000000' ? '111111' : '000000'
    await expect(confirmSignUp(context, { username, confirmationCode: wrong })).rejects.toMatchObject({
      name: 'CodeMismatchException',
    })
  })

  test('after the code has expired is ExpiredCodeException', async () => {
    const { context, server } = await start()
    await signUp(context, { username, password })
    server.clock.advance(25 * 3600)
    const confirmationCode = server.inbox.last(username)?.code ?? ''
    await expect(confirmSignUp(context, { username, confirmationCode })).rejects.toMatchObject({
      name: 'ExpiredCodeException',
    })
  })

  test.each([
    [
      { username: '', confirmationCode: '1' },
      'EmptyConfirmSignUpUsername',
      'username is required to confirmSignUp',
    ],
    [{ username, confirmationCode: '' }, 'EmptyConfirmSignUpCode', 'code is required to confirmSignUp'],
  ])('of %j is %s', async (input, name, message) => {
    const { context, net } = await start()
    await expect(confirmSignUp(context, input)).rejects.toMatchObject({ name, message })
    expect(net.sent).toEqual([])
  })
})

describe('resendSignUpCode', () => {
  test('sends another code and says where to', async () => {
    const { context, server } = await start()
    await signUp(context, { username, password })
    expect(await resendSignUpCode(context, { username })).toEqual({
      destination: expect.stringContaining('***'),
      deliveryMedium: 'EMAIL',
      attributeName: 'email',
    })
    expect(server.inbox.list(username)).toHaveLength(2)
    const confirmationCode = server.inbox.last(username)?.code ?? ''
    expect(await confirmSignUp(context, { username, confirmationCode })).toMatchObject({
      isSignUpComplete: true,
    })
  })

  test('wants a username even before it wants a configuration', async () => {
    await expect(resendSignUpCode({ username: '' })).rejects.toMatchObject({ name: 'EmptySignUpUsername' })
  })

  test('of a confirmed account is the service’s InvalidParameterException', async () => {
    const started = await start()
    await confirmedUser(started)
    await expect(resendSignUpCode(started.context, { username })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    })
  })
})

describe('autoSignIn', () => {
  const signUpWithAutoSignIn = { username, password, options: { userAttributes: {}, autoSignIn: true } }

  test('signs in after the account is confirmed', async () => {
    const { context, server, events } = await start()
    expect(await signUp(context, signUpWithAutoSignIn)).toMatchObject({
      nextStep: { signUpStep: 'CONFIRM_SIGN_UP' },
    })
    const confirmationCode = server.inbox.last(username)?.code ?? ''
    expect(await confirmSignUp(context, { username, confirmationCode })).toEqual({
      isSignUpComplete: true,
      nextStep: { signUpStep: 'COMPLETE_AUTO_SIGN_IN' },
    })
    // Twice at once, as a React effect does in StrictMode.
    const [first, second] = await Promise.all([autoSignIn(context), autoSignIn(context)])
    expect(first).toEqual({ isSignedIn: true, nextStep: { signInStep: 'DONE' } })
    expect(second).toEqual(first)
    expect(events.map(({ event }) => event)).toEqual(['signedIn'])
    await expect(autoSignIn(context)).rejects.toMatchObject({ name: 'AutoSignInException' })
  })

  test.each<[string, (started: Awaited<ReturnType<typeof start>>) => unknown]>([
    ['nobody signed up', () => {}],
    ['signUp did not ask for it', ({ context }) => signUp(context, { username, password })],
    ['the account is not confirmed', ({ context }) => signUp(context, signUpWithAutoSignIn)],
    [
      'a later sign-up did not ask for it',
      async ({ context, server }) => {
        await signUp(context, signUpWithAutoSignIn)
        await signUp(context, { username: 'bob@example.com', password })
        const confirmationCode = server.inbox.last(username)?.code ?? ''
        const { nextStep } = await confirmSignUp(context, { username, confirmationCode })
        expect(nextStep.signUpStep).toBe('DONE')
      },
    ],
    [
      'another account was confirmed',
      async ({ context, anotherContext, server }) => {
        await signUp(anotherContext(), { username: 'bob@example.com', password })
        await signUp(context, signUpWithAutoSignIn)
        const code = server.inbox.last('bob@example.com')?.code ?? ''
        await confirmSignUp(context, { username: 'bob@example.com', confirmationCode: code })
        await confirmSignUp(anotherContext(), {
          username,
          confirmationCode: server.inbox.last(username)?.code ?? '',
        })
      },
    ],
    [
      'three minutes have passed',
      async ({ context, server }) => {
        await signUp(context, signUpWithAutoSignIn)
        server.clock.advance(181)
        const confirmationCode = server.inbox.last(username)?.code ?? ''
        const { nextStep } = await confirmSignUp(context, { username, confirmationCode })
        expect(nextStep.signUpStep).toBe('DONE')
      },
    ],
  ])('is AutoSignInException when %s', async (_, prepare) => {
    const started = await start()
    await prepare(started)
    await expect(autoSignIn(started.context)).rejects.toMatchObject({
      name: 'AutoSignInException',
      message: 'The autoSignIn flow has not started, or has been cancelled/completed.',
      recoverySuggestion:
        'Please try to use the signIn API or log out before starting a new autoSignIn flow.',
    })
  })

  test('in a pool that sends links keeps trying until the account is confirmed', async () => {
    const { server, net, config, userPoolClientId } = await start()
    const { userPoolId } = await server.ready
    const linkContext = createAuthContext(
      { Auth: { Cognito: { userPoolId, userPoolClientId, signUpVerificationMethod: 'link' } } },
      { storage: createMemoryStorage(), fetch: net.fetch, clock: server.clock.now },
    )
    expect(await signUp(linkContext, signUpWithAutoSignIn)).toMatchObject({
      isSignUpComplete: false,
      nextStep: { signUpStep: 'COMPLETE_AUTO_SIGN_IN', codeDeliveryDetails: { deliveryMedium: 'EMAIL' } },
    })
    const waiting = autoSignIn(linkContext)
    await expect
      .poll(() => net.operations().filter((name) => name === 'RespondToAuthChallenge').length)
      .toBe(1)
    const other = createAuthContext(config, { storage: createMemoryStorage(), fetch: net.fetch })
    await confirmSignUp(other, { username, confirmationCode: server.inbox.last(username)?.code ?? '' })
    expect(await waiting).toMatchObject({ isSignedIn: true })
    expect(await getCurrentUser(linkContext)).toMatchObject({ signInDetails: { loginId: username } })
  }, 15_000)
})
