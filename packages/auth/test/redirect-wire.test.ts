import { createHash } from 'node:crypto'
import * as ours from '@amulet/auth'
import { Amplify } from 'aws-amplify'
import * as stock from 'aws-amplify/auth'
import { cognitoUserPoolsTokenProvider } from 'aws-amplify/auth/cognito'
import { Hub } from 'aws-amplify/utils'
import { afterEach, expect, test, vi } from 'vitest'
import { APP, json, openPage, startRedirect, tokens } from './redirect.js'

// Amplify and Amulet sign in by redirect at the same scripted domain. What they ask it for, what they store of the session,
// what they tell listeners, and where they go to sign out has to be the same.

afterEach(() => vi.unstubAllGlobals())

type Input = stock.SignInWithRedirectInput

interface Told {
  /** The domain's page, parameters in their order, with what is random in it by its form. */
  opened: unknown
  /** The token request, members in their order. */
  sent: unknown
  /** What is stored of the session. */
  stored: Record<string, string>
  events: unknown[]
  error?: unknown
}

interface Answer {
  params: Record<string, string>
  response?: () => Response | Promise<Response>
}

/** Signs in with one of the libraries. */
async function tell(library: 'ours' | 'stock', input: Input, { params, response }: Answer): Promise<Told> {
  const started = startRedirect()
  if (response) started.answers.push(response)
  const { context } = started
  const events: unknown[] = []
  const hear = ({ payload }: { payload: { event: string; data?: unknown } }) => {
    const { event, data } = payload
    // A failure is compared by what its call rejects with.
    if (event !== 'configure') events.push(event.endsWith('failure') ? [event] : [event, data])
  }
  let opened: URL | undefined
  const authSessionOpener = async (url: string) => {
    opened = new URL(url)
    const state = opened.searchParams.get('state') ?? ''
    return { type: 'success' as const, url: `${APP}/callback?${new URLSearchParams({ state, ...params })}` }
  }
  const options = { ...input.options, authSessionOpener }
  let call: Promise<void>
  let stop = () => {}
  const items: Record<string, string> = {}
  if (library === 'ours') {
    context.hub.listen('auth', hear)
    call = ours.signInWithRedirect(context, { ...input, options })
  } else {
    stop = Hub.listen('auth', hear)
    const { location, history } = globalThis
    vi.stubGlobal('window', { location, history, addEventListener() {} })
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => context.fetch?.(new Request(url, init)))
    Amplify.configure(structuredClone(started.config) as never)
    cognitoUserPoolsTokenProvider.setKeyValueStorage({
      getItem: async (key) => items[key] ?? null,
      setItem: async (key, value) => {
        items[key] = value
      },
      removeItem: async (key) => {
        delete items[key]
      },
      clear: async () => {},
    })
    call = stock.signInWithRedirect({ ...input, options } as Input)
  }
  const error = await call.then(
    () => undefined,
    ({ name, message, recoverySuggestion }) => ({ name, message, recoverySuggestion }),
  )
  stop()
  const [sent] = started.sent
  const verifier = sent?.body.code_verifier ?? ''
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const entries = [...(opened?.searchParams ?? [])].map(([name, value]) => [
    name,
    name === 'state'
      ? value.replace(/^\w{32}/, 'random')
      : name === 'code_challenge' && [challenge, !sent && value].includes(value)
        ? 'of the verifier'
        : value,
  ])
  const names = library === 'ours' ? ['LastAuthUser', ...keys] : Object.keys(items)
  const read = (name: string) => {
    const key = name.replace(/^.*?\.web\./, '')
    const value = library === 'ours' ? started.stored(key) : items[name]
    return value == null ? [] : [[key, key.endsWith('clockDrift') ? 'milliseconds' : value]]
  }
  return {
    opened: [opened?.origin, opened?.pathname, entries],
    sent: sent && {
      ...sent,
      body: Object.entries({ ...sent.body, code_verifier: verifier.replace(/^\w{128}$/, 'random') }),
    },
    stored: Object.fromEntries(names.flatMap(read)),
    events,
    error,
  }
}

const keys = [
  'accessToken',
  'idToken',
  'refreshToken',
  'clockDrift',
  'signInDetails',
  'oauthMetadata',
  'deviceKey',
].map((name) => `google_1.${name}`)

const code = { code: '0e1c3d9a-code' }

test.each<[what: string, input: Input, answer: Answer]>([
  ['by default', {}, { params: code }],
  ['at a provider', { provider: 'Apple' }, { params: code }],
  ['at a provider of one’s own', { provider: { custom: 'My Okta' } }, { params: code }],
  ['at the provider of a domain', { provider: { idpIdentifier: 'example.com' } }, { params: code }],
  ['with a state of the application', { customState: 'to/the basket?a=1&b=-2' }, { params: code }],
  [
    'with every option',
    {
      provider: 'Google',
      customState: 'x',
      options: { loginHint: 'ada+1@example.com', lang: 'pt-BR', nonce: 'n', prompt: 'SELECT_ACCOUNT' },
    },
    { params: code, response: json(200, tokens({}, { nonce: 'n' })) },
  ],
  ['without being asked', { options: { prompt: 'NONE' } }, { params: code }],
  ['and is refused', {}, { params: { error: 'access_denied' } }],
  [
    'and is refused with a reason',
    {},
    { params: { error: 'invalid_request', error_description: 'PreSignUp failed with error no.' } },
  ],
  ['and the code is refused', {}, { params: code, response: json(400, { error: 'invalid_grant' }) }],
  ['and the answer is another one', {}, { params: { ...code, state: 'other' } }],
])('a user who signs in %s does so by the same requests', async (_, input, answer) => {
  const told = { ours: await tell('ours', input, answer), stock: await tell('stock', input, answer) }
  await stock.signOut().catch(() => {})
  expect(told.ours).toEqual(told.stock)
  expect(told.ours.events.length).toBeGreaterThan(0)
})

test('signing out goes to the same page', async () => {
  const urls: string[] = []
  for (const library of ['ours', 'stock'] as const) {
    const started = startRedirect()
    const page = openPage(`${APP}/account`)
    const { context, config } = started
    const input = {
      options: {
        authSessionOpener: async (url: string) => ({
          type: 'success' as const,
          url: `${APP}/?code=c&state=${new URL(url).searchParams.get('state')}`,
        }),
      },
    }
    if (library === 'ours') {
      await ours.signInWithRedirect(context, input)
      await ours.signOut(context)
    } else {
      const { location, history } = globalThis
      vi.stubGlobal('window', { location, history, addEventListener() {} })
      vi.stubGlobal('fetch', (url: string, init: RequestInit) => context.fetch?.(new Request(url, init)))
      Amplify.configure(structuredClone(config) as never)
      await stock.signInWithRedirect(input as Input)
      await stock.signOut()
    }
    urls.push(...page.left)
  }
  expect(urls).toEqual([urls[0], urls[0]])
})
