import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Browser, operations, signIn, start } from './start.js'

let browser: Browser
beforeAll(async () => {
  browser = await start(0)
})
afterAll(() => browser.stop())

/** Methods of the requests that a page makes to the user pool, preflights included, in their order. */
async function methods(page: Awaited<ReturnType<Browser['open']>>): Promise<string[]> {
  const sent: string[] = []
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  session.on('Network.requestWillBeSent', ({ request }) => {
    if (new URL(request.url).port === browser.port) sent.push(request.method)
  })
  return sent
}

test('a sign-in sends one preflight request, and not one before each request', async () => {
  const page = await browser.open()
  const sent = await methods(page)
  const asked = operations(page)
  await signIn(page, 'ada', 'USER_SRP_AUTH')
  await page.evaluate(async () => {
    await window.auth.fetchAuthSession(window.context, { forceRefresh: true })
    await window.auth.fetchUserAttributes(window.context)
    await window.auth.signOut(window.context)
  })
  expect(asked).toEqual([
    'InitiateAuth',
    'RespondToAuthChallenge',
    'GetTokensFromRefreshToken',
    'GetUser',
    'RevokeToken',
  ])
  expect(sent.filter((method) => method === 'POST')).toHaveLength(5)
  expect(sent.filter((method) => method === 'OPTIONS')).toHaveLength(1)
})

test('the browser keeps no answers by itself: the same request is sent again', async () => {
  const page = await browser.open()
  await signIn(page)
  const sent = await methods(page)
  await page.evaluate(async () => {
    for (let times = 0; times < 3; times++) await window.auth.fetchUserAttributes(window.context)
  })
  expect(sent.filter((method) => method === 'POST')).toHaveLength(3)
})
