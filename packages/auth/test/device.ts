import { AsyncLocalStorage } from 'node:async_hooks'
import { type AuthContext, createAuthContext, type KeyValueStorage } from '@amulet/auth'
import type { AmuletServer } from '@amulet/server'
import { vi } from 'vitest'
import { realWork, sleep } from './virtual-time.js'

// A device with several tabs of one page, in virtual time: the tabs share a storage, as they share `localStorage`, and
// a lock manager, and nothing else.  The server is the real one; its requests take no virtual time, and what the
// network does to them, and how long it takes, is up to the test.

const never = <Value>() => new Promise<Value>(() => {})

function fail(message: string): never {
  throw new TypeError(message)
}

/** Whose code is running. */
const currentTab = new AsyncLocalStorage<Tab>()

export interface Tab {
  readonly name: string
  readonly context: AuthContext
  /** Resolves when the tab is closed in the middle of whatever it does. */
  readonly closed: Promise<void>
  readonly isClosed: boolean
  /** When it was last woken up; `Infinity` while it is frozen. */
  readonly wokenAt: number
  /** Resolves when it is awake. */
  woken(): Promise<void>
  /** Runs a call of the application in this tab. */
  run<Output>(call: () => Promise<Output>): Promise<Output>
  /** From now on nothing happens here any more; locks are given back. */
  close(): void
  /** Closes when this many more items have been written or removed. */
  closeAfterWrites(count: number): void
  freeze(): void
  wake(): void
}

/** What the network does to one request. Everything is in milliseconds of virtual time. */
export interface Passage {
  /** On the way to the server, and back. */
  there: number
  back: number
  /** `undefined` when all goes well. A function answers in the server's place. */
  fault?: 'lost on the way' | 'answer lost' | 'tab closes' | (() => Response) | undefined
}

/** How the locks of the platform behave. Without a page there are neither locks nor tabs, but contexts of one process. */
export type Locks = 'work' | 'missing' | 'refused' | 'held by a frozen tab' | 'missing, without a page'

/** An answer that put a new refresh token in the place of `token`. */
interface Rotation {
  token: string
  next: string
  at: number
  tab: Tab
  /** Whether the tab is still to get it, and has the time to. */
  isUnderWay: boolean
  isReceived: boolean
  /** Whether the tab has changed anything that is stored since it got it. */
  isFollowedByWrites: boolean
}

export interface Device {
  /** What is stored on the device. */
  readonly items: Map<string, string>
  readonly rotations: Rotation[]
  /** The one that was stored last; it may have been removed since. */
  lastRefreshToken: string
  /**
   * Tabs that sent a refresh token long after it was replaced on this device as well: the service takes that for a theft.
   */
  readonly sentTooLate: string[]
  /**
   * Whether the service has taken a second use of a token for a theft, and no client could have helped it: the answer
   * that replaced the token has been with a frozen tab all the time. Set back by a new sign-in.
   */
  isRevoked: boolean
  /** Operations the server answered, in order. */
  readonly answered: string[]
  /** Milliseconds this device's clock is ahead of the server's. */
  skew: number
  passage: (operation: string) => Passage
  /** Milliseconds until a storage does what it is asked; with 0 it does it at once. */
  storageDelay: () => number
  openTab(): Tab
  /**
   * Whether the answers that rotated `token` are lost for good, and no client could have helped it: no device is to get
   * one any more, and who got one had no time to write anything.
   */
  isLost(token: string): boolean
}

