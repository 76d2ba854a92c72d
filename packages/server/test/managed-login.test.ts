import { expect, test } from 'vitest'
import { createPool, createUser } from './admin.js'
import { CALLBACK, OAUTH_CLIENT, type OAuthStarted, redeem, startOAuth } from './oauth.js'
import { atSignIn, pageUser } from './page-user.js'
import { PASSWORD } from './start.js'
import { totp } from './totp.js'

// The pages as someone uses them whose browser runs no scripts.

const SIGN_IN = { Username: 'ada', Password: PASSWORD }
const NEW = 'Battery-Staple-2'

/** Where a user has come to: back at the application, with a code and the state. */
const arrived = expect.objectContaining({ origin: new URL(CALLBACK).origin, pathname: '/callback' })

/** Another pool, whose users sign up with their addresses, and its client. */
async function startWithAddresses(): Promise<OAuthStarted> {
  const app = await startOAuth()
  const { UserPoolId } = await createPool(app.admin, {
    AutoVerifiedAttributes: ['email'],
    UsernameAttributes: ['email'],
  })
  const { UserPoolClient } = await app.admin.createUserPoolClient({ UserPoolId, ...OAUTH_CLIENT })
  return { ...app, UserPoolId, clientId: UserPoolClient?.ClientId ?? '' }
}

test('a user signs in on one page, and the application gets a code for its state', async () => {
  const app = await startOAuth()
  const user = await atSignIn(app)
  expect(user.title()).toBe('Sign in')
  await user.submit('Sign in', SIGN_IN)
  expect(user.left).toEqual(arrived)
  expect(user.left?.searchParams.get('state')).toBe('the state')
  const { status } = await redeem(app, user.left as URL, { code_verifier: undefined })
  expect(status).toBe(200)
})

test('a wrong password and a name that does not exist get the same message, above the form, which keeps the name', async () => {
  const app = await startOAuth({ client: { PreventUserExistenceErrors: 'ENABLED' } })
  for (const Username of ['ada', 'nobody']) {
    const user = await atSignIn(app)
    await user.submit('Sign in', { Username, Password: 'Wrong-Horse-1' })
    expect(user.page.status).toBe(200)
    expect(user.alert()).toBe('Incorrect username or password.')
    expect(user.field('Username').value).toBe(Username)
    expect(user.field('Password').value).toBe('')
  }
})

test('a new user signs up, confirms the address with the code, and is signed in with the original state', async () => {
  const app = await startWithAddresses()
  const user = await atSignIn(app)
  await user.follow('Create an account')
  expect(user.title()).toBe('Sign up')
  await user.submit('Sign up', { Email: 'bob@example.com', Password: 'short' })
  expect(user.errorOf('Password')).toBe('At least 8 characters')
  expect(user.field('Email').value).toBe('bob@example.com')
  await user.submit('Sign up', { Email: 'bob@example.com', Password: NEW })
  expect(user.title()).toBe('Confirm your account')
  expect(user.text()).toContain('We sent a code to b***@e***')
  await user.submit('Confirm Account', { 'Verification code': '000000' })
  expect(user.errorOf('Verification code')).toBe('Invalid verification code provided, please try again.')
  await user.submit('Send a new code')
  expect(user.alert()).toBe('We sent a new code.')
  await user.submit('Confirm Account', {
    'Verification code': app.server.inbox.last('bob@example.com')?.code ?? '',
  })
  expect(user.left).toEqual(arrived)
  expect(user.left?.searchParams.get('state')).toBe('the state')
})

test('a new user whose code could not be sent has an account, and can have another code sent from the code page', async () => {
  const sent: string[] = []
  let isDown = true
  const app = await startOAuth({
    pool: { AutoVerifiedAttributes: ['email'] },
    async deliver({ code }) {
      if (isDown) throw new Error('no mail today')
      sent.push(code)
    },
    warn() {},
  })
  const user = await atSignIn(app, {}, '/signup')
  await user.submit('Sign up', { Username: 'grace', Email: 'grace@example.com', Password: PASSWORD })
  expect(user.title()).toBe('Confirm your account')
  const failed = 'The message could not be sent. Request a new code to try again.'
  expect(user.alert()).toBe(failed)
  expect(user.text()).not.toContain('We sent')
  await user.submit('Send a new code')
  expect(user.alert()).toBe(failed)
  isDown = false
  await user.submit('Send a new code')
  expect(user.alert()).toBe('We sent a new code.')
  await user.submit('Confirm Account', { 'Verification code': sent[0] ?? '' })
  expect(user.left?.searchParams.get('code')).toBeTruthy()
})

