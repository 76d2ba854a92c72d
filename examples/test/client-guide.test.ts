import { readFileSync } from 'node:fs'
import * as auth from '@amulet/auth'
import {
  type AuthHubEventData,
  configure,
  confirmSignIn,
  confirmSignUp,
  createMemoryStorage,
  type SignInOutput,
  signIn,
  signOut,
  signUp,
  updateMFAPreference,
  updateUserAttribute,
} from '@amulet/auth'
import {
  type AmuletServer,
  createServer,
  defineConfig,
  type FunctionHandler,
  type ServerOptions,
} from '@amulet/server'
import { addPasskey, createPasskey, installAuthenticator, totpCode } from '@amulet/server/testing'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { openPage } from '../../packages/auth/test/redirect.js'
import { openBrowser } from '../../packages/server/test/browser-session.js'
import { blocksIn, pages, path } from './pages.js'
import { blockRunner } from './run-block.js'

// The guide to the client: each block runs against a server whose pool makes the step happen that the block is about.

const PAGE = 'docs/client.md'
const username = 'ada@example.com'
const password = 'Correct-horse-1'
const newPassword = 'Battery-staple-2'
const done = { isSignedIn: true, nextStep: { signInStep: 'DONE' } }

const { run: runBlock, ran } = blockRunner()
const run = (words: string, url = '') => runBlock(PAGE, words, url)

type Pool = NonNullable<NonNullable<ServerOptions['config']>['userPools']>[number]

/** A server with such a pool, in which Ada has an account, and the client configured for it. */
async function startWith(pool: Partial<Pool> = {}, functions: Record<string, FunctionHandler> = {}) {
  const config = defineConfig({
    userPools: [
      {
        PoolName: 'Guide',
        UsernameAttributes: ['email'],
        AutoVerifiedAttributes: ['email'],
        clients: [
          {
            ClientName: 'Web',
            ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_USER_AUTH', 'ALLOW_CUSTOM_AUTH'],
          },
        ],
        users: [
          {
            Username: username,
            Password: password,
            UserAttributes: [{ Name: 'email_verified', Value: 'true' }],
          },
        ],
        ...pool,
      },
    ],
  })
  const server = createServer({ config, functions })
  onTestFinished(() => server.close())
  const { userPoolId, userPoolClientId } = await server.ready
  configure(
    { Auth: { Cognito: { userPoolId, userPoolClientId } } },
    { fetch: server.fetch, clock: server.clock.now, storage: createMemoryStorage() },
  )
  return {
    server,
    userPoolId,
    codeTo: (address: string) => server.inbox.last(address)?.code ?? '',
    /** What an administrator does. */
    admin: (operation: string, input: object) =>
      administer(server, operation, { UserPoolId: userPoolId, ...input }),
  }
}

async function administer(server: AmuletServer, operation: string, input: object): Promise<void> {
  const response = await server.fetch(
    new Request('http://localhost/', {
      method: 'POST',
      headers: { 'x-amz-target': `AWSCognitoIdentityProviderService.${operation}` },
      body: JSON.stringify(input),
    }),
  )
  expect(response.status, await response.clone().text()).toBe(200)
}

const wrong = (code: string) => (code === '000000' ? '111111' : '000000')

const secondFactors = {
  MfaConfiguration: 'OPTIONAL',
  SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::000000000000:role/sms' },
  SoftwareTokenMfaConfiguration: { Enabled: true },
  EmailMfaConfiguration: { Subject: 'Your code', Message: 'Your code is {####}.' },
} as const satisfies Partial<Pool>

// A block that calls `configure` gives it no options, and gets those of the call before.
beforeEach(() => configure({}, { storage: createMemoryStorage() }))

test('the client is configured for the pool of amulet dev', async () => {
  const server = createServer()
  onTestFinished(() => server.close())
  const { url } = await server.listen()
  await run("from '@amulet/auth'\n\nconfigure({", url)
  await signUp({ username, password })
  expect(server.inbox.list(username)).toHaveLength(1)
})

