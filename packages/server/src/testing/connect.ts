import type { InboxMessage, NextMessageOptions } from '../delivery/inbox.js'
import { noMessage } from '../delivery/no-message.js'
import type { ServerInfo } from '../server-info.js'
import { reach, send, sendToDevelopment } from './development-server.js'

/** Seconds that a server for development waits for the next message. */
const LONGEST_WAIT = 60

/** An `amulet dev` of another process, as a test uses it. */
export interface RemoteServer {
  /** The ids that a client is configured with. */
  info(): Promise<ServerInfo>
  fetch(request: Request): Promise<Response>
  readonly inbox: {
    /** The newest first. */
    list(to?: string): Promise<InboxMessage[]>
    last(to?: string): Promise<InboxMessage | undefined>
    /**
     * Waits for a message, and answers at once where it is there already. Each message is handed out once, the oldest first.
     *
     * @throws {Error} no message came in time
     */
    next(to: string, options?: NextMessageOptions): Promise<InboxMessage>
    clear(): Promise<void>
  }
  readonly clock: {
    /** Moves the server's clock forward. */
    advance(seconds: number): Promise<void>
  }
  /** Forgets everything, as at the first start. */
  reset(): Promise<void>
}

/**
 * An `amulet dev` that runs by itself, for tests that do not run a server of their own. It is what `createServer` returns
 * but for what needs the same process, and can be given to `createSession`, `createAdmin`, `injectFault` and `addPasskey`.
 *
 * @example
 * ```ts
 * import { connect, createSession } from '@amulet/server/testing'
 *
 * const server = connect('http://127.0.0.1:9230')
 * const { username } = await createSession(server)
 * // … the application resets the password of the user
 * const { code } = await server.inbox.next(username, { purpose: 'forgot-password' })
 * ```
 */
export function connect(url: string): RemoteServer {
  const base = url.replace(/\/$/, '')
  const ask = (path: string, init?: Parameters<typeof send>[2]) =>
    sendToDevelopment(base, path, init, 'The server has refused.')
  // The endpoint answers with messages.
  const list = async (to?: string) =>
    (await ask(`/inbox${to === undefined ? '' : `?${new URLSearchParams({ to })}`}`)) as InboxMessage[]
  return {
    async info() {
      const response = await send(base, '/')
      if (!response.ok) throw new Error('The server is not one for development.')
      // What such a server answers there.
      return (await response.json()) as ServerInfo
    },
    // A request names a server that may be reached by another address.
    fetch: (request) => {
      const { pathname, search } = new URL(request.url)
      return reach(base, new Request(`${base}${pathname}${search}`, request))
    },
    inbox: {
      list,
      last: async (to) => (await list(to))[0],
      async next(to, { purpose, timeoutSeconds = 4, signal } = {}) {
        // The server waits so long at most, and is asked again.
        for (let left = timeoutSeconds; ; left -= LONGEST_WAIT) {
          const query = new URLSearchParams({ to, timeoutSeconds: String(Math.min(left, LONGEST_WAIT)) })
          if (purpose !== undefined) query.set('purpose', purpose)
          // What the endpoint answers with: a message, or nothing.
          const message = (await ask(`/inbox/next?${query}`, signal && { signal })) as
            | InboxMessage
            | undefined
          if (message) return message
          if (left <= LONGEST_WAIT) throw noMessage(to, purpose, timeoutSeconds, await list())
        }
      },
      async clear() {
        await ask('/inbox', { method: 'DELETE' })
      },
    },
    clock: {
      async advance(seconds) {
        await ask('/clock', { body: { advanceSeconds: seconds } })
      },
    },
    async reset() {
      await ask('/reset', { method: 'POST' })
    },
  }
}