/** @param grace seconds for which the service takes a refresh token that it has replaced */
export function createDevice(server: AmuletServer, config: object, locks: Locks, grace = 0): Device {
  const items = new Map<string, string>()
  const rotations: Rotation[] = []
  const answered: string[] = []
  const sentTooLate: string[] = []
  const stored = new Set<string>()
  const manager = createLockManager()
  // One after the other, so that the same seed means the same run.
  let turn: Promise<unknown> = Promise.resolve()
  let opened = 0
  // What an earlier device has put there goes.
  vi.unstubAllGlobals()
  // A frozen tab's timers go off when it wakes up, each as a task of its own and in the order in which they were due.
  const later = globalThis.setTimeout
  const setTimer = (run: () => void, milliseconds?: number) => {
    const tab = currentTab.getStore()
    const goOff = () => {
      if (tab?.wokenAt === Number.POSITIVE_INFINITY) void tab.woken().then(() => later(goOff))
      else run()
    }
    return later(goOff, milliseconds)
  }
  vi.stubGlobal('setTimeout', setTimer)
  vi.stubGlobal('document', locks === 'missing, without a page' ? undefined : {})
  vi.stubGlobal('navigator', locks.startsWith('missing') ? {} : { locks: manager.as(locks) })

  /** The server's answer as text, so that nothing of it comes later than it says. */
  async function ask(request: Request): Promise<{ text: string; init: ResponseInit }> {
    const answer = turn.then(async () => {
      const response = await server.fetch(request)
      return { text: await response.text(), init: { status: response.status, headers: response.headers } }
    })
    turn = answer.catch(() => {})
    return realWork(answer)
  }

  /** What is on its way goes on while its tab is frozen. */
  const travel = (milliseconds: number) => currentTab.exit(() => sleep(milliseconds))

  async function send(tab: Tab, alive: <Value>(value: () => Value) => Promise<Value>, request: Request) {
    const operation = (request.headers.get('x-amz-target') ?? '').replace(/.*\./, '')
    const { there, back, fault } = device.passage(operation)
    // The body is the client's own.
    const { RefreshToken: token = '' } = (await request.clone().json()) as { RefreshToken?: string }
    const replacement = () =>
      rotations.find(({ token: old, at }) => old === token && Date.now() - at > (grace + 60) * 1000)
    const { next } = replacement() ?? {}
    if (next && stored.has(next)) sentTooLate.push(tab.name)
    await travel(there)
    if (tab.isClosed) return never<Response>()
    if (fault === 'lost on the way') return alive(() => fail('fetch failed'))
    if (typeof fault === 'function') {
      await travel(back)
      return alive(fault)
    }
    if (replacement()) device.isRevoked = true
    const { text, init } = await ask(request)
    answered.push(`${operation} ${init.status}`)
    // The answer is the server's own.
    const { AuthenticationResult: result } = JSON.parse(text) as {
      AuthenticationResult?: { RefreshToken?: string }
    }
    const rotation = {
      token,
      next: result?.RefreshToken ?? '',
      at: Date.now(),
      tab,
      // One that was given up on its way there arrives all the same.
      isUnderWay: !request.signal.aborted,
      isReceived: false,
      isFollowedByWrites: false,
    }
    if (token && rotation.next) rotations.push(rotation)
    if (fault === 'tab closes') tab.close()
    void tab.closed.then(() => {
      rotation.isUnderWay = false
    })
    request.signal.addEventListener('abort', () => {
      rotation.isUnderWay = false
    })
    if (fault === 'answer lost') {
      rotation.isUnderWay = false
      return alive(() => fail('terminated'))
    }
    await travel(back)
    return alive(() => {
      rotation.isReceived = rotation.isUnderWay
      return new Response(text, init)
    })
  }

  const device: Device = {
    items,
    rotations,
    lastRefreshToken: '',
    answered,
    sentTooLate,
    isRevoked: false,
    skew: 0,
    passage: () => ({ there: 20, back: 20 }),
    storageDelay: () => 0,
    openTab() {
      let close = () => {}
      let wake = () => {}
      let asleep: Promise<void> | undefined
      let writesLeft = Number.POSITIVE_INFINITY
      let isClosed = false
      let wokenAt = 0
      const closed = new Promise<void>((resolve) => {
        close = resolve
      })
      /** Nothing happens in a closed tab, and in a frozen one it happens later. */
      const alive = async <Value>(value: () => Value): Promise<Value> => {
        while (asleep) await asleep
        return isClosed ? never<Value>() : value()
      }
      const touch = <Value>(value: () => Value): Value | Promise<Value> => {
        const delay = device.storageDelay()
        if (delay) return sleep(delay).then(() => alive(value))
        return asleep || isClosed ? alive(value) : value()
      }
      const write = (change: () => void) =>
        touch(() => {
          change()
          for (const rotation of rotations)
            if (rotation.tab === tab) rotation.isFollowedByWrites ||= rotation.isReceived
          if (--writesLeft === 0) tab.close()
        })
      const storage: KeyValueStorage = {
        getItem: (key) => touch(() => items.get(key) ?? null),
        setItem: (key, value) =>
          write(() => {
            items.set(key, value)
            if (!key.endsWith('.refreshToken')) return
            stored.add(value)
            device.lastRefreshToken = value
          }),
        removeItem: (key) => write(() => items.delete(key)),
      }
      const tab: Tab = {
        name: `tab ${++opened}`,
        context: createAuthContext(config, {
          storage,
          clock: () => Date.now() + device.skew,
          fetch: (request) => send(tab, alive, request),
        }),
        closed,
        get isClosed() {
          return isClosed
        },
        get wokenAt() {
          return asleep ? Number.POSITIVE_INFINITY : wokenAt
        },
        async woken() {
          while (asleep) await asleep
        },
        run: (call) => currentTab.run(tab, call),
        close() {
          isClosed = true
          manager.releaseAll(tab)
          close()
        },
        closeAfterWrites(count) {
          writesLeft = count
        },
        freeze() {
          asleep ??= new Promise((resolve) => {
            wake = resolve
          })
        },
        wake() {
          if (asleep) wokenAt = Date.now()
          asleep = undefined
          wake()
        },
      }
      return tab
    },
    isLost(token) {
      const answers = rotations.filter((rotation) => rotation.token === token)
      return (
        answers.length > 0 &&
        answers.every(
          ({ next, isUnderWay, isFollowedByWrites }) =>
            !isUnderWay && !isFollowedByWrites && !stored.has(next),
        )
      )
    },
  }
  return device
}