test('a user signs up, asks for another code, and is signed in by it', async () => {
  const { codeTo } = await startWith()
  const { register, submitSignUpCode, sendAnotherCode } = await run('export async function register')
  const grace = 'grace@example.com'
  expect(await register(grace, password)).toBe('/confirm?sent-to=g***@e***')
  expect(await sendAnotherCode(grace)).toBe('We sent another code to g***@e***.')
  const code = codeTo(grace)
  await expect(submitSignUpCode(grace, wrong(code))).rejects.toMatchObject({ name: 'CodeMismatchException' })
  expect(await submitSignUpCode(grace, code)).toBe('/')
  expect(await auth.getCurrentUser()).toMatchObject({ signInDetails: { loginId: grace } })
})

test('a sign-up whose time for the automatic sign-in is over ends on the sign-in page', async () => {
  const { server, codeTo } = await startWith()
  const { register, submitSignUpCode } = await run('export async function register')
  await register('grace@example.com', password)
  server.clock.advance(4 * 60)
  expect(await submitSignUpCode('grace@example.com', codeTo('grace@example.com'))).toBe('/sign-in')
})

test('a password signs a user in, and a wrong one is reported', async () => {
  await startWith()
  const { submitPassword } = await run('export async function submitPassword')
  expect(await submitPassword(username, newPassword)).toBe('The username or password is wrong.')
  expect(await submitPassword(username, password)).toBe('signed in')
  await expect(submitPassword(username, password)).rejects.toMatchObject({
    name: 'UserAlreadyAuthenticatedException',
  })
})

test('CONFIRM_SIGN_UP: the account is confirmed, and the user signs in', async () => {
  const { codeTo } = await startWith()
  const { sendSignUpCode, confirmAndEnter } = await run('confirmAndEnter')
  const grace = 'grace@example.com'
  await signUp({ username: grace, password })
  expect((await signIn({ username: grace, password })).nextStep).toEqual({ signInStep: 'CONFIRM_SIGN_UP' })
  await sendSignUpCode(grace)
  expect(await confirmAndEnter(grace, password, codeTo(grace))).toEqual(done)
})

test('RESET_PASSWORD: the code of the administrator sets a new password', async () => {
  const { admin, codeTo } = await startWith()
  await admin('AdminResetUserPassword', { Username: username })
  expect((await signIn({ username, password })).nextStep).toEqual({ signInStep: 'RESET_PASSWORD' })
  const { submitNewPassword } = await run('export async function submitNewPassword')
  expect(await submitNewPassword(username, codeTo(username), newPassword)).toEqual(done)
})

test('CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED: the user chooses a password, and fills in a name', async () => {
  const { admin, codeTo } = await startWith({
    Schema: [{ Name: 'name', Required: true, Mutable: true }],
    users: [],
  })
  await admin('AdminCreateUser', {
    Username: username,
    UserAttributes: [{ Name: 'email', Value: username }],
    DesiredDeliveryMediums: ['EMAIL'],
  })
  const { fieldsOf, submitFirstPassword } = await run('submitFirstPassword')
  const { nextStep } = await signIn({ username, password: codeTo(username) })
  expect(nextStep.signInStep).toBe('CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED')
  expect(fieldsOf(nextStep)).toEqual(['name'])
  expect(fieldsOf(done.nextStep)).toEqual([])
  await expect(submitFirstPassword('short', { name: 'Ada' })).rejects.toMatchObject({
    name: 'InvalidPasswordException',
  })
  expect(await submitFirstPassword(newPassword, { name: 'Ada' })).toEqual(done)
  expect(await auth.fetchUserAttributes()).toMatchObject({ name: 'Ada' })
})

test('codes: the next step says where one was sent, a wrong one is asked for again, and a late one is too late', async () => {
  const { server, codeTo } = await startWith(secondFactors)
  const { codePrompt, submitCode } = await run('export function codePrompt')
  await signIn({ username, password })
  await updateMFAPreference({ email: 'PREFERRED' })
  await signOut()
  const byMail = await signIn({ username, password })
  expect(byMail.nextStep.signInStep).toBe('CONFIRM_SIGN_IN_WITH_EMAIL_CODE')
  expect(codePrompt(byMail.nextStep)).toBe('Enter the code that we sent to a***@e***.')
  expect(await submitCode(wrong(codeTo(username)))).toBe('That is not the code. Try again.')
  expect(await submitCode(codeTo(username))).toBe('signed in')

  const number = '+14155550100'
  await updateUserAttribute({ userAttribute: { attributeKey: 'phone_number', value: number } })
  await updateMFAPreference({ sms: 'PREFERRED', email: 'DISABLED' })
  await signOut()
  const bySms = await signIn({ username, password })
  expect(bySms.nextStep.signInStep).toBe('CONFIRM_SIGN_IN_WITH_SMS_CODE')
  expect(codePrompt(bySms.nextStep)).toBe('Enter the code that we sent to +*******0100.')
  const code = codeTo(number)
  server.clock.advance(4 * 60)
  expect(await submitCode(code)).toBe('That took too long. Sign in again.')
  expect(() => codePrompt({ signInStep: 'CONFIRM_SIGN_IN_WITH_PASSWORD' })).toThrow('asks for no code')
})

