import { expect, test } from 'vitest'
import { PASSWORD, passwordSignIn, signUpAndConfirm, start } from './start.js'
import { stillClock } from './still-clock.js'

test('a new user is unconfirmed, gets a code by mail, confirms and signs in', async () => {
  const app = await start()
  const ClientId = app.userPoolClientId
  const signedUp = await app.call('SignUp', { ClientId, Username: 'ada@example.com', Password: PASSWORD })
  expect(signedUp.status).toBe(200)
  expect(signedUp.body).toEqual({
    UserConfirmed: false,
    UserSub: expect.stringMatching(/^[0-9a-f-]{36}$/),
    CodeDeliveryDetails: { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'a***@e***' },
  })
  const early = await app.call('InitiateAuth', {
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'ada@example.com', PASSWORD },
  })
  expect(early.body).toEqual({ __type: 'UserNotConfirmedException', message: 'User is not confirmed.' })

  const code = app.server.inbox.last('ada@example.com')?.code
  expect(code).toMatch(/^\d{6}$/)
  const confirmed = await app.call('ConfirmSignUp', {
    ClientId,
    Username: 'ada@example.com',
    ConfirmationCode: code,
  })
  expect(confirmed.body).toEqual({})
  const { AccessToken } = await passwordSignIn(app)
  const user = await app.call('GetUser', { AccessToken })
  expect(user.body.UserAttributes).toEqual([
    { Name: 'sub', Value: signedUp.body.UserSub },
    { Name: 'email', Value: 'ada@example.com' },
    { Name: 'email_verified', Value: 'true' },
  ])
})

test('a code that is requested again has the text of the first message', async () => {
  const app = await start({ clock: stillClock() })
  const user = { ClientId: app.userPoolClientId, Username: 'ada@example.com' }
  await app.call('SignUp', { ...user, Password: PASSWORD })
  const first = app.server.inbox.last()
  await app.call('ResendConfirmationCode', user)
  const again = app.server.inbox.last()
  expect(again).toEqual({
    ...first,
    id: expect.any(String),
    purpose: 'resend-code',
    code: expect.stringMatching(/^\d{6}$/),
    body: first?.body.replace(first.code ?? '', again?.code ?? ''),
  })
})

test('a code is valid to the end of its 24 hours', async () => {
  const app = await start({ clock: stillClock() })
  const user = { ClientId: app.userPoolClientId, Username: 'ada@example.com' }
  await app.call('SignUp', { ...user, Password: PASSWORD })
  const ConfirmationCode = app.server.inbox.last()?.code
  app.server.clock.advance(24 * 3600 - 0.001)
  expect((await app.call('ConfirmSignUp', { ...user, ConfirmationCode })).text).toBe('{}')
})

test('a code works once, and not after 24 hours', async () => {
  const app = await start()
  const ClientId = app.userPoolClientId
  await app.call('SignUp', { ClientId, Username: 'ada@example.com', Password: PASSWORD })
  const ConfirmationCode = app.server.inbox.last()?.code
  app.server.clock.advance(24 * 3600)
  const late = await app.call('ConfirmSignUp', { ClientId, Username: 'ada@example.com', ConfirmationCode })
  expect(late.body).toEqual({
    __type: 'ExpiredCodeException',
    message: 'Invalid code provided, please request a code again.',
  })
  await app.call('ResendConfirmationCode', { ClientId, Username: 'ada@example.com' })
  const fresh = app.server.inbox.last()?.code
  await app.call('ConfirmSignUp', { ClientId, Username: 'ada@example.com', ConfirmationCode: fresh })
  const again = await app.call('ConfirmSignUp', {
    ClientId,
    Username: 'ada@example.com',
    ConfirmationCode: fresh,
  })
  expect(again.body).toEqual({
    __type: 'NotAuthorizedException',
    message: 'User cannot be confirmed. Current status is CONFIRMED',
  })
})

test('a wrong code is refused, and after fifteen every code is', async () => {
  const app = await start()
  const ClientId = app.userPoolClientId
  await app.call('SignUp', { ClientId, Username: 'ada@example.com', Password: PASSWORD })
  const right = app.server.inbox.last()?.code ?? ''
  const wrong = right === '000000' ? '000001' : '000000'
  const confirm = (ConfirmationCode: string) =>
    app.call('ConfirmSignUp', { ClientId, Username: 'ada@example.com', ConfirmationCode })
  for (let attempt = 0; attempt < 15; attempt++)
    expect((await confirm(wrong)).body.message).toBe('Invalid verification code provided, please try again.')
  expect((await confirm(right)).body).toEqual({
    __type: 'LimitExceededException',
    message: 'Attempt limit exceeded, please try after some time.',
  })
})

test('an address can be signed up only once, whatever its case', async () => {
  const app = await start()
  await signUpAndConfirm(app)
  const again = await app.call('SignUp', {
    ClientId: app.userPoolClientId,
    Username: 'ADA@example.com',
    Password: PASSWORD,
  })
  expect(again.body).toEqual({ __type: 'UsernameExistsException', message: 'User already exists' })
})

test.each([
  ['short1A!', 'x', 'Password not long enough'],
  ['lower', 'lower-case-1', 'Password must have uppercase characters'],
  ['upper', 'UPPER-CASE-1', 'Password must have lowercase characters'],
  ['digits', 'No-Digits-Here', 'Password must have numeric characters'],
  ['symbols', 'NoSymbols123', 'Password must have symbol characters'],
])(
  'a password that breaks the policy is refused with the rule it breaks: %s',
  async (_, password, reason) => {
    const app = await start()
    const { body } = await app.call('SignUp', {
      ClientId: app.userPoolClientId,
      Username: 'ada@example.com',
      Password: password === 'x' ? 'Sh0rt!a' : password,
    })
    expect(body).toEqual({
      __type: 'InvalidPasswordException',
      message: `Password did not conform with policy: ${reason}`,
    })
  },
)

test('broken constraints are reported together and sensitive values are not echoed', async () => {
  const app = await start()
  const { status, body, headers } = await app.call('SignUp', {
    ClientId: app.userPoolClientId,
    Username: '',
    Password: PASSWORD,
    UserAttributes: [{ Name: '', Value: 'secret' }],
  })
  expect(status).toBe(400)
  expect(body.message).toBe(
    String.raw`4 validation errors detected: Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+; Value at 'username' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '' at 'userAttributes.1.member.name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+; Value '' at 'userAttributes.1.member.name' failed to satisfy constraint: Member must have length greater than or equal to 1`,
  )
  expect(headers.get('x-amzn-errortype')).toBe('InvalidParameterException:')
  expect(headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/)
})
