import { type DevelopmentServer, sendToDevelopment } from './development-server.js'

/** The user who is to be signed in. */
export interface SessionOptions {
  /** What the user signs in with. Default: a name, or an address, that no other user has. */
  readonly username?: string | undefined
  /** Default: a new user has none, which saves time where the test does not sign in by it. */
  readonly password?: string | undefined
  /** Addresses that a sign-up would verify are verified, unless `email_verified` is here and says otherwise. */
  readonly attributes?: Readonly<Record<string, string>> | undefined
  /** Groups that are missing are made. */
  readonly groups?: readonly string[] | undefined
  /** Default: the pool that the server has from the start. */
  readonly userPoolId?: string | undefined
  /** Default: the client that the server has from the start; one of another pool is to be named. */
  readonly userPoolClientId?: string | undefined
}

/** A user who is signed in. */
export interface Session {
  /** What the user signs in with. */
  readonly username: string
  /** The one that was given. */
  readonly password: string | undefined
  /** The user's id. */
  readonly sub: string
  readonly userPoolId: string
  readonly userPoolClientId: string
  readonly accessToken: string
  readonly idToken: string
  readonly refreshToken: string
  /**
   * What `@amulet/auth` and Amplify keep in the `localStorage` of a page: `Object.assign(localStorage, session.items)` signs
   * a page in.
   */
  readonly items: Readonly<Record<string, string>>
  /** The same as the option `storage` of `configure` and `createAuthContext`. */
  readonly storage: SessionStorage
  /**
   * The same as Playwright's browsers take it.
   *
   * @param origin of the application: `http://localhost:5173`
   * @throws {Error} it is not written so
   */
  storageState(origin: string): StorageState
}

/** A storage in memory. */
export interface SessionStorage {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
  clear(): void
}

/** The cookies and items that a browser begins with, in the form of Playwright. */
export interface StorageState {
  cookies: never[]
  origins: { origin: string; localStorage: { name: string; value: string }[] }[]
}

/**
 * Signs in a user, whom it makes where there is none, without the work of a sign-in: it takes a few milliseconds. The
 * tokens are like those of any other sign-in; a function of the trigger `PreTokenGeneration` has run. A user who is there
 * already gets the password, the attributes and the groups that are given.
 *
 * @example
 * ```ts
 * import { configure, getCurrentUser } from '@amulet/auth'
 * import { createServer } from '@amulet/server'
 * import { createSession } from '@amulet/server/testing'
 *
 * const server = createServer()
 * const { userPoolId, userPoolClientId, storage } = await createSession(server, {
 *   username: 'ada@example.com',
 *   groups: ['admins'],
 * })
 * configure({ Auth: { Cognito: { userPoolId, userPoolClientId } } }, { fetch: server.fetch, storage })
 * console.log(await getCurrentUser())
 * ```
 *
 * @throws {Error} the server refuses, and says why; or it is not for development
 */
export async function createSession(
  server: DevelopmentServer,
  options: SessionOptions = {},
): Promise<Session> {
  // What the server for development answers.
  const session = (await sendToDevelopment(
    server,
    '/sessions',
    { body: options },
    'There is no session.',
  )) as AddedSession
  const { items } = session
  return {
    ...session,
    password: options.password,
    // A client in the process of the server lives by its clock.
    storage: storageOf(typeof server === 'string' || 'info' in server ? items : withoutDrift(items)),
    storageState: (origin) => ({
      cookies: [],
      origins: [
        {
          origin: originOf(origin),
          localStorage: Object.entries(items).map(([name, value]) => ({ name, value })),
        },
      ],
    }),
  }
}

/** A page's path is left out. @throws {Error} it is no address of a page */
function originOf(url: string): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new Error(
      `The origin of the application is written like http://localhost:5173, not ${JSON.stringify(url)}.`,
    )
  return new URL(url).origin
}

type AddedSession = Omit<Session, 'password' | 'storage' | 'storageState'>

const withoutDrift = (items: Session['items']): Session['items'] =>
  Object.fromEntries(
    Object.entries(items).map(([name, value]) => [name, name.endsWith('.clockDrift') ? '0' : value]),
  )

function storageOf(given: Readonly<Record<string, string>>): SessionStorage {
  const items = new Map(Object.entries(given))
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem(key, value) {
      items.set(key, value)
    },
    removeItem(key) {
      items.delete(key)
    },
    clear() {
      items.clear()
    },
  }
}
