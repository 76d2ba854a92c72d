import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import {
  configure,
  confirmSignUp,
  createAuthContext,
  createMemoryStorage,
  decodeJWT,
  fetchAuthSession,
  Hub,
  signIn,
  signOut,
  signUp,
  updateUserAttribute,
} from '@amulet/auth'
import { type AmuletServer, createServer } from '@amulet/server'
import { createAdmin, createSession } from '@amulet/server/testing'
import * as amplify from 'aws-amplify/auth'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { openPage } from '../../packages/auth/test/redirect.js'
import { openBrowser } from '../../packages/server/test/browser-session.js'
import { blocksIn, pages, path } from './pages.js'
import { blockRunner } from './run-block.js'

// The blocks of these pages run as they are, but for the address: `amulet dev` has one that is written down, and a test
// has a server of its own.

const username = 'ada@example.com'
const password = 'Correct-horse-1'

const { run: runBlock, ran } = blockRunner()

let server: AmuletServer
let url: string
beforeEach(async () => {
  vi.spyOn(console, 'log').mockImplementation(() => {})
  server = createServer()
  const { userPoolId, userPoolClientId, ...listening } = await server.listen()
  url = listening.url
  configure(
    { Auth: { Cognito: { userPoolId, userPoolClientId, userPoolEndpoint: url } } },
    { storage: createMemoryStorage() },
  )
})
afterEach(async () => {
  vi.restoreAllMocks()
  await server.close()
})

/** Runs the block of a page that has these words in it, at the server of this test. */
const run = (page: string, words: string, ...names: string[]) => runBlock(page, words, url, ...names)

async function adaSignsUp(): Promise<void> {
  await signUp({ username, password })
  await confirmSignUp({ username, confirmationCode: server.inbox.last(username)?.code ?? '' })
}

async function adaSignsIn() {
  await adaSignsUp()
  await signIn({ username, password })
  const { tokens } = await fetchAuthSession()
  return { accessToken: `${tokens?.accessToken}`, idToken: `${tokens?.idToken}` }
}

