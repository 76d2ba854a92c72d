import {
  confirmSignIn,
  createMemoryStorage,
  fetchAuthSession,
  getCurrentUser,
  signIn,
  signOut,
} from '@amulet/auth'
import { Amplify } from 'aws-amplify'
import * as stock from 'aws-amplify/auth'
import { cognitoUserPoolsTokenProvider } from 'aws-amplify/auth/cognito'
import { afterEach, expect, test, vi } from 'vitest'
import { confirmedUser, json, PASSWORD, type Started, start } from './start.js'

afterEach(() => vi.unstubAllGlobals())

/** A storage both libraries understand, and what it contains. */
function sharedStorage() {
  const memory = createMemoryStorage()
  const keys = new Set<string>()
  const storage = {
    getItem: async (key: string) => memory.getItem(key) as string | null,
    setItem: async (key: string, value: string) => {
      keys.add(key)
      memory.setItem(key, value)
    },
    removeItem: async (key: string) => {
      keys.delete(key)
      memory.removeItem(key)
    },
    clear: async () => {
      memory.clear()
    },
  }
  const items = () => Object.fromEntries([...keys].sort().map((key) => [key, memory.getItem(key)]))
  return { storage, items }
}

function configureStock({ config, net }: Started, storage: ReturnType<typeof sharedStorage>['storage']) {
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => net.fetch(new Request(url, init)))
  // Amplify freezes what it is given.
  Amplify.configure(structuredClone(config) as never)
  cognitoUserPoolsTokenProvider.setKeyValueStorage(storage)
}

async function bothLibraries() {
  const { storage, items } = sharedStorage()
  const started = await start({ storage, clock: Date.now })
  const username = await confirmedUser(started)
  configureStock(started, storage)
  return { ...started, username, items }
}

test('after Amplify signs in we have the session, refresh it, and Amplify goes on with it', async () => {
  const { context, username } = await bothLibraries()
  await stock.signIn({ username, password: PASSWORD })
  expect(await getCurrentUser(context)).toEqual(await stock.getCurrentUser())
  const { tokens } = await fetchAuthSession(context, { forceRefresh: true })
  expect(`${(await stock.fetchAuthSession()).tokens?.accessToken}`).toBe(`${tokens?.accessToken}`)
  expect((await stock.fetchAuthSession({ forceRefresh: true })).tokens).toBeDefined()
  await signOut(context)
  await expect(stock.getCurrentUser()).rejects.toMatchObject({ name: 'UserUnAuthenticatedException' })
})

test('after we sign in Amplify has the session, and signs out of it', async () => {
  const { context, username } = await bothLibraries()
  await signIn(context, { username, password: PASSWORD })
  expect(await stock.getCurrentUser()).toEqual(await getCurrentUser(context))
  await stock.signOut()
  await expect(getCurrentUser(context)).rejects.toMatchObject({ name: 'UserUnAuthenticatedException' })
})

test('both store the same keys, with values of the same form', async () => {
  const { context, username, items } = await bothLibraries()
  const form = () =>
    Object.entries(items()).map(([key, value]) => [
      key,
      /^-?\d+$/.test(`${value}`) ? 'number' : `${value}`.slice(0, 4),
    ])
  await signIn(context, { username, password: PASSWORD })
  const ours = form().filter(([key]) => !`${key}`.startsWith('CognitoSignInState'))
  await signOut(context)
  expect(items()).toEqual({})
  await stock.signIn({ username, password: PASSWORD })
  expect(ours).toEqual(form())
})

test('a sign-in under way is kept under Amplify’s keys, and one that Amplify began is continued', async () => {
  const { context, net, items } = await bothLibraries()
  net.faults.push(
    json(200, { ChallengeName: 'NEW_PASSWORD_REQUIRED', Session: 's-1', ChallengeParameters: {} }),
  )
  await signIn(context, { username: 'ada', password: 'temporary' })
  expect(items()).toMatchObject({
    'CognitoSignInState.username': 'ada',
    'CognitoSignInState.challengeName': 'NEW_PASSWORD_REQUIRED',
    'CognitoSignInState.signInSession': 's-1',
    'CognitoSignInState.expiry': expect.stringMatching(/^\d{13}$/),
  })
  for (const name of ['clientId', 'signInDetails']) {
    await context.signInStorage.removeItem(`CognitoSignInState.${name}`)
  }
  net.faults.push(json(400, { __type: 'InvalidPasswordException', message: 'Too short' }))
  await expect(confirmSignIn(context, { challengeResponse: 'x' })).rejects.toMatchObject({
    name: 'InvalidPasswordException',
  })
  expect(net.sent.at(-1)?.body).toMatchObject({ Session: 's-1' })
})
