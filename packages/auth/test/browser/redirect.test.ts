import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { exchanges, leave, signInOnPage, start, told } from './redirect-start.js'

// A sign-in by redirect in a real browser, from pages of one site to the domain on another, and back.

let world: Awaited<ReturnType<typeof start>>
beforeAll(async () => {
  world = await start()
})
afterEach(() => world.deployed.clear())
afterAll(() => world.stop())

const userOf = (page: import('playwright-core').Page) =>
  page.evaluate(() =>
    window.auth.getCurrentUser().then(
      ({ username }) => username,
      ({ name }) => name,
    ),
  )

test('a user signs in at the domain, and comes back to a page that knows who it is', async () => {
  const context = await world.newContext()
  const sent = exchanges(context)
  const page = await world.open(context, '/callback')
  await leave(page, { customState: 'Grüße 🙂' })
  await signInOnPage(page)
  expect((await told(page, 'signedIn')).map(([event]) => event)).toEqual([
    'customOAuthState',
    'signInWithRedirect',
    'signedIn',
  ])
  expect(await page.evaluate(() => window.told[0]?.[1])).toBe('Grüße 🙂')
  expect(page.url()).toBe(`${world.app}/callback`)
  expect(await userOf(page)).toBe('ada')
  await page.reload()
  expect(await userOf(page)).toBe('ada')
  expect(await page.evaluate(() => window.told)).toEqual([])
  expect(sent).toHaveLength(1)
})

test('a route guard of the page that the user comes back to waits for the sign-in', async () => {
  const context = await world.newContext()
  const page = await world.open(context, '/callback')
  await leave(page)
  await signInOnPage(page)
  await page.waitForURL(/127/)
  await page.waitForFunction(() => window.auth)
  expect(await userOf(page)).toBe('ada')
})

test('a page in strict mode, which configures and completes twice, sends the code once', async () => {
  const context = await world.newContext()
  const sent = exchanges(context)
  const page = await world.open(context, '/strict')
  await leave(page)
  await signInOnPage(page)
  await expect.poll(() => page.textContent('output').catch(() => '')).toMatch(/^ada true,true/)
  expect(sent).toHaveLength(1)
})

test('a page that has only the listener completes the sign-in', async () => {
  const context = await world.newContext()
  const page = await world.open(context, '/callback')
  await leave(page)
  world.deployed.set('callback', 'listener')
  await signInOnPage(page)
  expect((await told(page, 'signedIn')).map(([event]) => event)).toEqual(['signInWithRedirect', 'signedIn'])
  world.deployed.clear()
  await page.reload()
  await page.waitForFunction(() => window.auth)
  expect(await userOf(page)).toBe('ada')
})

test('a page that is reloaded while it exchanges the code says so, and the next sign-in works', async () => {
  const context = await world.newContext()
  const page = await world.open(context, '/callback')
  await leave(page)
  let asked = () => {}
  const asking = new Promise<void>((resolve) => {
    asked = resolve
  })
  await page.route('**/oauth2/token', () => asked())
  await signInOnPage(page)
  await asking
  await page.reload()
  expect(await told(page, 'signInWithRedirect_failure')).toEqual([
    ['signInWithRedirect_failure', 'The sign-in was interrupted.'],
  ])
  expect(page.url()).toBe(`${world.app}/callback`)
  await page.unroute('**/oauth2/token')
  await page.evaluate(() => void window.auth.signInWithRedirect())
  // The domain still knows the user.
  await told(page, 'signedIn')
  expect(await userOf(page)).toBe('ada')
})

test('a user who goes back from the domain’s page finds a page that waits for nothing, and may go forward again', async () => {
  const context = await world.newContext()
  const page = await world.open(context, '/callback')
  await page.evaluate(() => {
    Object.assign(window, { isTheSame: true })
  })
  await leave(page)
  await page.goBack({ waitUntil: 'commit' })
  expect(await page.evaluate(() => 'isTheSame' in window)).toBe(true)
  expect(await told(page, 'signInWithRedirect_failure')).toEqual([
    ['signInWithRedirect_failure', 'User cancelled OAuth flow.'],
  ])
  expect(await userOf(page)).toBe('UserUnAuthenticatedException')
  await page.goForward({ waitUntil: 'commit' })
  await signInOnPage(page)
  expect((await told(page, 'signedIn')).map(([event]) => event)).toEqual(['signInWithRedirect', 'signedIn'])
})