describe('docs/developing.md:', () => {
  const page = 'docs/developing.md'

  test('an application points at amulet dev', async () => {
    await run(page, "from '@amulet/auth'\n\nconfigure({")
    await adaSignsIn()
    expect(server.inbox.list()).toHaveLength(1)
  })

  test('an amplify_outputs.json is pointed at amulet dev', async () => {
    await run(page, 'configure(outputs, { endpoint')
    await adaSignsIn()
    expect(server.inbox.list()).toHaveLength(1)
    await signOut()
  })

  test('the code is in the inbox, and time can be advanced', async () => {
    const { lastCode, advance } = await run(page, 'async function lastCode')
    await signUp({ username, password })
    const confirmationCode = await lastCode(username)
    await advance(24 * 60 * 60)
    await expect(confirmSignUp({ username, confirmationCode })).rejects.toMatchObject({
      name: 'ExpiredCodeException',
    })
  })

  test('a page whose clock is behind asks for new tokens', async () => {
    const { accessToken } = await adaSignsIn()
    server.clock.advance(60 * 60)
    const stale = await fetchAuthSession()
    expect(`${stale.tokens?.accessToken}`).toBe(accessToken)
    const fresh = await fetchAuthSession({ forceRefresh: true })
    expect(fresh.tokens?.accessToken.payload.exp).toBeGreaterThan(server.clock.now() / 1000)
  })

  test('a global set-up starts a server and stops it', async () => {
    const { default: setUp } = await run(page, 'async function setUp')
    const tearDown = await setUp()
    await tearDown()
  })

  test('Amplify signs in', async () => {
    await run(page, "from 'aws-amplify'")
    await adaSignsUp()
    expect(await amplify.signIn({ username, password })).toMatchObject({ isSignedIn: true })
    await amplify.signOut()
  })

  test('the AWS SDK creates a user who can sign in', async () => {
    const { admin } = await run(page, "from '@aws-sdk/client-cognito-identity-provider'", 'admin')
    expect(await signIn({ username: 'grace@example.com', password })).toMatchObject({ isSignedIn: true })
    admin.destroy()
  })

  test('amazon-cognito-identity-js signs up', async () => {
    const { userPool } = await run(page, "from 'amazon-cognito-identity-js'")
    await new Promise<void>((resolve, reject) =>
      userPool.signUp(username, password, [], [], (error?: Error) => (error ? reject(error) : resolve())),
    )
    expect(server.inbox.last(username)?.purpose).toBe('sign-up')
  })

  test('jose verifies access tokens of this application, and no others', async () => {
    const { verifyAccessToken } = await run(page, "from 'jose'")
    const { accessToken, idToken } = await adaSignsIn()
    expect(await verifyAccessToken(accessToken)).toMatchObject({ token_use: 'access' })
    await expect(verifyAccessToken(idToken)).rejects.toThrow('not an access token')
    await expect(verifyAccessToken(accessToken.slice(0, -4))).rejects.toThrow('signature')
  })

  test('JwtVerifier verifies ID tokens', async () => {
    const { idTokens } = await run(page, 'import { JwtVerifier }')
    const { accessToken, idToken } = await adaSignsIn()
    expect(await idTokens.verify(idToken)).toMatchObject({ token_use: 'id', email: username })
    await expect(idTokens.verify(accessToken)).rejects.toThrow('Missing Audience')
  })

  test('CognitoJwtVerifier verifies tokens of a server that has the issuer it expects', async () => {
    const block = await run(page, 'import { CognitoJwtVerifier }', 'server', 'verifier')
    const { userPoolId, userPoolClientId } = await block.server.ready
    const context = createAuthContext(
      { Auth: { Cognito: { userPoolId, userPoolClientId } } },
      { fetch: block.server.fetch, storage: createMemoryStorage() },
    )
    await signUp(context, { username, password })
    const { code: confirmationCode } = block.server.inbox.last(username)
    await confirmSignUp(context, { username, confirmationCode })
    await signIn(context, { username, password })
    const { tokens } = await fetchAuthSession(context)
    expect(await block.verifier.verify(`${tokens?.accessToken}`)).toMatchObject({ token_use: 'access' })
    const { accessToken } = await adaSignsIn()
    await expect(block.verifier.verify(accessToken)).rejects.toThrow('issuer')
    await block.server.close()
  })
})

describe('docs/moving-from-amplify.md:', () => {
  const page = 'docs/moving-from-amplify.md'

  test('before and after answer alike when no user is signed in', async () => {
    for (const words of ['cognitoUserPoolsTokenProvider', 'createSessionStorage']) {
      vi.mocked(console.log).mockClear()
      await run(page, words)
      expect(vi.mocked(console.log).mock.calls).toEqual([[undefined]])
    }
  })

  test('calls take a signal and a timeout', async () => {
    await adaSignsUp()
    await run(page, 'new AbortController()')
    expect(vi.mocked(console.log).mock.lastCall).toMatchObject([{ email: username }])
  })

  test('errors have names', async () => {
    const { trySignIn } = await run(page, 'async function trySignIn')
    await adaSignsUp()
    expect(await trySignIn(username, 'Wrong-horse-1')).toBe('That is not your password.')
    expect(await trySignIn('', password)).toBe('That did not work.')
    expect(await trySignIn(username, password)).toBe('Welcome!')
    expect(await trySignIn(username, password)).toBe('You are signed in already.')
    await signOut()
    await server.close()
    expect(await trySignIn(username, password)).toBe('You are offline.')
  })

  test('a context of its own knows nothing of the other', async () => {
    await adaSignsIn()
    await run(page, 'staff.hub.listen')
    expect(vi.mocked(console.log).mock.lastCall).toEqual([undefined])
  })

  test('Amplify asks for the tokens here', async () => {
    const { accessToken } = await adaSignsIn()
    await run(page, 'tokenProvider: {')
    const { tokens } = await amplify.fetchAuthSession()
    expect(`${tokens?.accessToken}`).toBe(accessToken)
  })
})

