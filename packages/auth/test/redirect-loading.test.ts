import { configure, fetchAuthSession, Hub, signInWithRedirect } from '@amulet/auth'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { APP, CLIENT, startRedirect } from './redirect.js'

// A page that comes back from the domain, and cannot load the code that completes the sign-in. In Node that code cannot be
// missing, so a stand-in fails as loading would. In browser/redirect.test.ts it is really missing.

const fault = new TypeError('Failed to fetch dynamically imported module')
vi.mock('../src/oauth/complete.js', () => ({ complete: () => Promise.reject(fault) }))

afterEach(() => vi.unstubAllGlobals())

/** A page that has begun a sign-in; `load` configures one that has an answer with this state, and gives what it is told. */
async function leave() {
  const started = startRedirect()
  await signInWithRedirect(started.context)
  const state = new URL(started.page.left[0] ?? '').searchParams.get('state') ?? ''
  const load = async (state: string) => {
    const heard: unknown[] = []
    onTestFinished(Hub.listen('auth', ({ payload }) => heard.push(payload)))
    started.load(`${APP}/callback?code=c&state=${state}`)
    configure(started.config, { storage: started.storage })
    onTestFinished(() => {
      started.load(APP)
      configure({}, {})
    })
    await expect(fetchAuthSession()).rejects.toMatchObject({ name: 'Unknown', cause: fault })
    return heard
  }
  return { ...started, state, load }
}

const failure = {
  event: 'signInWithRedirect_failure',
  data: { error: expect.objectContaining({ name: 'Unknown', cause: fault }) },
}

test('it announces once that its sign-in has failed, however often it is configured', async () => {
  const { config, storage, state, load } = await leave()
  const heard = await load(state)
  configure(config, { storage })
  await expect(fetchAuthSession()).rejects.toMatchObject({ name: 'Unknown' })
  expect(heard).toEqual([failure])
})

test('it announces nothing when its state is another page’s', async () => {
  const { load } = await leave()
  expect(await load('A'.repeat(32))).toEqual([])
})

test.each([null, '[]', '{'])(
  'it announces nothing when this application has begun no sign-in (%s)',
  async (records) => {
    const { storage, state, load } = await leave()
    const key = `CognitoIdentityServiceProvider.${CLIENT}.oauthAttempts`
    if (records) storage.setItem(key, records)
    else storage.removeItem(key)
    expect(await load(state)).toEqual([])
  },
)

test('it is not asked for where there is no user pool', async () => {
  const { load } = await leave()
  const heard = await load('A'.repeat(32))
  configure({}, {})
  expect(await fetchAuthSession()).toMatchObject({ tokens: undefined })
  expect(heard).toEqual([])
})

test('it announces nothing when the answer has arrived before', async () => {
  const { storage, state, attempts, load } = await leave()
  const records = attempts().map(({ state }) => ({ state, isClaimed: true, until: Date.now() + 60_000 }))
  storage.setItem(`CognitoIdentityServiceProvider.${CLIENT}.oauthAttempts`, JSON.stringify(records))
  expect(await load(state)).toEqual([])
})