test('a page that was left three times says once that the user has come back', async () => {
  const context = await world.newContext()
  const page = await world.open(context, '/callback')
  for (let round = 1; round <= 3; round++) {
    await leave(page)
    await page.goBack({ waitUntil: 'commit' })
    await page.waitForFunction((round) => window.told.length === round, round)
  }
  // The last of the attempts that are open is completed.
  await leave(page)
  await signInOnPage(page)
  await told(page, 'signedIn')
})

test('a user who goes back past a sign-in that is complete has cancelled nothing', async () => {
  const context = await world.newContext()
  const page = await world.open(context, '/callback')
  await page.evaluate(() => {
    Object.assign(window, { isTheSame: true })
  })
  await leave(page)
  await signInOnPage(page)
  await told(page, 'signedIn')
  await page.evaluate(() => history.go(-2))
  await page.waitForFunction(() => 'isTheSame' in window)
  expect(await userOf(page)).toBe('ada')
  // The next attempt is one that the user can cancel.
  await page.evaluate(() => void window.auth.signInWithRedirect({ options: { prompt: 'LOGIN' } }))
  await page.waitForURL(/\/login\?/)
  await page.goBack({ waitUntil: 'commit' })
  expect(await told(page, 'signInWithRedirect_failure')).toEqual([
    ['signInWithRedirect_failure', 'User cancelled OAuth flow.'],
  ])
})

test('an answer is reported once when the code that handles it cannot be loaded, and can be completed afterwards', async () => {
  const context = await world.newContext()
  const page = await world.open(context, '/callback')
  await page.route('**/complete-*', (route) => route.abort())
  await leave(page)
  await signInOnPage(page)
  const failure = ['signInWithRedirect_failure', 'An unknown error has occurred.']
  expect(await told(page, 'signInWithRedirect_failure')).toEqual([failure])
  expect(await userOf(page)).toBe('Unknown')
  await page.evaluate(() => window.configure())
  expect(await page.evaluate(() => window.auth.completeSignInWithRedirect())).toEqual({ isSignedIn: true })
  expect((await page.evaluate(() => window.told)).map(([event]) => event)).toEqual([
    'signInWithRedirect_failure',
    'signInWithRedirect',
    'signedIn',
  ])
})

test('a state of another origin does no harm when the code that reads it cannot be loaded', async () => {
  const context = await world.newContext()
  const page = await world.open(context, '/callback')
  await page.route('**/complete-*', (route) => route.abort())
  await page.goto(`${world.app}/callback?state=open`)
  await page.waitForFunction(() => window.auth)
  // It may have been an answer: then that is what is wrong.
  expect(await userOf(page)).toBe('Unknown')
  expect(await page.evaluate(() => window.told)).toEqual([])
  await page.unrouteAll()
  await page.goto(`${world.app}/callback`)
  await leave(page)
  await signInOnPage(page)
  await told(page, 'signedIn')
  await page.route('**/complete-*', (route) => route.abort())
  await page.goto(`${world.app}/callback?state=open`)
  await page.waitForFunction(() => window.auth)
  expect(await userOf(page)).toBe('ada')
})

test('two tabs sign in at once, each with its own attempt', async () => {
  const context = await world.newContext()
  const sent = exchanges(context)
  const first = await world.open(context, '/callback')
  const second = await world.open(context, '/callback')
  await leave(first)
  await leave(second)
  await signInOnPage(first)
  await told(first, 'signedIn')
  await signInOnPage(second)
  await told(second, 'signedIn')
  expect(await Promise.all([userOf(first), userOf(second)])).toEqual(['ada', 'ada'])
  expect(new Set(sent).size).toBe(2)
})