test('docs/configuration.md: a server starts with what is declared', async () => {
  vi.stubEnv('SMTP_URL', 'smtps://user:password@mail.example.com')
  vi.stubEnv('WEBHOOK_SECRET', `whsec_${Buffer.alloc(32, 1).toString('base64')}`)
  for (const words of ['clients: [', 'timeoutSeconds', 'amulet:srp-identity']) {
    const { default: config } = await run('docs/configuration.md', words)
    const declared = createServer({ config })
    await declared.ready
    await declared.close()
  }
  vi.unstubAllEnvs()
})

test('docs/redirect.md: a user signs in at the pool’s pages, in an app of one’s own, and in no popup that is blocked', async () => {
  const page = 'docs/redirect.md'
  const { default: config } = await run(page, 'CallbackURLs')
  const declared = createServer({ config })
  url = (await declared.listen()).url
  const browser = openBrowser(declared, url)
  const signInAt = async (left: string) => {
    let answer = await browser.get(left.slice(url.length))
    if (answer.location.startsWith('/login'))
      answer = await browser.submit(await browser.get(answer.location), { username: 'ada', password })
    return answer.location
  }
  const tab = openPage('http://localhost:5173/callback')
  const { enter, leave } = await run(page, 'enterWithGoogle')
  const { afterRedirect } = await run(page, 'async function afterRedirect')
  expect(await afterRedirect()).toBe('/welcome')
  await enter()
  tab.href = await signInAt(tab.left[0] ?? '')
  expect(await afterRedirect()).toBe('/basket')
  const lines = vi.mocked(console.log).mock.calls
  expect(lines).toContainEqual(['Continue at', '/basket'])
  expect(lines).toContainEqual(['Hello', 'ada'])
  await leave()
  expect(tab.left[1]).toContain('/logout?')

  const { enterWith } = await run(page, 'type OpenWindow')
  await expect(enterWith(async () => undefined)).rejects.toMatchObject({ message: 'canceled' })
  await enterWith(signInAt)
  expect((await fetchAuthSession()).tokens).toBeDefined()
  await leave()

  vi.stubGlobal('window', { open: () => null })
  const { enterInPopup } = await run(page, 'async function enterInPopup')
  expect(await enterInPopup()).toBe('The browser has blocked the popup.')
  vi.unstubAllGlobals()
  await declared.close()
})

test('docs/oauth.md: a user signs in at the declared domain, and a machine by itself', async () => {
  const page = 'docs/oauth.md'
  const { default: config } = await run(page, 'resourceServers')
  const declared = createServer({ config })
  const at = (await declared.listen()).url
  const query = new URLSearchParams({
    client_id: 'web',
    response_type: 'code',
    redirect_uri: 'https://shop.example.com/callback',
    scope: 'openid orders/read',
  })
  for (const origin of ['http://shop.localhost:9230', at]) {
    const browser = openBrowser(declared, origin)
    const form = await browser.get((await browser.get(`/oauth2/authorize?${query}`)).location)
    const answer = await browser.submit(form, { username: 'ada', password })
    expect(answer.location).toMatch(/^https:\/\/shop\.example\.com\/callback\?code=/)
  }
  const { machineToken } = await run(page, 'function machineToken')
  const secret = config.userPools[0].clients[1].ClientSecret
  expect(decodeJWT(await machineToken(at, 'nightly', secret)).payload.scope).toBe('orders/read')
  await expect(machineToken(at, 'nightly', 'wrong')).rejects.toThrow('invalid_client')
  await declared.close()
})