test('second factors: a user turns an app on, then a second one, and chooses at the next sign-in', async () => {
  const { server, codeTo } = await startWith(secondFactors)
  const block = await run('export async function beginApp')
  const { codePrompt, submitCode } = await run('export function codePrompt')
  await signIn({ username, password })
  const uri = new URL(await block.beginApp(username))
  expect(uri.href).toMatch(/^otpauth:\/\/totp\/Example:ada(%40|@)example\.com\?/)
  const secret = uri.searchParams.get('secret') ?? ''
  const code = () => totpCode(secret, server.clock)
  expect(await block.finishApp(wrong(code()))).toBe('That is not the code. Try again.')
  expect(await block.finishApp(code())).toBe('From now on, signing in takes a code of your app.')
  await signOut()

  const output = await signIn({ username, password })
  expect(codePrompt(output.nextStep)).toBe('Enter the code that your authenticator app shows.')
  server.clock.advance(30)
  expect(await submitCode(code())).toBe('signed in')
  await block.turnOnEmail()
  expect(await block.secondFactorsOfUser()).toEqual({ enabled: ['TOTP', 'EMAIL'], preferred: 'TOTP' })
  await updateMFAPreference({ totp: 'NOT_PREFERRED' })
  await signOut()

  const { secondFactors: buttons } = await run('export function secondFactors')
  const { nextStep } = await signIn({ username, password })
  expect(nextStep.signInStep).toBe('CONTINUE_SIGN_IN_WITH_MFA_SELECTION')
  const [app, mail] = buttons(nextStep)
  expect([app.label, mail.label].sort()).toEqual(['A code by e-mail', 'Your authenticator app'])
  const chosen: SignInOutput = await [app, mail].find(({ label }) => label.includes('e-mail')).choose()
  expect(chosen.nextStep.signInStep).toBe('CONFIRM_SIGN_IN_WITH_EMAIL_CODE')
  expect(await submitCode(codeTo(username))).toBe('signed in')
  expect(buttons(done.nextStep)).toEqual([])
  await block.turnOffApp()
  expect(await block.secondFactorsOfUser()).toEqual({ enabled: ['EMAIL'] })
})

test.each([['TOTP'], ['EMAIL']])('a user without a second factor sets up %s in the sign-in', async (type) => {
  const { server, codeTo } = await startWith({
    ...secondFactors,
    MfaConfiguration: 'ON',
    UsernameAttributes: [],
    AutoVerifiedAttributes: [],
    users: [{ Username: 'ada', Password: password }],
  })
  const { setUpFactor } = await run('export async function setUpFactor')
  const asked: string[] = []
  const output = await setUpFactor(await signIn({ username: 'ada', password }), {
    choose: async (types: string[]) => {
      asked.push(...types)
      return type
    },
    scan: async (uri: string, secret: string) => {
      expect(new URL(uri).searchParams.get('secret')).toBe(secret)
      return totpCode(secret, server.clock)
    },
    address: async () => username,
  })
  expect(asked.sort()).toEqual(['EMAIL', 'TOTP'])
  if (type === 'TOTP') expect(output).toEqual(done)
  else {
    expect(output.nextStep.signInStep).toBe('CONFIRM_SIGN_IN_WITH_EMAIL_CODE')
    expect(await confirmSignIn({ challengeResponse: codeTo(username) })).toEqual(done)
  }
})

