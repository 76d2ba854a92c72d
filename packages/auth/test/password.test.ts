import {
  confirmResetPassword,
  fetchAuthSession,
  resetPassword,
  signIn,
  signOut,
  updatePassword,
} from '@amulet/auth'
import { describe, expect, test } from 'vitest'
import {
  anotherCode,
  confirmedUser,
  json,
  lastCode,
  PASSWORD,
  type Started,
  signedInUser,
  start,
} from './start.js'

const newPassword = 'Battery-Staple-2'

describe('a forgotten password', () => {
  test('is replaced with the code that was sent to the confirmed address', async () => {
    const started = await start()
    const username = await confirmedUser(started)
    const { context, net, userPoolClientId } = started
    net.sent.length = 0
    expect(await resetPassword(context, { username, options: { clientMetadata: { a: 'b' } } })).toEqual({
      isPasswordReset: false,
      nextStep: {
        resetPasswordStep: 'CONFIRM_RESET_PASSWORD_WITH_CODE',
        codeDeliveryDetails: {
          destination: 'a***@e***',
          deliveryMedium: 'EMAIL',
          attributeName: 'email',
        },
      },
    })
    const confirmationCode = lastCode(started, username)
    const options = { clientMetadata: { c: 'd' } }
    expect(
      await confirmResetPassword(context, { username, newPassword, confirmationCode, options }),
    ).toBeUndefined()
    expect(net.sent.map(({ operation, body }) => [operation, body])).toEqual([
      ['ForgotPassword', { ClientId: userPoolClientId, Username: username, ClientMetadata: { a: 'b' } }],
      [
        'ConfirmForgotPassword',
        {
          ClientId: userPoolClientId,
          Username: username,
          ConfirmationCode: confirmationCode,
          Password: newPassword,
          ClientMetadata: { c: 'd' },
        },
      ],
    ])
    await expect(signIn(context, { username, password: PASSWORD })).rejects.toMatchObject({
      name: 'NotAuthorizedException',
    })
    expect(await signIn(context, { username, password: newPassword })).toMatchObject({ isSignedIn: true })
  })

  test('stays when the code is wrong or the new password is weak', async () => {
    const started = await start()
    const username = await confirmedUser(started)
    const { context } = started
    await resetPassword(context, { username })
    const code = lastCode(started, username)
    await expect(
      confirmResetPassword(context, { username, newPassword, confirmationCode: anotherCode(code) }),
    ).rejects.toMatchObject({ name: 'CodeMismatchException' })
    await expect(
      confirmResetPassword(context, { username, newPassword: 'short', confirmationCode: code }),
    ).rejects.toMatchObject({ name: 'InvalidPasswordException' })
    expect(await signIn(context, { username, password: PASSWORD })).toMatchObject({ isSignedIn: true })
  })

  test('stays when the code comes after an hour', async () => {
    const started = await start()
    const username = await confirmedUser(started)
    const { context, server } = started
    await resetPassword(context, { username })
    server.clock.advance(3601)
    await expect(
      confirmResetPassword(context, {
        username,
        newPassword,
        confirmationCode: lastCode(started, username),
      }),
    ).rejects.toMatchObject({ name: 'ExpiredCodeException' })
  })

  test('of an unknown user gets the same answer', async () => {
    const { context } = await start()
    expect(await resetPassword(context, { username: 'abe@example.com' })).toMatchObject({
      isPasswordReset: false,
      nextStep: { codeDeliveryDetails: { destination: 'a***@e***' } },
    })
  })

  test('is asked for even if the service does not say where the code went', async () => {
    const { context, net } = await start()
    net.faults.push(json(200, {}))
    expect(await resetPassword(context, { username: 'ada' })).toEqual({
      isPasswordReset: false,
      nextStep: { resetPasswordStep: 'CONFIRM_RESET_PASSWORD_WITH_CODE', codeDeliveryDetails: {} },
    })
  })

  test('asked for too often rejects with LimitExceededException, which is not tried again', async () => {
    const started = await start()
    const username = await confirmedUser(started)
    const { context, net } = started
    for (let i = 0; i < 5; i++) await resetPassword(context, { username })
    net.sent.length = 0
    await expect(resetPassword(context, { username })).rejects.toMatchObject({
      name: 'LimitExceededException',
      retryable: false,
    })
    expect(net.sent).toHaveLength(1)
  })

  test('does not sign the user out', async () => {
    const started = await start()
    const username = await signedInUser(started)
    const { context, events } = started
    await resetPassword(context, { username })
    await confirmResetPassword(context, {
      username,
      newPassword,
      confirmationCode: lastCode(started, username),
    })
    expect((await fetchAuthSession(context)).tokens).toBeDefined()
    expect(events).toEqual([])
  })
})