test('the same answer in two tabs is exchanged once, and both know the user', async () => {
  const context = await world.newContext()
  const sent = exchanges(context)
  const first = await world.open(context, '/callback')
  await leave(first)
  world.deployed.set('callback', 'blank')
  await signInOnPage(first)
  await first.waitForURL(/callback\?/)
  const answer = first.url()
  world.deployed.clear()
  const tabs = await Promise.all([context.newPage(), context.newPage()])
  await Promise.all(tabs.map((tab) => tab.goto(answer)))
  expect(
    await Promise.all(tabs.map((tab) => tab.waitForFunction(() => window.auth).then(() => userOf(tab)))),
  ).toEqual(['ada', 'ada'])
  expect(sent).toHaveLength(1)
  for (const tab of tabs) expect(tab.url()).toBe(`${world.app}/callback`)
  const events = (await Promise.all(tabs.map((tab) => tab.evaluate(() => window.told)))).flat()
  expect(events.map(([event]) => event)).toEqual(['signInWithRedirect', 'signedIn'])
})

test('a user who signs out comes back to the page, and is asked to sign in the next time', async () => {
  const context = await world.newContext()
  const page = await world.open(context, '/callback')
  await leave(page)
  await signInOnPage(page)
  await told(page, 'signedIn')
  await page.evaluate(() => void window.auth.signOut())
  await page.waitForURL(`${world.app}/`)
  await page.waitForFunction(() => window.auth)
  expect(await userOf(page)).toBe('UserUnAuthenticatedException')
  await leave(page)
  await signInOnPage(page, 'bob')
  await told(page, 'signedIn')
  expect(await userOf(page)).toBe('bob')
})

test('an error of the domain is reported by the page', async () => {
  const context = await world.newContext()
  const page = await world.open(context, '/callback')
  await page.evaluate(() => void window.auth.signInWithRedirect({ options: { prompt: 'NONE' } }))
  expect(await told(page, 'signInWithRedirect_failure')).toEqual([
    ['signInWithRedirect_failure', 'login_required'],
  ])
  expect(page.url()).toBe(`${world.app}/callback`)
})

describe.each([
  ['', '/callback'],
  [' of a page that is cross-origin isolated', '/isolated'],
])('a popup%s', (_, path) => {
  /** Opens the popup as a click does. */
  const open = async (page: import('playwright-core').Page) => {
    const opened = page.context().waitForEvent('page')
    await page.evaluate(() => {
      const { signInWithRedirect, openPopup } = window.auth
      window.done = signInWithRedirect({ options: { authSessionOpener: openPopup } }).then(
        () => 'signed in',
        ({ name, message }) => `${name}: ${message}`,
      )
    })
    const popup = await opened
    await popup.waitForURL(/\/login\?/)
    return popup
  }

  test('signs the user in, and closes', async () => {
    const context = await world.newContext()
    const sent = exchanges(context)
    const page = await world.open(context, path)
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(path === '/isolated')
    const popup = await open(page)
    const closed = popup.waitForEvent('close')
    await signInOnPage(popup)
    expect(await page.evaluate(() => window.done)).toBe('signed in')
    await closed
    expect(await userOf(page)).toBe('ada')
    expect(await page.evaluate(() => window.told.map(([event]) => event))).toEqual([
      'signInWithRedirect',
      'signedIn',
    ])
    expect(sent).toHaveLength(1)
    expect(page.url()).toBe(world.app + path)
  })

  test('that the user closes ends the call, unless the page cannot see it', async () => {
    const context = await world.newContext()
    const page = await world.open(context, path)
    const popup = await open(page)
    await popup.close()
    if (path === '/isolated') {
      // It does not keep another one from beginning.
      const another = await open(page)
      await signInOnPage(another)
    }
    expect(await page.evaluate(() => window.done)).toBe(
      path === '/isolated' ? 'signed in' : 'OAuthSignInException: canceled',
    )
  })
})

