import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { access, type Browser, operations, PASSWORD, signIn, start } from './start.js'

// Real tabs of a real browser, with refresh tokens that are good for one use and no grace period.

let browser: Browser
beforeAll(async () => {
  browser = await start(0)
})
afterAll(() => browser.stop())

const withoutLocks = () => {
  Object.defineProperty(navigator, 'locks', { value: undefined })
}

/** Tabs of one browser window, with a user signed in. */
async function signedIn(count: number, locks = true): Promise<[Page, Page, ...Page[]]> {
  const context = await browser.browser.newContext()
  if (!locks) await context.addInitScript(withoutLocks)
  const first = await browser.open(context)
  await signIn(first)
  const second = await browser.open(context)
  const more: Page[] = []
  while (more.length < count - 2) more.push(await browser.open(context))
  return [first, second, ...more]
}

const events = (page: Page) =>
  page.evaluate(() => {
    window.context.hub.listen('auth', ({ payload }) => window.heard.push(payload.event))
  })

describe.each([
  ['with locks', true],
  ['without locks', false],
] as const)('eight tabs %s', (_, locks) => {
  test('that refresh at once end up with the same session, again and again', async () => {
    const tabs = await signedIn(8, locks)
    expect(await tabs[0].evaluate(() => Boolean(navigator.locks))).toBe(locks)
    for (const tab of tabs) await events(tab)
    const sent = tabs.map(operations)
    const seen = new Set<string>()
    const everybody = () => Promise.all(tabs.map((tab) => access(tab)))
    for (let round = 1; round <= 4; round++) {
      await browser.advance(301, tabs)
      const before = sent.flat().length
      expect(await everybody(), `round ${round}`).toEqual(tabs.map(() => expect.any(String)))
      // A process hears a moment late of what another one stores, and may see new tokens by halves: then it has made a
      // refresh of its own with the new one.
      if (locks) expect(sent.flat().length - before).toBeLessThan(tabs.length / 2)
      await expect.poll(async () => new Set(await everybody()).size).toBe(1)
      for (const token of await everybody()) if (token) seen.add(token)
    }
    expect(seen.size).toBe(4)
    const heard = await Promise.all(tabs.map((tab) => tab.evaluate(() => window.heard)))
    expect(new Set(heard.flat())).toEqual(new Set(['tokenRefresh']))
    for (const tab of tabs) expect(await access(tab, { forceRefresh: true })).toBeDefined()
  })
})

test('a tab that is frozen in the middle of a refresh keeps the others waiting for five seconds at most', async () => {
  const [first, second] = await signedIn(2)
  await browser.advance(301, [first, second])
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const asked = new Promise<void>((resolve) => {
    void first.route(
      (url) => url.port === browser.port,
      async (route) => {
        if (route.request().method() !== 'POST') return route.continue()
        resolve()
        await held
        await route.continue()
      },
    )
  })
  const late = access(first)
  await asked
  const devtools = await first.context().newCDPSession(first)
  await devtools.send('Page.setWebLifecycleState', { state: 'frozen' })
  expect(await second.evaluate(async () => (await navigator.locks.query()).held?.length)).toBe(1)
  const begun = Date.now()
  const got = await access(second)
  expect(got).toBeDefined()
  expect(Date.now() - begun).toBeGreaterThan(4500)
  // How exactly, tests in virtual time say; here it is not for as long as a request may take, thirty seconds.
  expect(Date.now() - begun).toBeLessThan(20_000)
  await devtools.send('Page.setWebLifecycleState', { state: 'active' })
  release()
  expect(await late).toBe(got)
})

test('a page that never gives the lock back does not keep other pages from signing in, refreshing and signing out', async () => {
  const [first, second] = await signedIn(2)
  await second.evaluate(async () => {
    const { tokens } = await window.auth.fetchAuthSession(window.context)
    const name = `amulet.${tokens?.accessToken.payload.origin_jti}.exclusive`
    await new Promise<void>((resolve) => {
      void navigator.locks.request(name, () => new Promise(() => resolve()))
    })
  })
  await browser.advance(301, [first, second])
  expect(await access(first)).toBeDefined()
  await first.evaluate(() => window.auth.signOut(window.context))
  // A process hears a moment late of what another one stores.
  await expect.poll(() => access(second)).toBeUndefined()
  await signIn(first)
  const token = await access(first)
  await expect.poll(() => access(second)).toBe(token)
})