test('first factors: a code by e-mail, or one of several', async () => {
  const { codeTo } = await startWith({
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
  })
  const block = await run('export const mailMeACode')
  const mailed: SignInOutput = await block.mailMeACode(username)
  expect(mailed.nextStep.signInStep).toBe('CONFIRM_SIGN_IN_WITH_EMAIL_CODE')
  expect(await confirmSignIn({ challengeResponse: codeTo(username) })).toEqual(done)
  await signOut()

  expect((await block.firstFactors(username)).sort()).toEqual(['EMAIL_OTP', 'PASSWORD', 'PASSWORD_SRP'])
  expect((await block.chooseFactor('PASSWORD_SRP')).nextStep.signInStep).toBe('CONFIRM_SIGN_IN_WITH_PASSWORD')
  expect(await block.submitChosenPassword(password)).toEqual(done)
})

test('passkeys: a user adds one, signs in by it with and without a username, and removes it', async () => {
  const { server } = await startWith({
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
  })
  const signInBlock = await run('export async function withoutUsername')
  const account = await run('export async function addPasskey')
  expect(await signInBlock.withoutUsername()).toBe('This browser does not support passkeys.')
  const authenticator = installAuthenticator({ origin: 'http://localhost:5173' })
  try {
    await signIn({ username, password })
    expect(await account.addPasskey()).toBe('Next time you can sign in with it.')
    expect(await account.addPasskey()).toBe('This device has one already.')
    await signOut()
    expect(await signInBlock.withUsername(username)).toEqual(done)
    await signOut()
    expect(await signInBlock.withoutUsername()).toBe('signed in')
    const [credentialId] = await account.passkeys()
    await account.removePasskey(credentialId)
    expect(await account.passkeys()).toEqual([])
    await signOut()
    authenticator.passkeys.length = 0
    const another = createPasskey({ origin: 'http://localhost:5173' })
    await addPasskey(server, username, another)
    expect(await signInBlock.withoutUsername()).toBe('No passkey was used.')
  } finally {
    authenticator.uninstall()
  }
})

