import { fetchAuthSession, getCurrentUser, openPopup, signInWithRedirect } from '@amulet/auth'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { APP, configureAnew, type Redirect, startRedirect } from './redirect.js'

// A page and the window that it opens, in turns: the globals are those of the one that runs. The real ones are in
// browser/redirect.test.ts.

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

interface Options {
  /** The page has no way to the window, nor the window to the page, but a channel of their origin. */
  isIsolated?: boolean
  isBlocked?: boolean
}

/** A browser whose page may open a window. */
function openBrowser({ isIsolated = false, isBlocked = false }: Options = {}) {
  const messages = new EventTarget()
  const popup = { closed: false, close: vi.fn() }
  const channels = new Set<Channel>()
  let opened = (_url: string) => {}
  const url = new Promise<string>((resolve) => {
    opened = resolve
  })
  /** A message of `window.postMessage`, as the page gets it. */
  const say = (data: unknown, origin = APP) =>
    messages.dispatchEvent(Object.assign(new Event('message'), { data, origin }))
  class Channel extends EventTarget {
    readonly name: string
    constructor(name: string) {
      super()
      this.name = name
      channels.add(this)
    }
    postMessage(data: unknown) {
      if (!isIsolated) return
      for (const other of channels)
        if (other !== this && other.name === this.name)
          other.dispatchEvent(Object.assign(new Event('message'), { data, origin: APP }))
    }
    close() {
      channels.delete(this)
    }
  }
  const window = {
    open: vi.fn((url: string) => {
      opened(url)
      return isBlocked ? null : popup
    }),
    opener: isIsolated ? null : { postMessage: say },
    close: vi.fn(),
  }
  // Without locks a page cannot know whether another one waits, and takes it that it does.
  vi.stubGlobal('navigator', undefined)
  vi.stubGlobal('window', window)
  vi.stubGlobal('document', {})
  vi.stubGlobal('crossOriginIsolated', isIsolated)
  vi.stubGlobal('BroadcastChannel', Channel)
  vi.stubGlobal('addEventListener', messages.addEventListener.bind(messages))
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  return { window, popup, channels, say, url }
}

/** Opens the window as a click does. */
async function open(started: Redirect, { url }: ReturnType<typeof openBrowser>) {
  const call = signInWithRedirect(started.context, { options: { authSessionOpener: openPopup } }).then(
    () => 'signed in',
    ({ name, message }) => `${name}: ${message}`,
  )
  const state = new URL(await url).searchParams.get('state')
  return { call, answer: `${APP}/callback?code=c&state=${state}` }
}

describe.each([
  ['', false],
  [' of a page that is cross-origin isolated', true],
])('a popup%s', (_, isIsolated) => {
  test('hands its answer over to the page, which signs the user in, and is closed', async () => {
    const browser = openBrowser({ isIsolated })
    const started = startRedirect()
    const { call, answer } = await open(started, browser)
    expect(browser.window.open.mock.calls).toEqual([
      [await browser.url, '_blank', 'popup,width=480,height=720'],
    ])
    started.load(answer)
    configureAnew(started)
    expect(await call).toBe('signed in')
    expect(browser.window.close).toHaveBeenCalledOnce()
    expect(browser.popup.close).toHaveBeenCalledOnce()
    expect(await getCurrentUser(started.context)).toMatchObject({ username: 'google_1' })
    expect(started.sent).toHaveLength(1)
    // What it had to listen to is let go of. The channel of the popup ends with its page.
    expect(vi.getTimerCount()).toBe(0)
    expect(browser.channels.size).toBe(1)
  })

  test('that the user closes ends the call, unless the page cannot see it', async () => {
    const browser = openBrowser({ isIsolated })
    const started = startRedirect()
    const { call, answer } = await open(started, browser)
    browser.popup.closed = true
    vi.advanceTimersByTime(500)
    if (isIsolated) {
      started.load(answer)
      configureAnew(started)
    }
    expect(await call).toBe(isIsolated ? 'signed in' : 'OAuthSignInException: canceled')
    expect(vi.getTimerCount()).toBe(0)
  })
})

test('a popup that the browser blocks ends the call', async () => {
  const browser = openBrowser({ isBlocked: true })
  const { call } = await open(startRedirect(), browser)
  expect(await call).toBe('OAuthSignInException: The browser has blocked the popup.')
  expect(browser.channels.size).toBe(0)
})

test('messages of other origins, and other messages, are not taken for the answer of a popup', async () => {
  const browser = openBrowser()
  const started = startRedirect()
  const { call, answer } = await open(started, browser)
  browser.say(`${answer}&from=elsewhere`, 'https://evil.test')
  browser.say(`${APP}/callback?code=c&state=${'A'.repeat(32)}`)
  browser.say({ includes: () => true })
  expect(browser.popup.close).not.toHaveBeenCalled()
  browser.say(answer)
  expect(await call).toBe('signed in')
  expect(started.sent.map(({ body }) => body.code)).toEqual(['c'])
  // Nor is a later one an answer to this call.
  browser.say(answer)
  expect(browser.popup.close).toHaveBeenCalledOnce()
})

test('a popup whose opener is gone signs the user in by itself', async () => {
  const browser = openBrowser()
  const started = startRedirect()
  const { answer } = await open(started, browser)
  vi.stubGlobal('document', undefined)
  started.load(answer)
  configureAnew(started)
  expect((await fetchAuthSession()).userSub).toBe('ada-id')
  expect(browser.window.close).not.toHaveBeenCalled()
})