describe('docs/triggers.md:', () => {
  const page = 'docs/triggers.md'
  afterEach(() => vi.unstubAllEnvs())

  const signUp = async (declared: AmuletServer, Username: string, email: string) => {
    const answer = await declared.fetch(
      new Request('http://localhost/', {
        method: 'POST',
        headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.SignUp' },
        body: JSON.stringify({
          ClientId: 'web',
          Username,
          Password: password,
          UserAttributes: [{ Name: 'email', Value: email }],
        }),
      }),
    )
    return await answer.json()
  }

  test('a function confirms users of one domain, and refuses others', async () => {
    const { default: config } = await run(page, 'Not one of us')
    const declared = createServer({ config })
    expect(await signUp(declared, 'ada', 'ada@example.com')).toMatchObject({ UserConfirmed: true })
    expect(await signUp(declared, 'eve', 'eve@evil.example')).toMatchObject({
      message: 'PreSignUp failed with error Not one of us.',
    })
    await declared.close()
  })

  test('a server starts with functions elsewhere', async () => {
    vi.stubEnv('WEBHOOK_SECRET', `whsec_${Buffer.alloc(32, 1).toString('base64')}`)
    for (const words of ['webhooks: {', 'AWS_ACCESS_KEY_ID']) {
      const { default: config } = await run(page, words)
      const declared = createServer({ config })
      await declared.ready
      await declared.close()
    }
  })

  test('a webhook verifies what it is sent, and refuses', async () => {
    const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
    vi.stubEnv('WEBHOOK_SECRET', secret)
    const { postConfirmation } = await run(page, 'new Webhook(')
    const body = JSON.stringify({ userName: 'eve' })
    const send = (signature: string) =>
      postConfirmation(
        new Request('https://example.com/', {
          method: 'POST',
          headers: {
            'webhook-id': 'msg_1',
            'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
            'webhook-signature': signature,
          },
          body,
        }),
      )
    const refused = await send(new Webhook(secret).sign('msg_1', new Date(), body))
    expect(await refused.json()).toEqual({ errorMessage: 'Not Eve' })
    await expect(send('v1,wrong')).rejects.toThrow()
  })

  test('a question follows the password, and a third wrong answer ends the sign-in', async () => {
    const { default: config } = await run(page, 'answerCorrect')
    const { signInWithQuestions } = await run(page, 'signInWithQuestions')
    const declared = createServer({ config })
    const { userPoolId, userPoolClientId } = await declared.ready
    configure(
      { Auth: { Cognito: { userPoolId, userPoolClientId } } },
      { fetch: declared.fetch, storage: createMemoryStorage() },
    )
    const questions: string[] = []
    const failing = signInWithQuestions('ada', password, async (question: string) => {
      questions.push(question)
      return 'wrong'
    })
    await expect(failing).rejects.toMatchObject({ name: 'NotAuthorizedException' })
    expect(questions).toHaveLength(3)
    let asked = 0
    const answered = await signInWithQuestions('ada', password, async (question: string) => {
      const [a, b] = question.split(' times ').map(Number)
      asked++
      return asked === 1 ? 'wrong' : `${(a ?? 0) * (b ?? 0)}`
    })
    expect([answered, asked]).toEqual([true, 2])
    await signOut()
    await declared.close()
  })

  test('a sender reads a code that is plain', async () => {
    const { readCode } = await run(page, 'KmsKeyringNode')
    expect(await readCode('123456')).toBe('123456')
  })
})

describe('docs/testing.md:', () => {
  const page = 'docs/testing.md'

  test('a file is prepared once, and each worker forks what is in it', async () => {
    const forget = () => {
      for (const end of ['', '-wal', '-shm']) rmSync(`node_modules/.cache/users.db${end}`, { force: true })
    }
    forget()
    const { default: prepare, forkOfFile } = await run(page, 'forkOfFile')
    await prepare()
    const forks: AmuletServer[] = [await forkOfFile(), await forkOfFile()]
    for (const fork of forks) {
      expect((await createAdmin(fork).listUsers()).Users).toHaveLength(20)
      await createSession(fork)
      await fork.close()
    }
    forget()
  })

  test('a user is signed in', async () => {
    const { server } = await run(page, 'fetchUserAttributes', 'server')
    expect(vi.mocked(console.log).mock.lastCall).toMatchObject([{ name: 'Ada', email: username }])
    await server.close()
  })

  test('an administrator finds the user who was created', async () => {
    const { server } = await run(page, 'createAdmin(server)', 'server')
    expect(vi.mocked(console.log).mock.lastCall).toEqual([1])
    await server.close()
  })

  test('operations fail', async () => {
    const { server } = await run(page, 'injectFault(server', 'server')
    const { userPoolId, userPoolClientId } = await server.ready
    const context = createAuthContext(
      { Auth: { Cognito: { userPoolId, userPoolClientId } } },
      { fetch: server.fetch, storage: createMemoryStorage() },
    )
    await expect(signIn(context, { username, password })).resolves.toMatchObject({
      nextStep: { signInStep: 'CONFIRM_SIGN_UP' },
    })
    await expect(signUp(context, { username, password })).rejects.toMatchObject({
      name: 'InternalErrorException',
    })
    expect((await signUp(context, { username, password })).isSignUpComplete).toBe(false)
    await server.close()
  })
})