test('a custom challenge: the page shows what the functions say, and is asked again', async () => {
  const arn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`
  const asked: unknown[] = []
  await startWith(
    {
      LambdaConfig: {
        DefineAuthChallenge: arn('define'),
        CreateAuthChallenge: arn('create'),
        VerifyAuthChallengeResponse: arn('verify'),
      },
    },
    {
      define: async (event) => {
        const session = event.request.session ?? []
        event.response.issueTokens = session.at(-1)?.challengeResult === true
        event.response.failAuthentication = !event.response.issueTokens && session.length === 2
        event.response.challengeName = 'CUSTOM_CHALLENGE'
        return event
      },
      create: async (event) => {
        event.response.publicChallengeParameters = { question: 'What has hands, but cannot clap?' }
        return event
      },
      verify: async (event) => {
        asked.push(event.request.clientMetadata)
        event.response.answerCorrect = event.request.challengeAnswer === 'a clock'
        return event
      },
    },
  )
  const { enterWithQuestion } = await run('enterWithQuestion')
  const answers = ['a tree', 'a clock']
  const answer = async ({ question }: Record<string, string>) => {
    expect(question).toBe('What has hands, but cannot clap?')
    return answers.shift() ?? 'no idea'
  }
  expect(await enterWithQuestion(username, answer)).toEqual(done)
  expect(asked).toEqual([{ page: 'sign-in' }, { page: 'sign-in' }])
  await signOut()
  await expect(enterWithQuestion(username, answer)).rejects.toMatchObject({ name: 'NotAuthorizedException' })
})

test('a sign-in by redirect: the page is left, and the user comes back signed in', async () => {
  const { default: config } = await runBlock('docs/redirect.md', 'CallbackURLs', '')
  const server = createServer({ config })
  onTestFinished(() => server.close())
  const { url } = await server.listen()
  const tab = openPage('http://localhost:5173/callback')
  configure(
    {
      Auth: {
        Cognito: {
          userPoolId: 'us-east-1_Redirect1',
          userPoolClientId: 'web',
          userPoolEndpoint: url,
          loginWith: {
            oauth: {
              domain: url,
              scopes: ['openid', 'aws.cognito.signin.user.admin'],
              redirectSignIn: ['http://localhost:5173/callback'],
              redirectSignOut: ['http://localhost:5173/'],
              responseType: 'code',
            },
          },
        },
      },
    },
    { storage: createMemoryStorage() },
  )
  const block = await run('withHostedPages')
  expect(await block.afterRedirect()).toBe('/sign-in')
  await block.withHostedPages()
  const browser = openBrowser(server, url)
  const form = await browser.get((await browser.get((tab.left[0] ?? '').slice(url.length))).location)
  tab.href = (await browser.submit(form, { username: 'ada', password })).location
  expect(await block.afterRedirect()).toBe('/callback')
  await signOut({ global: false })
  await block.withGoogle()
  expect(tab.left.at(-1)).toContain('identity_provider=Google')
  vi.stubGlobal('window', { open: () => null })
  await expect(block.inPopup()).rejects.toMatchObject({ name: 'OAuthSignInException' })
})

test('a forgotten password: a code, a wrong one, a password that is too easy, and the new one', async () => {
  const { server, codeTo } = await startWith()
  const { forgotPassword, submitNewPassword } = await run('export async function submitNewPassword')
  expect(await forgotPassword(username)).toBe('We sent a code to a***@e***.')
  expect(await submitNewPassword(username, wrong(codeTo(username)), newPassword)).toBe(
    'That is not the code. Try again.',
  )
  expect(await submitNewPassword(username, codeTo(username), 'short')).toContain('Password not long enough')
  server.clock.advance(3600)
  expect(await submitNewPassword(username, codeTo(username), newPassword)).toBe(
    'The code has expired. Ask for another one.',
  )
  await forgotPassword(username)
  expect(await submitNewPassword(username, codeTo(username), newPassword)).toEqual(done)
})

test('the session: the user, a token for an API, groups, and the end', async () => {
  const { admin } = await startWith()
  await admin('CreateGroup', { GroupName: 'staff' })
  await admin('AdminAddUserToGroup', { GroupName: 'staff', Username: username })
  const block = await run('export async function currentUsername')
  expect(await block.currentUsername()).toBeUndefined()
  expect(await block.groups()).toEqual([])
  await signIn({ username, password })
  expect(await block.currentUsername()).toMatch(/^[0-9a-f-]{36}$/)
  expect(await block.groups()).toEqual(['staff'])
  const seen: (string | null)[] = []
  vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
    seen.push(new Headers(init.headers).get('authorization'))
    return new Response()
  })
  await block.callApi('https://api.example.com/')
  vi.unstubAllGlobals()
  const [, token = ''] = /^Bearer (.+)$/.exec(seen[0] ?? '') ?? []
  expect(block.expiryOf(token).getTime()).toBeGreaterThan(Date.now())
  await block.leave()
  expect(await block.currentUsername()).toBeUndefined()
  await signIn({ username, password })
  await block.leaveEverywhere()
  expect(await block.currentUsername()).toBeUndefined()
})

test('the account: attributes, a new address, a new password, and its end', async () => {
  const { codeTo } = await startWith({
    UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
  })
  const block = await run('export async function changeEmail')
  await expect(block.profile()).rejects.toMatchObject({ name: 'UserUnAuthenticatedException' })
  await signIn({ username, password })
  expect(await block.profile()).toMatchObject({ email: username, email_verified: 'true' })
  const address = 'countess@example.com'
  expect(await block.changeEmail(address)).toBe('Enter the code that we sent to c***@e***.')
  expect(await block.profile()).toMatchObject({ email: username })
  await block.submitEmailCode(codeTo(address))
  expect(await block.profile()).toMatchObject({ email: address })
  expect(await block.sendEmailCode()).toMatchObject({ destination: 'c***@e***' })
  expect(await block.rename('Ada', 'Countess')).toMatchObject({
    name: { isUpdated: true, nextStep: { updateAttributeStep: 'DONE' } },
  })
  await block.removeNickname()
  expect(await block.profile()).not.toHaveProperty('nickname')
  await expect(block.changePassword('Wrong-horse-1', newPassword)).rejects.toMatchObject({
    name: 'NotAuthorizedException',
  })
  await block.changePassword(password, newPassword)
  await block.closeAccount()
  await expect(signIn({ username: address, password: newPassword })).rejects.toMatchObject({
    name: 'UserNotFoundException',
  })
})

test('devices: one is remembered, listed and forgotten', async () => {
  await startWith({
    DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true },
  })
  const block = await run('trustThisDevice')
  await signIn({ username, password })
  await block.trustThisDevice()
  expect(await block.deviceNames()).toHaveLength(1)
  await block.forgetThisDevice()
  expect(await block.deviceNames()).toEqual([])
  await signOut()
  await signIn({ username, password })
  await block.forgetAllDevices()
  expect(await block.deviceNames()).toEqual([])
  await expect(block.forgetThisDevice()).rejects.toMatchObject({ name: 'DeviceMetadataNotFoundException' })
})

test('events: a listener hears of a sign-in and a sign-out, until it is stopped', async () => {
  const { userPoolId } = await startWith()
  expect(userPoolId).toBeDefined()
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  const { stop } = await run('export const stop = Hub.listen')
  await signIn({ username, password })
  await signOut()
  stop()
  await signIn({ username, password })
  expect(log.mock.calls).toEqual([
    ['Hello', expect.any(String), ''],
    ['Bye:', 'signOut'],
  ])
})

test('errors: each has a sentence, and other errors are rethrown', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  const { sentenceFor } = await run('export function sentenceFor')
  expect(log.mock.calls).toEqual([['You are offline.']])
  await startWith()
  const error = await signIn({ username, password: 'Wrong-horse-1' }).catch((error) => error)
  expect(sentenceFor(error)).toBe('The username or password is wrong.')
  expect(() => sentenceFor(new Error('a bug'))).toThrow('a bug')
})

test('a context of its own signs in at its own pool', async () => {
  await startWith()
  const server = createServer()
  onTestFinished(() => server.close())
  const { url, userPoolId, userPoolClientId } = await server.listen()
  const { enterAsStaff } = await run('export async function enterAsStaff', url)
  const context = auth.createAuthContext(
    { Auth: { Cognito: { userPoolId, userPoolClientId } } },
    { fetch: server.fetch, storage: createMemoryStorage() },
  )
  await signUp(context, { username, password })
  await confirmSignUp(context, { username, confirmationCode: server.inbox.last(username)?.code ?? '' })
  expect(await enterAsStaff(username, password)).toMatch(/^[0-9a-f-]{36}$/)
  await expect(auth.getCurrentUser()).rejects.toMatchObject({ name: 'UserUnAuthenticatedException' })
})

test('every block of TypeScript in the guide has run', () => {
  expect(blocksIn('ts', PAGE).filter(({ name }) => !ran.has(name))).toEqual([])
})

const guide = pages.find(({ name }) => name === PAGE)?.text ?? ''
const read = (file: string) => readFileSync(path(`packages/auth/src/${file}`), 'utf8')
/** Everything between quotes of one kind of declaration. */
const namesIn = (source: string, pattern: RegExp) =>
  [...source.matchAll(pattern)].map(([, name = '']) => name)

test('the guide has every call, and everything else that is exported', () => {
  for (const name of Object.keys(auth)) expect(guide, name).toMatch(new RegExp(`\\b${name}\\b`))
})

test('the guide has every step', () => {
  const steps = namesIn(read('models.ts'), /(?:signInStep|signUpStep): '(\w+)'/g)
  expect(steps.length).toBeGreaterThan(15)
  steps.push('CONFIRM_RESET_PASSWORD_WITH_CODE', 'CONFIRM_ATTRIBUTE_WITH_CODE')
  for (const step of steps) expect(guide, step).toContain(`\`${step}\``)
})

test('the guide has every event', () => {
  const events = namesIn(read('events.ts'), /\{ event: '(\w+)'/g)
  expect(events).toContain('signedOut' satisfies AuthHubEventData['event'])
  for (const event of events) expect(guide, event).toContain(`| \`${event}\``)
})

test('the guide has every name of an error', () => {
  const [, names = ''] = guide.split('All names, by what an application does about them:')
  const [declared = ''] = `${read('exceptions.ts')}${read('error-names.ts')}`.split('* @example')
  const errors = namesIn(declared, /'(\w+)'/g).filter((name) => !(name in auth))
  expect(errors).toContain('EmptySignInUsername')
  for (const name of errors) expect(names, name).toContain(`\`${name}\``)
})
