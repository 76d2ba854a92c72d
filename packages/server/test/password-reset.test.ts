import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../src/db/database.js'
import { sharedDatabase } from './fresh-database.js'
import { PASSWORD, passwordSignIn, type Started, signUpAndConfirm, start } from './start.js'
import { stillClock } from './still-clock.js'

const NEW = 'Another-Horse-2'
const signIn = async ({ call, userPoolClientId }: Started, password: string) =>
  (
    await call('InitiateAuth', {
      ClientId: userPoolClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'ada@example.com', PASSWORD: password },
    })
  ).body

test('a forgotten password is replaced by a code to the verified address, once', async () => {
  const app = await start()
  await signUpAndConfirm(app)
  const ClientId = app.userPoolClientId
  const Username = 'ada@example.com'
  const asked = await app.call('ForgotPassword', { ClientId, Username })
  expect(asked.body).toEqual({
    CodeDeliveryDetails: { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'a***@e***' },
  })
  const message = app.server.inbox.last(Username)
  expect(message?.purpose).toBe('forgot-password')
  const confirm = (ConfirmationCode: string | undefined, Password = NEW) =>
    app.call('ConfirmForgotPassword', { ClientId, Username, ConfirmationCode, Password })
  const code = message?.code ?? ''
  const wrong = code === '000000' ? '000001' : '000000'
  expect((await confirm(wrong)).body.__type).toBe('CodeMismatchException')
  expect((await confirm(code, 'weakweak')).body.message).toBe(
    'Password does not conform to policy: Password must have uppercase characters',
  )
  expect((await confirm(code)).text).toBe('{}')
  expect((await confirm(code)).body).toEqual({
    __type: 'ExpiredCodeException',
    message: 'Invalid code provided, please request a code again.',
  })
  expect((await signIn(app, PASSWORD)).message).toBe('Incorrect username or password.')
  expect((await signIn(app, NEW)).AuthenticationResult.AccessToken).toBeTruthy()
})

test('a reset code is valid for an hour, and no longer', async () => {
  const app = await start({ clock: stillClock() })
  await signUpAndConfirm(app)
  const user = { ClientId: app.userPoolClientId, Username: 'ada@example.com' }
  const resetAfter = async (seconds: number, Password: string) => {
    await app.call('ForgotPassword', user)
    const ConfirmationCode = app.server.inbox.last()?.code
    app.server.clock.advance(seconds)
    return (await app.call('ConfirmForgotPassword', { ...user, ConfirmationCode, Password })).body
  }
  expect(await resetAfter(3599.999, NEW)).toEqual({})
  expect((await resetAfter(3600, 'Third-Horse-3')).__type).toBe('ExpiredCodeException')
  expect((await signIn(app, NEW)).AuthenticationResult.AccessToken).toBeTypeOf('string')
})

test('a user has one reset code at a time, and none once the password has changed', async () => {
  const app = await start()
  await signUpAndConfirm(app)
  const { userPoolClientId: ClientId, userPoolId: UserPoolId } = app
  const Username = 'ada@example.com'
  const change = (attributes: Record<string, string>) =>
    app.call('AdminUpdateUserAttributes', {
      UserPoolId,
      Username,
      UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
    })
  const askFor = async () => {
    await app.call('ForgotPassword', { ClientId, Username })
    return app.server.inbox.last()
  }
  const confirm = async (ConfirmationCode: string | undefined) =>
    (await app.call('ConfirmForgotPassword', { ClientId, Username, ConfirmationCode, Password: NEW })).body
  await change({ phone_number: '+15555550100', phone_number_verified: 'true' })
  const bySms = await askFor()
  await change({ phone_number_verified: 'false' })
  const byMail = await askFor()
  expect([bySms?.medium, byMail?.medium]).toEqual(['SMS', 'EMAIL'])
  if (bySms?.code !== byMail?.code) expect((await confirm(bySms?.code)).__type).toBe('CodeMismatchException')
  expect(await confirm(byMail?.code)).toEqual({})

  const code = (await askFor())?.code
  await app.call('AdminSetUserPassword', { UserPoolId, Username, Password: 'Temporary-1' })
  expect((await confirm(code)).__type).toBe('ExpiredCodeException')
  // Where existence is hidden, the answer is as ever, and nothing is sent.
  app.server.inbox.clear()
  expect((await app.call('ForgotPassword', { ClientId, Username })).status).toBe(200)
  expect(app.server.inbox.list()).toEqual([])
})

test('a new password does not void the reset code of another user', async () => {
  const app = await start()
  await signUpAndConfirm(app)
  await signUpAndConfirm(app, 'eve@example.com')
  const ClientId = app.userPoolClientId
  const codes = []
  for (const Username of ['ada@example.com', 'eve@example.com']) {
    await app.call('ForgotPassword', { ClientId, Username })
    codes.push([Username, app.server.inbox.last(Username)?.code])
  }
  for (const [Username, ConfirmationCode] of codes)
    expect(
      (await app.call('ConfirmForgotPassword', { ClientId, Username, ConfirmationCode, Password: NEW })).body,
    ).toEqual({})
})

