import {
  configure,
  confirmSignIn,
  createMemoryStorage,
  fetchUserAttributes,
  isAuthError,
  signIn,
  signOut,
} from '@amulet/auth'
import { type AmuletServer, createServer, type ServerOptions } from '@amulet/server'
import { addPasskey, createPasskey, installAuthenticator, totpCode } from '@amulet/server/testing'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { blocksIn } from './pages.js'
import { blockRunner } from './run-block.js'

// The blocks of pages on ways to sign in run as they are, in pools that are declared as these pages say.

const username = 'ada@example.com'
const password = 'Correct-horse-1'

const { run: runBlock, ran } = blockRunner()
const run = (page: string, words: string) => runBlock(page, words, '')

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

type Config = NonNullable<ServerOptions['config']>

/** A server that is declared so, with Ada in its first pool, and the client configured for it. */
async function serve(config: Config): Promise<AmuletServer> {
  const [pool, ...others] = config.userPools ?? []
  if (!pool) throw new Error('The configuration has no pool.')
  const users = [
    {
      Username: username,
      Password: password,
      UserAttributes: [
        { Name: 'email', Value: username },
        { Name: 'email_verified', Value: 'true' },
      ],
    },
  ]
  const server = createServer({ config: { ...config, userPools: [{ ...pool, users }, ...others] } })
  onTestFinished(() => server.close())
  const { userPoolId, userPoolClientId } = await server.ready
  configure(
    { Auth: { Cognito: { userPoolId, userPoolClientId } } },
    { fetch: server.fetch, clock: server.clock.now, storage: createMemoryStorage() },
  )
  return server
}

/** An authenticator that the page's browser has until the test is over. */
function authenticatorWith(...passkeys: ReturnType<typeof createPasskey>[]) {
  const authenticator = installAuthenticator({ origin: 'http://localhost:5173', passkeys })
  onTestFinished(() => authenticator.uninstall())
  return authenticator
}

describe('docs/factors.md:', () => {
  const page = 'docs/factors.md'

  test('a user chooses a first factor, and answers what it asks for', async () => {
    const { default: config } = await run(page, 'AllowedFirstAuthFactors')
    const server = await serve(config)
    const questions: string[] = []
    vi.stubGlobal('ask', async (question: string, choices: string[] = []) => {
      questions.push(question)
      if (choices.length > 0) return choices.includes('EMAIL_OTP') ? 'EMAIL_OTP' : choices[0]
      return server.inbox.last(username)?.code
    })
    await run(page, 'How do you want to sign in?')
    expect(questions).toEqual(['How do you want to sign in?', 'The code that we sent to a***@e***'])
    expect(await fetchUserAttributes()).toMatchObject({ email: username })
  })

  test('a user turns an app on, and is asked for its code', async () => {
    const { default: config } = await run(page, 'SoftwareTokenMfaConfiguration')
    const server = await serve(config)
    await signIn({ username, password })
    vi.stubGlobal('askForCode', async (uri: string) =>
      totpCode(new URL(uri).searchParams.get('secret') ?? '', server.clock),
    )
    const { turnOnApp } = await run(page, 'turnOnApp')
    await turnOnApp(username)
    await signOut()
    expect((await signIn({ username, password })).nextStep.signInStep).toBe('CONFIRM_SIGN_IN_WITH_TOTP_CODE')
  })
})

describe('docs/passkeys.md:', () => {
  const page = 'docs/passkeys.md'
  const start = async () => {
    const { default: config } = await run(page, 'The password comes first')
    return await serve(config)
  }

  test('a signed-in user adds a passkey, once, unless the browser has none or the user cancels', async () => {
    await start()
    const { addPasskey: add } = await run(page, 'Handler of a button that a signed-in user presses')
    expect(await add()).toBe('This browser has no passkeys.')
    const authenticator = authenticatorWith()
    await signIn({ username, password })
    expect(await add()).toBe('Next time you can sign in with it.')
    expect(await add()).toBe('This device has one already.')
    authenticator.passkeys.length = 0
    const refused = new DOMException('The user has canceled.', 'NotAllowedError')
    vi.spyOn(navigator.credentials, 'create').mockRejectedValue(refused)
    expect(await add()).toBe('')
  })

  test('a user who cancels the passkey enters the password', async () => {
    const server = await start()
    const passkey = createPasskey({ origin: 'http://localhost:5173' })
    await addPasskey(server, username, passkey)
    const authenticator = authenticatorWith(passkey)
    const { enter } = await run(page, 'export async function enter')
    expect(await enter(username)).toMatchObject({ isSignedIn: true })
    await signOut()
    authenticator.passkeys.length = 0
    expect((await enter(username)).nextStep.signInStep).toBe('CONFIRM_SIGN_IN_WITH_PASSWORD')
    expect(await confirmSignIn({ challengeResponse: password })).toMatchObject({ isSignedIn: true })
  })

  test('a passkey is offered while the form is there, until the user types', async () => {
    const server = await start()
    const { offerPasskeys, submit } = await run(page, 'export async function offerPasskeys')
    const signedIn = vi.fn()
    // A browser without passkeys is quiet.
    await offerPasskeys(signedIn)
    const passkey = createPasskey({ origin: 'http://localhost:5173' })
    await addPasskey(server, username, passkey)
    authenticatorWith(passkey)
    await offerPasskeys(signedIn)
    expect(signedIn).toHaveBeenCalledOnce()
    await signOut()
    expect(await submit(username, password)).toMatchObject({ isSignedIn: true })
    await signOut()
    // The page has been left: no offer any more.
    await offerPasskeys(signedIn)
    expect(signedIn).toHaveBeenCalledOnce()
  })
})

test('docs/federation.md: a server starts with the providers', async () => {
  const { default: config } = await run('docs/federation.md', 'identityProviders: [')
  await serve(config)
  expect(await signIn({ username, password })).toMatchObject({ isSignedIn: true })
})

test.each([
  ['docs/operating.md', "from '@amulet/auth'\n\nconfigure({", 'auth.example.com'],
  ['packages/auth/README.md', 'configure({', 'cognito-idp.us-east-1.amazonaws.com'],
])('%s: the client asks the server that it is configured for', async (page, words, host) => {
  const asked = new Set<string>()
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    asked.add(new URL(new Request(input, init).url).host)
    return Response.json({ __type: 'ResourceNotFoundException', message: 'None.' }, { status: 400 })
  }
  configure({}, { fetch, storage: createMemoryStorage() })
  vi.spyOn(console, 'log').mockImplementation(() => {})
  const signedIn = async () => {
    await run(page, words)
    await signIn({ username, password })
  }
  await expect(signedIn()).rejects.toSatisfy((error) => isAuthError(error, 'ResourceNotFoundException'))
  expect([...asked]).toEqual([host])
})

test('no block of these pages is left out', () => {
  const pages = [
    'docs/factors.md',
    'docs/federation.md',
    'docs/operating.md',
    'docs/passkeys.md',
    'packages/auth/README.md',
  ]
  const left = pages
    .flatMap((page) => blocksIn('ts', page))
    // A test, which vitest finds by itself, and a browser of Playwright, which is not installed here.
    .filter(({ name, code }) => !ran.has(name) && !/from '(?:vitest|playwright-core)'/.test(code))
  expect(left.map(({ name }) => name)).toEqual([])
})