test('a tab learns that another tab signed in, refreshed and signed out, and for which user', async () => {
  const context = await browser.browser.newContext()
  const first = await browser.open(context)
  const second = await browser.open(context)
  await second.evaluate(() => {
    window.context.hub.listen(
      'auth',
      ({ payload, crossTab }) => window.heard.push(JSON.stringify({ ...payload, crossTab })),
      { enableCrossTabEvents: true },
    )
  })
  const heard = async (count: number) => {
    await second.waitForFunction((count) => window.heard.length >= count, count)
    // Anything else would come before this, which is stored afterwards.
    const fence = `${Math.random()}`
    await second.evaluate((fence) => {
      window.fence = new Promise((resolve) => {
        addEventListener('storage', ({ key }) => {
          if (key === fence) resolve()
        })
      })
    }, fence)
    await first.evaluate((fence) => {
      localStorage[fence] = ''
    }, fence)
    await second.evaluate(() => window.fence)
    return second.evaluate(() => window.heard.splice(0).map((text) => JSON.parse(text)))
  }
  await signIn(first)
  const { userId } = await first.evaluate(() => window.auth.getCurrentUser(window.context))
  expect(await heard(1)).toEqual([
    {
      event: 'signedIn',
      data: {
        username: 'ada',
        userId,
        signInDetails: { loginId: 'ada', authFlowType: 'USER_PASSWORD_AUTH' },
      },
      crossTab: true,
    },
  ])
  await access(first, { forceRefresh: true })
  expect(await heard(1)).toEqual([{ event: 'tokenRefresh', crossTab: true }])
  await first.evaluate(() => window.auth.signOut(window.context))
  expect(await heard(1)).toEqual([{ event: 'signedOut', data: { reason: 'otherTab' }, crossTab: true }])
  await signIn(first)
  await heard(1)
  await first.evaluate(() => localStorage.clear())
  expect(await heard(1)).toEqual([{ event: 'signedOut', data: { reason: 'otherTab' }, crossTab: true }])
})

test('a reload keeps a sign-in that waits for its answer, and a closed tab forgets it', async () => {
  const page = await browser.open()
  expect(await signIn(page, 'grace')).toMatchObject({
    nextStep: { signInStep: 'CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED' },
  })
  const other = await browser.open(page.context())
  const confirm = (page: Page) =>
    page.evaluate(
      (challengeResponse) =>
        window.auth.confirmSignIn(window.context, { challengeResponse }).catch(({ name }) => name),
      `${PASSWORD}-new`,
    )
  expect(await confirm(other)).toBe('SignInException')
  await page.reload()
  await page.waitForFunction(() => window.context)
  expect(await confirm(page)).toMatchObject({ isSignedIn: true })
  expect(await page.evaluate(() => window.auth.getCurrentUser(window.context))).toMatchObject({
    username: 'grace',
    signInDetails: { loginId: 'grace', authFlowType: 'USER_PASSWORD_AUTH' },
  })
})

test('React’s StrictMode makes one refresh of its double effects, and leaves no listener behind', async () => {
  const context = await browser.browser.newContext()
  await signIn(await browser.open(context))
  // Counts what listens to the window for changes of the storage.
  await context.addInitScript(() => {
    const counted = { now: 0, most: 0 }
    Object.assign(window, { counted })
    const { addEventListener, removeEventListener } = window
    window.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      if (args[0] === 'storage') counted.most = Math.max(counted.most, ++counted.now)
      return addEventListener.apply(window, args)
    }
    window.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      if (args[0] === 'storage') counted.now--
      return removeEventListener.apply(window, args)
    }
  })
  const page = await browser.open(context, 'strict-mode')
  await browser.advance(301, [page])
  const sent = operations(page)
  const counted = () => page.evaluate('({ ...counted })')
  expect(await counted()).toEqual({ now: 0, most: 0 })
  await page.evaluate('unmount = render()')
  await page.getByText('ada').waitFor()
  expect(sent).toEqual(['GetTokensFromRefreshToken'])
  expect(await counted()).toEqual({ now: 1, most: 1 })
  await page.evaluate('unmount()')
  expect(await counted()).toEqual({ now: 0, most: 1 })
})

test('a page without https signs in by SRP, with hashes from a library that other pages do not load', async () => {
  const scripts = (page: Page) =>
    page.evaluate(
      () => performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.js')).length,
    )
  const secure = await browser.open()
  await signIn(secure, 'ada', 'USER_SRP_AUTH')
  const insecure = await browser.openInsecure()
  expect(await insecure.evaluate(() => [crypto.subtle, navigator.locks, isSecureContext])).toEqual([
    undefined,
    undefined,
    false,
  ])
  expect(await signIn(insecure, 'ada', 'USER_SRP_AUTH')).toMatchObject({ isSignedIn: true })
  expect(await scripts(insecure)).toBeGreaterThan(await scripts(secure))
  const second = await browser.openInsecure(insecure.context())
  await browser.advance(301, [insecure, second])
  const both = () => Promise.all([access(insecure), access(second)])
  expect(await both()).toEqual([expect.any(String), expect.any(String)])
  await expect.poll(async () => new Set(await both()).size).toBe(1)
})

test('a page whose clock is a day off signs in by SRP and neither loops nor refreshes for nothing', async () => {
  for (const days of [-1, 1]) {
    const page = await browser.open()
    const sent = operations(page)
    await page.evaluate((milliseconds) => {
      window.offset = milliseconds
    }, days * 86_400_000)
    expect(await signIn(page, 'ada', 'USER_SRP_AUTH')).toMatchObject({ isSignedIn: true })
    for (let times = 0; times < 3; times++) expect(await access(page)).toBeDefined()
    expect(sent).toEqual(['InitiateAuth', 'RespondToAuthChallenge'])
    await browser.advance(301, [page])
    expect(await access(page)).toBeDefined()
    expect(sent).toHaveLength(3)
  }
})