test('a new password voids codes of a reset, and not those of an address', async () => {
  const app = await start()
  await signUpAndConfirm(app)
  const { AccessToken } = await passwordSignIn(app)
  const UserAttributes = [{ Name: 'email', Value: 'lovelace@example.org' }]
  await app.call('UpdateUserAttributes', { AccessToken, UserAttributes })
  const Code = app.server.inbox.last()?.code
  const passwords = { PreviousPassword: PASSWORD, ProposedPassword: NEW }
  expect((await app.call('ChangePassword', { AccessToken, ...passwords })).text).toBe('{}')
  const verify = { AccessToken, AttributeName: 'email', Code }
  expect((await app.call('VerifyUserAttribute', verify)).text).toBe('{}')
})

test.each(['ada@example.com', 'abe@elsewhere.example'])(
  'a reset does not reveal which users exist: %s',
  async (Username) => {
    const app = await start({ clock: stillClock() })
    await signUpAndConfirm(app)
    app.server.inbox.clear()
    const ClientId = app.userPoolClientId
    const confirm = async () => {
      const guess = { ClientId, Username, ConfirmationCode: '12345', Password: NEW }
      return (await app.call('ConfirmForgotPassword', guess)).body
    }
    const ask = async () => (await app.call('ForgotPassword', { ClientId, Username })).body
    const wrong = {
      __type: 'CodeMismatchException',
      message: 'Invalid verification code provided, please try again.',
    }
    const exceeded = {
      __type: 'LimitExceededException',
      message: 'Attempt limit exceeded, please try after some time.',
    }
    // Both names have the same first letters, so that the masked addresses are the same.
    const sent = {
      CodeDeliveryDetails: { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'a***@e***' },
    }
    expect(await confirm()).toEqual({
      __type: 'ExpiredCodeException',
      message: 'Invalid code provided, please request a code again.',
    })
    expect(await ask()).toEqual(sent)
    for (let i = 0; i < 14; i++) expect(await confirm()).toEqual(wrong)
    expect(await confirm()).toEqual(exceeded)
    for (let i = 0; i < 4; i++) expect(await ask()).toEqual(sent)
    expect(await ask()).toEqual(exceeded)
    expect(app.server.inbox.list()).toHaveLength(Username === 'ada@example.com' ? 5 : 0)
  },
)

test('changing the password needs the old one and keeps the session', async () => {
  const app = await start()
  await signUpAndConfirm(app)
  const { AccessToken } = await passwordSignIn(app)
  const change = (PreviousPassword: string | undefined, ProposedPassword: string) =>
    app.call('ChangePassword', { AccessToken, PreviousPassword, ProposedPassword })
  expect((await change('Wrong-Horse-1', NEW)).body.message).toBe('Incorrect username or password.')
  expect((await change(undefined, NEW)).body.message).toBe('Incorrect username or password.')
  expect((await change(PASSWORD, 'short')).body).toEqual({
    __type: 'InvalidPasswordException',
    message: 'Password does not conform to policy: Password not long enough',
  })
  expect((await change(PASSWORD, NEW)).text).toBe('{}')
  expect((await app.call('GetUser', { AccessToken })).status).toBe(200)
  expect((await signIn(app, NEW)).AuthenticationResult).toBeTruthy()
  expect((await change(NEW, PASSWORD)).status).toBe(200)
  expect((await change(PASSWORD, NEW)).body.__type).toBe('LimitExceededException')
})

test('a user without a password can choose the first one, and only that one, without a previous password', async () => {
  const database = await sharedDatabase()
  const app = await start(database)
  await signUpAndConfirm(app)
  const { AccessToken } = await passwordSignIn(app)
  const { db } = await openDatabase(database.database)
  onTestFinished(() => db.destroy())
  await db
    .updateTable('users')
    .set({ salt: null, sealed_verifier: null, srp_identity: null, password_set_at: null })
    .execute()
  const choose = (ProposedPassword: string) => app.call('ChangePassword', { AccessToken, ProposedPassword })
  expect((await choose(NEW)).text).toBe('{}')
  expect((await choose(PASSWORD)).body.message).toBe('Incorrect username or password.')
  expect((await signIn(app, NEW)).AuthenticationResult.AccessToken).toBeTypeOf('string')
})

test('a deleted user is gone: the tokens, the name and the password', async () => {
  const app = await start()
  await signUpAndConfirm(app)
  const { AccessToken, RefreshToken } = await passwordSignIn(app)
  const deleted = await app.call('DeleteUser', { AccessToken })
  expect([deleted.status, deleted.text, deleted.headers.get('content-length')]).toEqual([200, '', '0'])
  expect((await app.call('GetUser', { AccessToken })).body).toEqual({
    __type: 'UserNotFoundException',
    message: 'User does not exist.',
  })
  const refreshed = await app.call('GetTokensFromRefreshToken', {
    ClientId: app.userPoolClientId,
    RefreshToken,
  })
  expect(refreshed.body.message).toBe('Refresh Token has been revoked')
  expect((await signIn(app, PASSWORD)).message).toBe('Incorrect username or password.')
  await signUpAndConfirm(app)
  expect((await passwordSignIn(app)).AccessToken).toBeTruthy()
})
