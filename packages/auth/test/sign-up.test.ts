import { AuthError, confirmSignUp, resendSignUpCode, signIn, signUp } from '@amulet/auth'
import { describe, expect, test } from 'vitest'
import { administrator, confirmedUser, json, PASSWORD, start } from './start.js'

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

  test('requires a username', async () => {
    const { context, net } = await start()
    await expect(signUp(context, { username: '', password })).rejects.toMatchObject({
      name: 'EmptySignUpUsername',
      message: 'username is required to signUp',
    })
    expect(net.sent).toEqual([])
  })

  test('says in its own words that a password is missing when the pool requires one', async () => {
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

  test('of a name that is taken rejects with UsernameExistsException, with the id of the request', async () => {
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

  test('with a weak password rejects with InvalidPasswordException', async () => {
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

  test('with another code rejects with CodeMismatchException', async () => {
    const { context, server } = await start()
    await signUp(context, { username, password })
    const code = server.inbox.last(username)?.code ?? ''
    const wrong = code === '000000' ? '111111' : '000000'
    await expect(confirmSignUp(context, { username, confirmationCode: wrong })).rejects.toMatchObject({
      name: 'CodeMismatchException',
    })
  })

  test('after the code has expired rejects with ExpiredCodeException', async () => {
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

  test('requires a username even before a configuration', async () => {
    await expect(resendSignUpCode({ username: '' })).rejects.toMatchObject({ name: 'EmptySignUpUsername' })
  })

  test('of a confirmed account rejects with the service’s InvalidParameterException', async () => {
    const started = await start()
    await confirmedUser(started)
    const admin = await administrator(started)
    const { userPoolId: UserPoolId, userPoolClientId: ClientId } = await started.server.ready
    await admin.updateUserPoolClient({ UserPoolId, ClientId, PreventUserExistenceErrors: 'LEGACY' })
    await expect(resendSignUpCode(started.context, { username })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    })
  })

  test('of a confirmed account sends nothing where existence is hidden, and does not say so', async () => {
    const started = await start()
    await confirmedUser(started)
    started.server.inbox.clear()
    expect(await resendSignUpCode(started.context, { username })).toMatchObject({ deliveryMedium: 'EMAIL' })
    expect(started.server.inbox.list()).toEqual([])
  })
})