describe('updatePassword', () => {
  test('changes the password and keeps the session', async () => {
    const started = await start()
    const username = await signedInUser(started)
    const { context, net } = started
    const { tokens } = await fetchAuthSession(context)
    expect(await updatePassword(context, { oldPassword: PASSWORD, newPassword })).toBeUndefined()
    expect(net.sent.map(({ operation, body }) => [operation, body])).toEqual([
      [
        'ChangePassword',
        { AccessToken: `${tokens?.accessToken}`, PreviousPassword: PASSWORD, ProposedPassword: newPassword },
      ],
    ])
    expect(await fetchAuthSession(context, { forceRefresh: true })).toMatchObject({
      userSub: expect.stringMatching(/./),
    })
    await signOut(context)
    expect(await signIn(context, { username, password: newPassword })).toMatchObject({ isSignedIn: true })
  })

  test.each([
    ['the wrong old password', 'NotAuthorizedException', 'Wrong-Horse-1', newPassword],
    ['a weak new password', 'InvalidPasswordException', PASSWORD, 'short'],
  ])('with %s is %s, and does not sign the user out', async (_, name, oldPassword, newPassword) => {
    const started = await start()
    await signedInUser(started)
    const { context, events } = started
    await expect(updatePassword(context, { oldPassword, newPassword })).rejects.toMatchObject({
      name,
      retryable: false,
      metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/./) },
    })
    expect((await fetchAuthSession(context)).tokens).toBeDefined()
    expect(events).toEqual([])
  })
})

test.each<[string, (started: Started) => Promise<unknown>, string, string]>([
  [
    'resetPassword without a username',
    ({ context }) => resetPassword(context, { username: '' }),
    'EmptyResetPasswordUsername',
    'username is required to resetPassword',
  ],
  [
    'resetPassword without a username, before a configuration',
    () => resetPassword({ username: '' }),
    'EmptyResetPasswordUsername',
    'username is required to resetPassword',
  ],
  [
    'confirmResetPassword without anything',
    ({ context }) => confirmResetPassword(context, { username: '', newPassword: '', confirmationCode: '' }),
    'EmptyConfirmResetPasswordUsername',
    'username is required to confirmResetPassword',
  ],
  [
    'confirmResetPassword without a new password',
    ({ context }) => confirmResetPassword(context, { username: 'a', newPassword: '', confirmationCode: '' }),
    'EmptyConfirmResetPasswordNewPassword',
    'newPassword is required to confirmResetPassword',
  ],
  [
    'confirmResetPassword without a code',
    ({ context }) => confirmResetPassword(context, { username: 'a', newPassword, confirmationCode: '' }),
    'EmptyConfirmResetPasswordConfirmationCode',
    'confirmationCode is required to confirmResetPassword',
  ],
  [
    'updatePassword without the old one',
    ({ context }) => updatePassword(context, { oldPassword: '', newPassword }),
    'EmptyUpdatePassword',
    'oldPassword and newPassword are required to changePassword',
  ],
  [
    'updatePassword without the new one, before asking who is signed in',
    ({ context }) => updatePassword(context, { oldPassword: PASSWORD, newPassword: '' }),
    'EmptyUpdatePassword',
    'oldPassword and newPassword are required to changePassword',
  ],
])('%s is refused before any request', async (_, call, name, message) => {
  const started = await start()
  await expect(call(started)).rejects.toMatchObject({ name, message, retryable: false })
  expect(started.net.sent).toEqual([])
})
