import { type AmuletServer, createServer, type ServerOptions } from '../create-server.js'
import { createSession, type SessionOptions, type StorageState } from './create-session.js'

/** What each test has. */
export interface AmuletFixtures {
  /** The server that the test's pages sign in to: users, messages and time of this test alone. */
  amulet: AmuletServer
  /** The user whom the test's pages are signed in as when they open: `test.use({ signedInAs: { groups: ['admins'] } })`. Default: none. */
  signedInAs: SessionOptions | undefined
}

/** What each worker has. */
export interface AmuletWorkerFixtures {
  /** What `amulet` is a copy of. It is made once. */
  preparedAmulet: AmuletServer
}

export interface AmuletFixtureOptions extends Omit<ServerOptions, 'url' | 'mode'> {
  /** Where the application expects the user pool: what it is configured with. Default: `http://127.0.0.1:9230`, as of `amulet dev`. */
  readonly url?: string
}

// The parts of Playwright that are used. Its own types are assignable to them.

interface Route {
  request(): {
    url(): string
    method(): string
    allHeaders(): Promise<Record<string, string>>
    postDataBuffer(): Uint8Array | null
    isNavigationRequest(): boolean
  }
  fulfill(response: { status: number; headers: Record<string, string>; body: Buffer }): Promise<void>
}

interface Context {
  route(isFor: (url: URL) => boolean, answer: (route: Route) => Promise<void>): Promise<unknown>
}

type Use<T> = (value: T) => Promise<void>

/** Fixtures in the form of Playwright's `test.extend`. */
export interface PlaywrightFixtures {
  preparedAmulet: [(none: Record<never, never>, use: Use<AmuletServer>) => Promise<void>, { scope: 'worker' }]
  amulet(given: AmuletWorkerFixtures, use: Use<AmuletServer>): Promise<void>
  signedInAs: [undefined, { option: true }]
  storageState<S>(
    given: AmuletFixtures & { storageState: S; baseURL: string | undefined },
    use: Use<S | StorageState>,
  ): Promise<void>
  context<C extends Context>(given: { context: C; amulet: AmuletServer }, use: Use<C>): Promise<void>
}

/**
 * Fixtures for Playwright. Each test has a server of its own, a copy of one that its worker has prepared, and it listens on
 * no port: what the browser sends to the address of the user pool is answered in the process of the test. So tests run in
 * parallel against one build of the application, which is configured as for `amulet dev`.
 *
 * Requests that do not come from the browser do not get there, such as those of an application's own server.
 *
 * @example
 * ```ts
 * import { type AmuletFixtures, type AmuletWorkerFixtures, amuletFixtures } from '@amulet/server/testing'
 * import { test as base } from '@playwright/test'
 *
 * export const test = base.extend<AmuletFixtures, AmuletWorkerFixtures>(
 *   amuletFixtures({ users: [{ Username: 'ada@example.com', Password: 'Correct-horse-1' }] }),
 * )
 * ```
 *
 * @param options of `createServer`
 */
export function amuletFixtures(options: AmuletFixtureOptions = {}): PlaywrightFixtures {
  const { url = 'http://127.0.0.1:9230', ...serverOptions } = options
  // Playwright reads from the text of a function which fixtures it takes.
  return {
    preparedAmulet: [
      // biome-ignore lint/correctness/noEmptyPattern: it has to be a pattern
      async ({}, use) => {
        const server = createServer({ ...serverOptions, url })
        await server.ready
        await use(server)
        await server.close()
      },
      { scope: 'worker' },
    ],
    amulet: async ({ preparedAmulet }, use) => {
      const server = await preparedAmulet.fork()
      await use(server)
      await server.close()
    },
    signedInAs: [undefined, { option: true }],
    storageState: async ({ storageState, amulet, signedInAs, baseURL }, use) => {
      if (!signedInAs) return await use(storageState)
      if (baseURL === undefined)
        throw new Error('`signedInAs` is for the pages of `baseURL`. Set it in the configuration.')
      const session = await createSession(amulet, signedInAs)
      await use(session.storageState(baseURL))
    },
    context: async ({ context, amulet }, use) => {
      const isFor = leadsTo(new URL(url))
      await context.route(isFor, (route) => answer(amulet, route, isFor))
      await use(context)
    },
  }
}

/** Domains of pools are at names below `localhost`, on the same port. */
const leadsTo =
  (server: URL) =>
  (url: URL): boolean =>
    url.origin === server.origin ||
    (url.port === server.port && /(^|\.)localhost$|^127\.0\.0\.1$/.test(url.hostname))

async function answer(server: AmuletServer, route: Route, isFor: (url: URL) => boolean): Promise<void> {
  const asked = route.request()
  // Those of HTTP/2 that begin with a colon are no headers.
  const headers = Object.entries(await asked.allHeaders()).filter(([name]) => !name.startsWith(':'))
  const body = asked.postDataBuffer()
  const response = await server.fetch(
    new Request(asked.url(), {
      method: asked.method(),
      headers,
      ...(body && { body: new Uint8Array(body) }),
    }),
  )
  const setCookie = response.headers.getSetCookie()
  // Playwright takes several in one text.
  const cookies = setCookie.length > 0 ? { 'set-cookie': setCookie.join('\n') } : undefined
  const location = response.headers.get('location')
  const target = location === null ? undefined : new URL(location, asked.url())
  if (target && isFor(target) && asked.isNavigationRequest()) {
    // Playwright hands over where a navigation begins, and not where a redirect leads to. So it begins anew.
    await route.fulfill({
      status: 200,
      headers: { 'content-type': 'text/html', 'cache-control': 'no-store', ...cookies },
      body: Buffer.from(`<!doctype html><script>location.replace(${inScript(target.href)})</script>`),
    })
    return
  }
  await route.fulfill({
    status: response.status,
    headers: { ...Object.fromEntries(response.headers), ...cookies },
    body: Buffer.from(await response.arrayBuffer()),
  })
}

/** A text that ends neither itself nor the script. */
const inScript = (text: string): string => JSON.stringify(text).replaceAll('<', '\\u003c')