test('a new user for whom the function of the pool has written no message can have a message sent from the code page', async () => {
  let runs = 0
  const app = await startOAuth({
    functions: {
      letter: async (event) => {
        if (++runs === 1) throw new Error('no words today')
        return event
      },
    },
    warn() {},
    pool: {
      AutoVerifiedAttributes: ['email'],
      LambdaConfig: { CustomMessage: 'arn:aws:lambda:us-east-1:123456789012:function:letter' },
    },
  })
  const user = await atSignIn(app, {}, '/signup')
  await user.submit('Sign up', { Username: 'grace', Email: 'grace@example.com', Password: PASSWORD })
  expect(user.title()).toBe('Confirm your account')
  expect(user.alert()).toBe('The message could not be sent. Request a new code to try again.')
  await user.submit('Send a new code')
  const code = app.server.inbox.last('grace@example.com')?.code ?? ''
  await user.submit('Confirm Account', { 'Verification code': code })
  expect(user.left?.searchParams.get('code')).toBeTruthy()
})

test('a taken name is reported beside its field, and required attributes are asked for', async () => {
  const app = await startOAuth({ pool: { Schema: [{ Name: 'email', Required: true }] } })
  const user = await atSignIn(app, {}, '/signup')
  await user.submit('Sign up', { Username: 'ada', Email: 'other@example.com', Password: NEW })
  expect(user.errorOf('Username')).toBe('An account with this name exists already.')
  await user.submit('Sign up', { Username: '', Email: 'other@example.com', Password: NEW })
  expect(user.errorOf('Username')).toBe('This is needed.')
  await user.submit('Sign up', { Username: 'bob', Email: 'no address', Password: NEW })
  expect(user.alert()).toContain('Invalid email address format.')
  expect(user.field('Email').value).toBe('no address')
})

test('an attribute that breaks the schema is reported beside its field', async () => {
  const app = await startOAuth({ pool: { Schema: [{ Name: 'birthdate', Required: true }] } })
  const user = await atSignIn(app, { lang: 'de' }, '/signup')
  const signUp = { Benutzername: 'bob', Passwort: NEW }
  await user.submit('Registrieren', { ...signUp, Geburtsdatum: '1.1.90' })
  expect(user.errorOf('Geburtsdatum')).toBe('Diese Angabe ist ungültig.')
  expect(user.alert()).toBeUndefined()
  await user.submit('Registrieren', { ...signUp, Geburtsdatum: '' })
  expect(user.errorOf('Geburtsdatum')).toBe('Diese Angabe fehlt.')
  await user.submit('Registrieren', { ...signUp, Geburtsdatum: '1990-01-01' })
  expect(user.title()).toBe('Konto bestätigen')
})

test('where only administrators create users, there is no link to sign-up and no page', async () => {
  const app = await startOAuth({ pool: { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } } })
  const user = await atSignIn(app)
  expect(user.has('Create an account')).toBe(false)
  const other = await atSignIn(app, {}, '/signup')
  expect(other.title()).toBe('Sign in')
})

test('a user who has signed up elsewhere is asked for the code at the first sign-in, and signs in after it', async () => {
  const app = await startWithAddresses()
  await app.call('SignUp', { ClientId: app.clientId, Username: 'bob@example.com', Password: PASSWORD })
  const user = await atSignIn(app)
  await user.submit('Sign in', { Email: 'bob@example.com', Password: PASSWORD })
  expect(user.title()).toBe('Confirm your account')
  await user.submit('Confirm Account', {
    'Verification code': app.server.inbox.last('bob@example.com')?.code ?? '',
  })
  expect(user.title()).toBe('Sign in')
  expect(user.alert()).toBe('Your account is confirmed. You can sign in now.')
  expect(user.field('Email').value).toBe('bob@example.com')
  await user.submit('Sign in', { Password: PASSWORD })
  expect(user.left).toEqual(arrived)
})