test('docs/testing-cypress.md: the tasks do what tests ask of them', async () => {
  const { server, tasks } = await run('docs/testing-cypress.md', 'export const tasks')
  const session = await tasks.session({ username: 'grace@example.com' })
  expect(Object.keys(session.items)).toContain(
    'CognitoIdentityServiceProvider.amuletdevwebclient00000000.LastAuthUser',
  )
  await tasks.fail({ operation: 'ForgotPassword', error: 'LimitExceededException' })
  tasks.advance(60)
  expect(await tasks.reset()).toBe(null)
  const admin = createAdmin(server)
  await admin.adminCreateUser({ Username: 'grace@example.com', DesiredDeliveryMediums: ['EMAIL'] })
  expect(await tasks.nextCode('grace@example.com')).toMatch(/\S{8}/)
  expect((await admin.listUsers()).Users).toHaveLength(2)
  await server.close()
  const asked = blocksIn('js', 'docs/testing-cypress.md').flatMap(({ code }) => [
    ...code.matchAll(/cy\.task\('(\w+)'/g),
  ])
  expect(asked.length).toBeGreaterThan(3)
  for (const [, task = ''] of asked) expect(tasks).toHaveProperty(task)
})

test('docs/testing-storybook.md: a story is that of the user it names, or of a guest', async () => {
  const page = Object.defineProperty({ 'left behind': '' }, 'clear', {
    value(this: object) {
      for (const name of Object.keys(this)) Reflect.deleteProperty(this, name)
    },
  })
  vi.stubGlobal('localStorage', page)
  const { signInAs } = await run('docs/testing-storybook.md', 'signInAs')
  await signInAs({ username: 'grace@example.com', attributes: { name: 'Grace' } })
  const storage = createMemoryStorage()
  for (const [name, value] of Object.entries(page)) storage.setItem(name, value)
  const { userPoolId, userPoolClientId } = await server.ready
  const context = createAuthContext(
    { Auth: { Cognito: { userPoolId, userPoolClientId, userPoolEndpoint: url } } },
    { storage },
  )
  expect((await fetchAuthSession(context)).tokens?.idToken?.payload.name).toBe('Grace')
  await signInAs(undefined)
  expect(page).toEqual({})

  // The other files of the page, as they are beside each other in a project.
  const folder = mkdtempSync(path('examples/.cache/storybook-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const files = {
    'amulet.ts': blocksIn('ts', 'docs/testing-storybook.md')[0],
    'preview.js': blocksIn('js', 'docs/testing-storybook.md')[0],
    'account-menu.stories.js': blocksIn('js', 'docs/testing-storybook.md')[1],
  }
  for (const [name, block] of Object.entries(files))
    writeFileSync(`${folder}/${name}`, (block?.code ?? '').replaceAll('http://127.0.0.1:9230', url))
  writeFileSync(`${folder}/account-menu.jsx`, 'export const AccountMenu = () => null')
  const { default: preview } = await import(/* @vite-ignore */ `${folder}/preview.js`)
  const stories = await import(/* @vite-ignore */ `${folder}/account-menu.stories.js`)
  const show = (story: { parameters?: object }) => preview.beforeEach({ parameters: story.parameters ?? {} })
  await show(stories.Admin)
  expect(JSON.stringify(page)).toContain('grace@example.com')
  await show(stories.Guest)
  expect(page).toEqual({})
  const update = () =>
    updateUserAttribute(context, { userAttribute: { attributeKey: 'name', value: 'Grace' } })
  const cleanUp = await stories.LimitReached.beforeEach()
  await expect(update()).rejects.toMatchObject({ name: 'LimitExceededException' })
  await cleanUp()
  expect((await update()).isUpdated).toBe(true)
  vi.unstubAllGlobals()
})

test('docs/testing.md: every step has a page', async () => {
  const { pageFor } = await run('docs/testing.md', 'satisfies never')
  expect(pageFor({ nextStep: { signInStep: 'CONFIRM_SIGN_IN_WITH_TOTP_CODE' } })).toBe('/code')
})

test('docs/sessions.md: a listener hears of other tabs until it is stopped', async () => {
  const listen = vi.spyOn(Hub, 'listen')
  await run('docs/sessions.md', 'enableCrossTabEvents')
  expect(listen).toHaveBeenCalledOnce()
})

test('packages/server/README.md: a server says where it is', async () => {
  await run('packages/server/README.md', 'createServer()')
  expect(vi.mocked(console.log).mock.lastCall).toEqual([
    {
      url: expect.stringMatching(/^http:/),
      userPoolId: 'us-east-1_AmuletDev',
      userPoolClientId: expect.any(String),
    },
  ])
})

describe('docs/identity-pools.md:', () => {
  const page = 'docs/identity-pools.md'

  test('a guest has credentials', async () => {
    await run(page, "from '@amulet/auth'")
    expect(vi.mocked(console.log).mock.lastCall).toEqual([
      expect.stringMatching(/^us-east-1:/),
      expect.stringMatching(/^ASIAAMULETDEV/),
    ])
  })

  test('a user of Amplify has credentials', async () => {
    await run(page, "from 'aws-amplify'")
    await adaSignsUp()
    await amplify.signIn({ username, password })
    expect((await amplify.fetchAuthSession()).credentials?.accessKeyId).toMatch(/^ASIAAMULETDEV/)
    await amplify.signOut()
  })

  test('the AWS SDK gets credentials from the pool', async () => {
    const { credentials } = await run(page, 'fromCognitoIdentityPool(')
    expect(await credentials()).toMatchObject({ accessKeyId: expect.stringMatching(/^ASIAAMULETDEV/) })
  })

  test('a declared pool exists', async () => {
    const { default: config } = await run(page, 'identityPools: [')
    const declared = createServer({ config })
    expect(await declared.ready).toMatchObject({
      identityPoolId: 'eu-west-1:7d8e02ac-3f1b-4c5d-9e6f-0a1b2c3d4e5f',
    })
    await declared.close()
  })

  test('providers that pools name by an ARN are known, and an invalid document is refused', async () => {
    const { default: config } = await run(page, 'iamProviders: {')
    const declared = createServer({ config })
    await expect(declared.ready).rejects.toThrow(/saml-provider\/Okta\.SAMLMetadataDocument cannot be used\./)
  })
})

/** Pages whose blocks run in other files here. */
const ELSEWHERE = [
  'README.md',
  'docs/client.md',
  'docs/factors.md',
  'docs/federation.md',
  'docs/operating.md',
  'docs/passkeys.md',
  'packages/auth/README.md',
]

test('no block of other pages is left out', () => {
  const blocks = pages
    .filter(({ name }) => !ELSEWHERE.includes(name))
    .flatMap(({ name }) => blocksIn('ts', name))
  expect(blocks.length).toBeGreaterThan(30)
  // That one is a test, and vitest finds it by itself.
  const left = blocks.filter(({ name, code }) => !ran.has(name) && !code.includes("from 'vitest'"))
  expect(left.map(({ name }) => name)).toEqual([])
})