interface LockRequest {
  name: string
  mode: LockMode
  tab: Tab | undefined
  grant(): void
}

/** Web Locks, as far as they are used: shared and exclusive, first come first served, given up by a signal. */
function createLockManager() {
  let held: LockRequest[] = []
  let queue: LockRequest[] = []
  const grantNext = () => {
    for (const request of queue) {
      const isBefore = (other: LockRequest) =>
        other.name === request.name && (other.mode === 'exclusive' || request.mode === 'exclusive')
      if (held.some(isBefore) || queue.slice(0, queue.indexOf(request)).some(isBefore)) continue
      queue = queue.filter((other) => other !== request)
      held = [...held, request]
      request.grant()
    }
  }
  const request = <Output>(
    name: string,
    { mode, signal }: { mode: LockMode; signal: AbortSignal },
    run: () => Promise<Output>,
  ): Promise<Output> =>
    new Promise((resolve, reject) => {
      const tab = currentTab.getStore()
      const lock: LockRequest = {
        name,
        mode,
        tab,
        grant: () => {
          void (tab ? tab.run(run) : run()).then(resolve, reject).finally(() => {
            held = held.filter((other) => other !== lock)
            grantNext()
          })
        },
      }
      signal.addEventListener('abort', () => {
        if (!queue.includes(lock)) return
        queue = queue.filter((other) => other !== lock)
        reject(signal.reason)
        grantNext()
      })
      queue = [...queue, lock]
      grantNext()
    })
  const refuse = () => Promise.reject(new DOMException('', 'SecurityError'))
  return {
    as(locks: Locks) {
      if (locks === 'refused') return { request: refuse, query: refuse }
      const query = async () => ({ held: held.map(({ name, mode }) => ({ name, mode })), pending: [] })
      if (locks === 'work') return { request, query }
      /** Every exclusive lock is held by a page that never gives it back. */
      const requestOfFrozen: typeof request = (name, options, run) => {
        const frozen: LockRequest = { name, mode: 'exclusive', tab: undefined, grant: () => {} }
        if (options.mode === 'exclusive' && !held.some((lock) => lock.name === name)) held = [...held, frozen]
        return request(name, options, run)
      }
      return { request: requestOfFrozen, query }
    },
    releaseAll(tab: Tab) {
      held = held.filter((lock) => lock.tab !== tab)
      queue = queue.filter((lock) => lock.tab !== tab)
      grantNext()
    },
  }
}