test('a forgotten password is reset with the code, and the user is signed in at once', async () => {
  const app = await startOAuth()
  const user = await atSignIn(app)
  await user.follow('Forgot your password?')
  await user.submit('Continue', { Username: 'ada' })
  expect(user.title()).toBe('Reset your password')
  expect(user.text()).toContain('We sent a code to a***@e***')
  const code = app.server.inbox.last('ada@example.com')?.code ?? ''
  const reset = (fields: Record<string, string>) =>
    user.submit('Change Password', {
      'Verification code': code,
      'New password': NEW,
      'Confirm password': NEW,
      ...fields,
    })
  await reset({ 'Confirm password': 'Another-Staple-2' })
  expect(user.errorOf('Confirm password')).toBe('The passwords are not the same.')
  await reset({ 'New password': 'lower-case-1', 'Confirm password': 'lower-case-1' })
  expect(user.errorOf('New password')).toBe('An upper case letter')
  await reset({ 'Verification code': '000000' })
  expect(user.errorOf('Verification code')).toBe('Invalid verification code provided, please try again.')
  await reset({})
  expect(user.left).toEqual(arrived)
  const again = await atSignIn(app)
  await again.submit('Sign in', { Username: 'ada', Password: NEW })
  expect(again.left).toEqual(arrived)
})

test('a reset looks the same for a name that does not exist', async () => {
  const app = await startOAuth({ client: { PreventUserExistenceErrors: 'ENABLED' } })
  const user = await atSignIn(app, {}, '/forgotPassword')
  await user.submit('Continue', { Username: 'nobody' })
  expect(user.title()).toBe('Reset your password')
  expect(user.text()).toMatch(/We sent a code to \S+\*\*\*/)
  await user.submit('Change Password', {
    'Verification code': '123456',
    'New password': NEW,
    'Confirm password': NEW,
  })
  expect(user.errorOf('Verification code')).toBe('Invalid verification code provided, please try again.')
})

test('a user whose password an administrator has reset continues with the code', async () => {
  const app = await startOAuth()
  await app.admin.adminResetUserPassword({ UserPoolId: app.UserPoolId, Username: 'ada' })
  const user = await atSignIn(app)
  await user.submit('Sign in', SIGN_IN)
  expect(user.title()).toBe('Reset your password')
  expect(user.alert()).toContain('Your password has to be reset.')
  await user.submit('Change Password', {
    'Verification code': app.server.inbox.last('ada@example.com')?.code ?? '',
    'New password': NEW,
    'Confirm password': NEW,
  })
  expect(user.left).toEqual(arrived)
})

test('a temporary password is replaced, and the attributes that the pool requires are filled in', async () => {
  const app = await startOAuth({ pool: { Schema: [{ Name: 'given_name', Required: true }] } })
  const { UserPoolId } = app
  await app.admin.adminCreateUser({
    UserPoolId,
    Username: 'bob',
    TemporaryPassword: PASSWORD,
    MessageAction: 'SUPPRESS',
  })
  const user = await atSignIn(app)
  await user.submit('Sign in', { Username: 'bob', Password: PASSWORD })
  expect(user.title()).toBe('Choose a new password')
  await user.submit('Change Password', {
    'New password': 'short',
    'Confirm password': 'short',
    'Given name': 'Bob',
  })
  expect(user.errorOf('New password')).toBe('At least 8 characters')
  expect(user.field('Given name').value).toBe('Bob')
  await user.submit('Change Password', { 'New password': NEW, 'Confirm password': NEW })
  expect(user.left).toEqual(arrived)
  const { UserStatus } = await app.admin.adminGetUser({ UserPoolId, Username: 'bob' })
  expect(UserStatus).toBe('CONFIRMED')
})