test('a popup whose opener is gone signs the user in by itself', async () => {
  const context = await world.newContext()
  const page = await world.open(context, '/callback')
  const opened = context.waitForEvent('page')
  await page.evaluate(() => {
    const { signInWithRedirect, openPopup } = window.auth
    void signInWithRedirect({ options: { authSessionOpener: openPopup } })
  })
  const popup = await opened
  await popup.waitForURL(/\/login\?/)
  await page.close()
  await signInOnPage(popup)
  await told(popup, 'signedIn')
  expect(await userOf(popup)).toBe('ada')
})

test('a function that leaves the page without an answer has the next page complete the sign-in', async () => {
  const context = await world.newContext()
  const page = await world.open(context, '/callback')
  await page.evaluate(() => {
    const authSessionOpener = async (url: string) => location.assign(url)
    void window.auth.signInWithRedirect({ options: { authSessionOpener } })
  })
  await page.waitForURL(/\/login\?/)
  await signInOnPage(page)
  await told(page, 'signedIn')
  expect(await userOf(page)).toBe('ada')
})

test('a popup that the browser blocks ends the call', async () => {
  const context = await world.newContext()
  const page = await world.open(context, '/callback')
  await page.evaluate(() => {
    window.open = () => null
  })
  const failed = await page.evaluate(() => {
    const { signInWithRedirect, openPopup } = window.auth
    return signInWithRedirect({ options: { authSessionOpener: openPopup } }).catch(
      ({ name, message }) => `${name}: ${message}`,
    )
  })
  expect(failed).toBe('OAuthSignInException: The browser has blocked the popup.')
})

describe('stock Amplify', () => {
  test('begins a sign-in on the old version of the page, and this one completes it', async () => {
    const context = await world.newContext()
    const page = await world.open(context, '/stock')
    await page.evaluate(() => void window.auth.signInWithRedirect({ customState: 'é' }))
    await page.waitForURL(/\/login\?/)
    // The new version is deployed meanwhile.
    world.deployed.set('stock', 'callback')
    await signInOnPage(page)
    expect((await told(page, 'signedIn')).map(([event]) => event)).toEqual([
      'customOAuthState',
      'signInWithRedirect',
      'signedIn',
    ])
    expect(await page.evaluate(() => [window.told[0]?.[1], 'openPopup' in window.auth])).toEqual(['é', true])
    expect(await userOf(page)).toBe('ada')
    const keys = await page.evaluate(() =>
      Object.keys(localStorage).map((key) => key.replace(/^.*?\.web\./, '')),
    )
    expect(keys).not.toContain('oauthState')
    expect(keys).not.toContain('inflightOAuth')
  })

  test('has the same session as a page that has signed in here, and signs out of it at the domain', async () => {
    const context = await world.newContext()
    const page = await world.open(context, '/callback')
    await leave(page)
    await signInOnPage(page)
    await told(page, 'signedIn')
    await page.goto(`${world.app}/stock`)
    await page.waitForFunction(() => window.auth)
    expect(await userOf(page)).toBe('ada')
    const left = page.waitForRequest(/\/logout\?/)
    await page.evaluate(() => void window.auth.signOut())
    expect(new URL((await left).url()).searchParams.get('logout_uri')).toBe(`${world.app}/`)
  })

  test('has its session ended here, at the domain too', async () => {
    const context = await world.newContext()
    const page = await world.open(context, '/stock')
    await page.evaluate(() => void window.auth.signInWithRedirect())
    await page.waitForURL(/\/login\?/)
    await signInOnPage(page)
    await told(page, 'signedIn')
    await page.goto(`${world.app}/callback`)
    await page.waitForFunction(() => window.auth)
    expect(await userOf(page)).toBe('ada')
    const left = page.waitForRequest(/\/logout\?/)
    await page.evaluate(() => void window.auth.signOut())
    expect(new URL((await left).url()).searchParams.get('logout_uri')).toBe(`${world.app}/`)
  })
})