/** Turns a second factor on, for the pool and for `ada`. */
async function withFactors(
  factors: readonly ('sms' | 'email')[],
  options: Parameters<typeof startOAuth>[0] = {},
) {
  const app = await startOAuth(options)
  const { UserPoolId, admin } = app
  await admin.setUserPoolMfaConfig({
    UserPoolId,
    MfaConfiguration: 'OPTIONAL',
    SmsMfaConfiguration: { SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::000000000000:role/sns' } },
    EmailMfaConfiguration: {},
    SoftwareTokenMfaConfiguration: { Enabled: true },
  })
  await admin.adminUpdateUserAttributes({
    UserPoolId,
    Username: 'ada',
    UserAttributes: [
      { Name: 'phone_number', Value: '+14155550123' },
      { Name: 'phone_number_verified', Value: 'true' },
    ],
  })
  await admin.adminSetUserMFAPreference({
    UserPoolId,
    Username: 'ada',
    ...(factors.includes('sms') && { SMSMfaSettings: { Enabled: true } }),
    ...(factors.includes('email') && { EmailMfaSettings: { Enabled: true } }),
  })
  return app
}

test.each([
  ['sms', 'Check your phone', '+14155550123'],
  ['email', 'Check your email', 'ada@example.com'],
] as const)('a second factor by %s is asked for on a page of its own', async (factor, title, address) => {
  const app = await withFactors([factor])
  const user = await atSignIn(app)
  await user.submit('Sign in', SIGN_IN)
  expect(user.title()).toBe(title)
  expect(user.text()).toContain('It expires in 3 minutes.')
  await user.submit('Continue', { 'Verification code': '000000' })
  expect(user.errorOf('Verification code')).toBe('Invalid verification code provided, please try again.')
  const code = app.server.inbox.last(address)?.code ?? ''
  await user.submit('Continue', { 'Verification code': `${code.slice(0, 3)} ${code.slice(3)}` })
  expect(user.left).toEqual(arrived)
})

test('a user of several second factors chooses one', async () => {
  const app = await withFactors(['sms', 'email'])
  const user = await atSignIn(app)
  await user.submit('Sign in', SIGN_IN)
  expect(user.title()).toBe('Choose how to verify that it is you')
  await user.submit('Continue', { Email: 'on' })
  expect(user.title()).toBe('Check your email')
  expect(user.text()).toContain('We sent a code to a***@e***')
  await user.submit('Continue', { 'Verification code': app.server.inbox.last('ada@example.com')?.code ?? '' })
  expect(user.left).toEqual(arrived)
})

test.each([
  ['sms', '+14155550123'],
  ['email', 'ada@example.com'],
] as const)('a code by %s can be sent again, and then only the new one is valid', async (factor, address) => {
  const app = await withFactors([factor])
  const user = await atSignIn(app)
  await user.submit('Sign in', SIGN_IN)
  expect(user.has('Try another way')).toBe(false)
  const first = app.server.inbox.last(address)?.code ?? ''
  await user.submit('Send a new code')
  expect(user.alert()).toBe('We sent a new code.')
  await user.submit('Continue', { 'Verification code': first })
  expect(user.errorOf('Verification code')).toBe('Invalid verification code provided, please try again.')
  await user.submit('Continue', { 'Verification code': app.server.inbox.last(address)?.code ?? '' })
  expect(user.left).toEqual(arrived)
})

test('an address gets so many codes of a second factor, and the last of them still signs in', async () => {
  const app = await withFactors(['email'], { messageLimits: { destination: { perHour: 1 } } })
  const user = await atSignIn(app)
  await user.submit('Sign in', SIGN_IN)
  const codes = () => app.server.inbox.list('ada@example.com')
  for (const sent of [2, 3]) {
    await user.submit('Send a new code')
    expect(user.alert()).toBe('We sent a new code.')
    expect(codes()).toHaveLength(sent)
  }
  await user.submit('Send a new code')
  expect(user.alert()).toBe('Attempt limit exceeded, please try after some time.')
  expect(codes()).toHaveLength(3)
  await user.submit('Continue', { 'Verification code': codes()[0]?.code ?? '' })
  expect(user.left).toEqual(arrived)
})

test('no new code is sent to a number that the user no longer has', async () => {
  const app = await withFactors(['sms'])
  const { UserPoolId, admin } = app
  const user = await atSignIn(app)
  await user.submit('Sign in', SIGN_IN)
  expect(app.server.inbox.list('+14155550123')).toHaveLength(1)
  await admin.setUserPoolMfaConfig({
    UserPoolId,
    MfaConfiguration: 'ON',
    SmsMfaConfiguration: { SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::000000000000:role/sns' } },
  })
  await admin.adminUpdateUserAttributes({
    UserPoolId,
    Username: 'ada',
    UserAttributes: [{ Name: 'phone_number', Value: '' }],
  })
  await user.submit('Send a new code')
  expect(user.left).toBeUndefined()
  expect(app.server.inbox.list('+14155550123')).toHaveLength(1)
})

test('new codes do not allow more guesses', async () => {
  const app = await withFactors(['email'])
  const user = await atSignIn(app)
  await user.submit('Sign in', SIGN_IN)
  for (let guess = 0; guess < 10; guess++) {
    await user.submit('Continue', { 'Verification code': '00000x' })
    expect(user.errorOf('Verification code')).toBe('Invalid verification code provided, please try again.')
    if (guess % 3 === 0) await user.submit('Send a new code')
  }
  await user.submit('Continue', { 'Verification code': app.server.inbox.last('ada@example.com')?.code ?? '' })
  expect(user.errorOf('Verification code')).toBe('Password attempts exceeded')
})

test('a user who has chosen a second factor can choose another, and signs in once', async () => {
  const app = await withFactors(['sms', 'email'])
  const user = await atSignIn(app)
  await user.submit('Sign in', SIGN_IN)
  await user.submit('Continue', { Email: 'on' })
  const byEmail = app.server.inbox.last('ada@example.com')?.code ?? ''
  await user.submit('Try another way')
  expect(user.title()).toBe('Choose how to verify that it is you')
  await user.submit('Continue', { 'Text message': 'on' })
  expect(user.title()).toBe('Check your phone')
  await user.submit('Continue', { 'Verification code': byEmail })
  expect(user.errorOf('Verification code')).toBe('Invalid verification code provided, please try again.')
  await user.submit('Continue', { 'Verification code': app.server.inbox.last('+14155550123')?.code ?? '' })
  expect(user.left).toEqual(arrived)
})

test('a user who prefers a second factor is asked for that one, whatever is posted', async () => {
  const app = await withFactors(['sms', 'email'])
  const preferred = { Enabled: true, PreferredMfa: true }
  const { UserPoolId } = app
  await app.admin.adminSetUserMFAPreference({ UserPoolId, Username: 'ada', EmailMfaSettings: preferred })
  for (const choice of ['', 'sms', 'totp', 'toString']) {
    const user = await atSignIn(app)
    await user.submit('Sign in', SIGN_IN)
    expect(user.title()).toBe('Check your email')
    expect(user.has('Try another way')).toBe(false)
    await user.post({ choice })
    expect(user.title()).toMatch(/^(Check your email|Sign in)$/)
    // A value that names no factor is ignored, and the sign-in goes on.
    if (['', 'toString'].includes(choice))
      expect([user.title(), user.alert()]).toEqual(['Check your email', undefined])
  }
  expect(app.server.inbox.list('+14155550123')).toEqual([])
})

test('no code is sent again for a sign-in that a new password has ended', async () => {
  const app = await withFactors(['email'])
  const user = await atSignIn(app)
  await user.submit('Sign in', SIGN_IN)
  const { UserPoolId } = app
  await app.admin.adminSetUserPassword({ UserPoolId, Username: 'ada', Password: NEW, Permanent: true })
  const before = app.server.inbox.list().length
  await user.submit('Send a new code')
  expect(user.title()).toBe('Sign in')
  expect(user.alert()).toBe('This sign-in has ended. Please sign in again.')
  expect(app.server.inbox.list()).toHaveLength(before)
})

test('a sign-in that an administrator has ended is reported as ended, and not as too slow', async () => {
  const ended = 'This sign-in has ended. Please sign in again.'
  const ada = { UserPoolId: '', Username: 'ada' }
  const another = [{ Name: 'email', Value: 'lovelace@example.com' }]
  for (const end of ['sign-out', 'address', 'deletion', 'time'] as const) {
    const app = await withFactors(['email'])
    const user = await atSignIn(app)
    await user.submit('Sign in', SIGN_IN)
    const code = app.server.inbox.last('ada@example.com')?.code ?? ''
    ada.UserPoolId = app.UserPoolId
    if (end === 'sign-out') await app.admin.adminUserGlobalSignOut(ada)
    if (end === 'address') await app.admin.adminUpdateUserAttributes({ ...ada, UserAttributes: another })
    if (end === 'deletion') await app.admin.adminDeleteUser(ada)
    if (end === 'time') app.server.clock.advance(181)
    await user.submit('Continue', { 'Verification code': code })
    const told = end === 'time' ? 'This took too long. Please sign in again.' : ended
    expect([end, user.title(), user.alert()]).toEqual([end, 'Sign in', told])
    expect(user.field('Username').value).toBe('ada')
  }
})

/** A pool that requires a second factor of users who have none. */
async function withSetUp(...factors: readonly ('totp' | 'email')[]) {
  const app = await startOAuth()
  await app.admin.setUserPoolMfaConfig({
    UserPoolId: app.UserPoolId,
    MfaConfiguration: 'ON',
    SoftwareTokenMfaConfiguration: { Enabled: factors.includes('totp') },
    ...(factors.includes('email') && { EmailMfaConfiguration: {} }),
  })
  return app
}

test('an authenticator app is set up with the key on the page, and asked for at the next sign-in', async () => {
  const app = await withSetUp('totp')
  const user = await atSignIn(app)
  await user.submit('Sign in', SIGN_IN)
  expect(user.title()).toBe('Set up your authenticator app')
  // The code to be scanned has some hundred rows of dark modules.
  expect(user.page.text).toMatch(/<path d="M[^"]{500,}"/)
  expect(user.page.text).toContain('<svg class="qr"')
  const [, key = ''] = /<p class="key">([^<]*)/.exec(user.page.text) ?? []
  const secret = key.replace(/\s/g, '')
  await user.open(user.path)
  expect(user.text()).toContain(key)
  await user.submit('Continue', { 'Verification code': '000000' })
  expect(user.errorOf('Verification code')).toBe('Invalid verification code provided, please try again.')
  expect(user.text()).toContain(key)
  const code = () => totp(secret, app.server.clock.now())
  // As apps show it. The field does not cut off what is pasted.
  expect(user.field('Verification code').hasAttribute('maxlength')).toBe(false)
  await user.submit('Continue', { 'Verification code': code().replace(/...$/, ' $&') })
  expect(user.left).toEqual(arrived)

  const again = await atSignIn(app, { prompt: 'login' })
  await again.submit('Sign in', SIGN_IN)
  expect(again.title()).toBe('Enter the code of your app')
  expect(again.has('Send a new code')).toBe(false)
  await again.submit('Continue', { 'Verification code': code() })
  expect(again.errorOf('Verification code')).toBe('Your software token has already been used once.')
  app.server.clock.advance(30)
  await again.submit('Continue', { 'Verification code': code() })
  expect(again.left).toEqual(arrived)
})

test.each(['totp', 'email'] as const)(
  'a set-up of %s that takes too long leads back to the first page',
  async (factor) => {
    const app = await withSetUp(factor)
    await createUser(app.admin, app.UserPoolId, 'bob')
    const user = await atSignIn(app)
    await user.submit('Sign in', { Username: 'bob', Password: PASSWORD })
    const [, key = ''] = /<p class="key">([^<]*)/.exec(user.page.text) ?? []
    app.server.clock.advance(200)
    const code = () => totp(key.replace(/\s/g, ''), app.server.clock.now())
    await user.submit(
      'Continue',
      factor === 'totp' ? { 'Verification code': code() } : { Email: 'bob@example.com' },
    )
    expect(user.title()).toBe('Sign in')
    expect(user.alert()).toBe('This took too long. Please sign in again.')
    expect(app.server.inbox.list('bob@example.com')).toEqual([])
  },
)

test('a user who may choose what to set up can change the choice', async () => {
  const app = await withSetUp('totp', 'email')
  await createUser(app.admin, app.UserPoolId, 'bob')
  const user = await atSignIn(app)
  await user.submit('Sign in', { Username: 'bob', Password: PASSWORD })
  expect(user.title()).toBe('Set up two-step verification')
  await user.submit('Continue', { 'Authenticator app': 'on' })
  expect(user.title()).toBe('Set up your authenticator app')
  await user.submit('Try another way')
  await user.submit('Continue', { Email: 'on' })
  expect(user.title()).toBe('Add your email address')
  await user.submit('Continue', { Email: 'no address' })
  expect(user.errorOf('Email')).toContain('Invalid email address format.')
  await user.submit('Continue', { Email: 'bob@example.com' })
  expect(user.title()).toBe('Check your email')
  await user.submit('Send a new code')
  expect(user.alert()).toBe('We sent a new code.')
  await user.submit('Continue', { 'Verification code': app.server.inbox.last('bob@example.com')?.code ?? '' })
  expect(user.left).toEqual(arrived)
})

test('an address that was mistyped in a set-up can be corrected', async () => {
  const app = await withSetUp('email')
  await createUser(app.admin, app.UserPoolId, 'bob')
  const user = await atSignIn(app)
  await user.submit('Sign in', { Username: 'bob', Password: PASSWORD })
  await user.submit('Continue', { Email: 'bbo@example.com' })
  await user.submit('Back')
  expect(user.title()).toBe('Add your email address')
  await user.submit('Continue', { Email: 'bob@example.com' })
  await user.submit('Continue', { 'Verification code': app.server.inbox.last('bbo@example.com')?.code ?? '' })
  expect(user.errorOf('Verification code')).toBe('Invalid verification code provided, please try again.')
  await user.submit('Continue', { 'Verification code': app.server.inbox.last('bob@example.com')?.code ?? '' })
  expect(user.left).toEqual(arrived)
})

/** A pool and a client that leave the choice of how to begin to the user. */
const withChoice = (client: object = {}) =>
  startOAuth({
    pool: {
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
      AutoVerifiedAttributes: ['email'],
    },
    client: { ExplicitAuthFlows: ['ALLOW_USER_AUTH'], ...client },
  })

test('where the client lets users choose, the first page asks for the name, and the next one for the password', async () => {
  const user = await atSignIn(await withChoice())
  expect(user.has('Password')).toBe(false)
  await user.submit('Next', { Username: 'ada' })
  expect(user.title()).toBe('Enter your password')
  await user.submit('Continue', { Password: 'Wrong-Horse-1' })
  expect(user.alert()).toBe('Incorrect username or password.')
  await user.submit('Continue', { Password: PASSWORD })
  expect(user.left).toEqual(arrived)
})

test('a user can choose a code by e-mail instead of the password, and have it sent again', async () => {
  const app = await withChoice()
  const user = await atSignIn(app)
  await user.submit('Next', { Username: 'ada' })
  await user.follow('Try another way')
  expect(user.title()).toBe('Choose a sign-in method')
  await user.submit('Continue', { 'Email one-time password': 'on' })
  expect(user.title()).toBe('Check your email')
  const first = app.server.inbox.last('ada@example.com')?.code ?? ''
  await user.submit('Send a new code')
  expect(user.alert()).toBe('We sent a new code.')
  await user.submit('Continue', { 'Verification code': first })
  expect(user.errorOf('Verification code')).toBe('Invalid verification code provided, please try again.')
  await user.follow('Try another way')
  await user.submit('Continue', { 'Email one-time password': 'on' })
  await user.submit('Continue', { 'Verification code': app.server.inbox.last('ada@example.com')?.code ?? '' })
  expect(user.left).toEqual(arrived)
})

test('a name that does not exist is offered a choice too, and every answer is wrong', async () => {
  const user = await atSignIn(await withChoice({ PreventUserExistenceErrors: 'ENABLED' }))
  await user.submit('Next', { Username: 'nobody' })
  expect(['Enter your password', 'Check your email']).toContain(user.title())
})

test('a refusal of a function is reported to the application at a sign-in, and to the user where the user can correct it', async () => {
  const arn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`
  const app = await startOAuth({
    functions: {
      async refuse(event: { triggerSource: string }) {
        if (event.triggerSource !== 'PreSignUp_AdminCreateUser') throw new Error('Not today')
        return event
      },
      async migrate() {
        throw new Error('Bad password')
      },
    },
    pool: {
      LambdaConfig: {
        PreAuthentication: arn('refuse'),
        PreSignUp: arn('refuse'),
        UserMigration: arn('migrate'),
      },
    },
  })
  const user = await atSignIn(app)
  await user.submit('Sign in', SIGN_IN)
  expect(user.left).toEqual(arrived)
  expect(Object.fromEntries(user.left?.searchParams ?? [])).toMatchObject({
    error: 'invalid_request',
    error_description: 'PreAuthentication failed with error Not today.',
    state: 'the state',
  })
  const unknown = await atSignIn(app)
  await unknown.submit('Sign in', { Username: 'nobody', Password: PASSWORD })
  expect(unknown.alert()).toBe('UserMigration failed with error Bad password.')
  const newcomer = await atSignIn(app, {}, '/signup')
  await newcomer.submit('Sign up', { Username: 'bob', Password: PASSWORD })
  expect(newcomer.alert()).toBe('PreSignUp failed with error Not today.')
})

test('an expired challenge leads back to the first page, which says so and has the name', async () => {
  const app = await withFactors(['email'])
  const user = await atSignIn(app)
  await user.submit('Sign in', SIGN_IN)
  const code = app.server.inbox.last('ada@example.com')?.code ?? ''
  app.server.clock.advance(200)
  await user.submit('Continue', { 'Verification code': code })
  expect(user.title()).toBe('Sign in')
  expect(user.alert()).toBe('This took too long. Please sign in again.')
  expect(user.field('Username').value).toBe('ada')
  // It is said once.
  await user.open(user.path)
  expect(user.alert()).toBeUndefined()
})

test('a page of a later step leads to the present step of the sign-in, or to the first page without one', async () => {
  const app = await withFactors(['email'])
  const user = await atSignIn(app)
  for (const path of [
    '/mfa',
    '/mfa/register',
    '/login/factor',
    '/login/choose',
    '/changePassword',
    '/confirm',
  ]) {
    const other = await atSignIn(app, {}, path)
    expect(other.title()).toBe('Sign in')
  }
  const reset = await atSignIn(app, {}, '/confirmForgotPassword')
  expect(reset.title()).toBe('Forgot your password?')
  await user.submit('Sign in', SIGN_IN)
  const search = user.path.slice(user.path.indexOf('?'))
  await user.open(`/changePassword${search}`)
  expect(user.title()).toBe('Check your email')
})

test('a browser that has signed in is offered to continue as the same user', async () => {
  const app = await startOAuth()
  const user = await atSignIn(app)
  await user.submit('Sign in', SIGN_IN)
  const { path } = user
  await user.open(`${path}&prompt=select_account`)
  expect(user.title()).toBe('Sign in')
  await user.submit('Sign In as ada')
  expect(user.left?.searchParams.has('code')).toBe(true)
  await user.open(`${path}&prompt=login`)
  expect(user.has('Sign In as ada')).toBe(false)
})

test('a page that offers to continue as one user does not continue as another one who has signed in since', async () => {
  const app = await startOAuth()
  await createUser(app.admin, app.UserPoolId, 'bob')
  const user = await atSignIn(app)
  await user.submit('Sign in', SIGN_IN)
  const { path } = user
  await user.open(`${path}&prompt=select_account`)
  const login = await user.browser.get(`${path}&prompt=login`)
  const asBob = await user.browser.submit(login, { username: 'bob', password: PASSWORD })
  expect(asBob.location).toContain('code=')
  const before = user.left?.href
  await user.submit('Sign In as ada')
  expect(user.alert()).toBe('This page was open for too long. Please try again.')
  expect(user.left?.href).toBe(before)
  await user.submit('Sign In as bob')
  expect(user.left?.href).not.toBe(before)
  expect(user.left?.searchParams.has('code')).toBe(true)
})

test('a name that the application sends along is in the field', async () => {
  const user = await atSignIn(await startOAuth(), { login_hint: 'ada' })
  expect(user.field('Username').value).toBe('ada')
})

test.each([
  ['de', 'Anmelden', 'Benutzername oder Passwort ist falsch.', ['Benutzername', 'Passwort']],
  [
    'fr',
    'Se connecter',
    'Nom d’utilisateur ou mot de passe incorrect.',
    ['Nom d’utilisateur', 'Mot de passe'],
  ],
  [
    'es',
    'Iniciar sesión',
    'Nombre de usuario o contraseña incorrectos.',
    ['Nombre de usuario', 'Contraseña'],
  ],
  ['ja', 'サインイン', 'ユーザー名またはパスワードが正しくありません。', ['ユーザー名', 'パスワード']],
] as const)(
  'the pages are in %s where that is requested, and remember it',
  async (lang, title, wrong, [name, password]) => {
    const app = await startOAuth()
    const user = await atSignIn(app, { lang })
    expect(user.title()).toBe(title)
    expect(user.page.text).toContain(`<html lang="${lang}">`)
    await user.submit(title, { [name]: 'ada', [password]: 'Wrong-Horse-1' })
    expect(user.alert()).toBe(wrong)
    await user.open(user.path.replace(/&lang=\w+/, ''))
    expect(user.title()).toBe(title)
  },
)

test('mistakes of users are reported in the language of the page, and in English in the words of the service', async () => {
  const app = await startOAuth({
    pool: { AliasAttributes: ['email'], Schema: [{ Name: 'email', Required: true }] },
  })
  const german = await atSignIn(app, { lang: 'de' }, '/signup')
  const signUp = { Benutzername: 'bob', 'E-Mail': 'keine', Passwort: NEW }
  await german.submit('Registrieren', signUp)
  expect(german.alert()).toBe('Das ist keine gültige E-Mail-Adresse.')
  await german.submit('Registrieren', {
    ...signUp,
    Benutzername: 'bob@example.com',
    'E-Mail': 'b@example.com',
  })
  expect(german.alert()).toBe('Der Benutzername darf keine E-Mail-Adresse oder Telefonnummer sein.')
  await german.open(german.path.replace('/signup', '/forgotPassword'))
  await german.submit('Weiter', { Benutzername: 'nobody' })
  expect(german.alert()).toBe('Es gibt kein Konto mit diesem Namen.')
  const english = await atSignIn(app, {}, '/forgotPassword')
  await english.submit('Continue', { Username: 'nobody' })
  expect(english.alert()).toBe('Username/client id combination not found.')
})

test('by default the pages are in a language of the browser', async () => {
  const app = await startOAuth()
  const { path } = await atSignIn(app)
  const { browser } = pageUser(app)
  const page = await browser.get(path, { 'accept-language': 'pt, fr-CA;q=0.8, de;q=0.9' })
  expect(page.text).toContain('<html lang="de">')
})
