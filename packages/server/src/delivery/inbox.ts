import { randomUUID } from 'node:crypto'
// Not the global ones, which tests stop.
import { clearTimeout, setTimeout } from 'node:timers'
import type { Clock } from '../clock.js'
import type { Deliver, Message, MessagePurpose } from '../message.js'
import { serverClosed } from '../server-closed.js'
import { noMessage } from './no-message.js'

/** A message as it is in the inbox of `amulet dev` and of tests. */
export interface InboxMessage {
  readonly id: string
  /** E-mail address or phone number (E.164). */
  readonly to: string
  readonly medium: Message['medium']
  readonly purpose: MessagePurpose
  /** Empty for SMS. */
  readonly subject: string
  /** HTML for e-mail, plain text for SMS. */
  readonly body: string
  /** The code or temporary password in the message. */
  readonly code: string
  /** A link to click instead of typing the code; `null` when the message has none. */
  readonly link: string | null
  /** ISO 8601, by the server's clock. */
  readonly sentAt: string
}

export interface NextMessageOptions {
  /** Only such messages; others stay for another call. Default: any. */
  readonly purpose?: MessagePurpose | undefined
  /** By the system's clock, whatever that of the server is. Default: 4, so that the error comes before the 5 of most test runners. */
  readonly timeoutSeconds?: number | undefined
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined
}

/** Messages that would have gone out by mail or SMS, newest first. Kept in memory, the latest 1,000. */
export interface Inbox {
  /** @param to only messages to this address or phone number */
  list(to?: string): InboxMessage[]
  /** The newest message (to that address), or `undefined`. */
  last(to?: string): InboxMessage | undefined
  /**
   * Waits for a message, and answers at once where it is there already. Each message is handed out once, the oldest first,
   * so a test that asks again gets the next one. Messages that came before are among them: a test that wants none of
   * them begins with `clear()`.
   *
   * @param to the address or phone number that it is sent to
   * @throws {Error} no message came in time, or the server was closed
   *
   * @example
   * ```ts
   * import { createServer } from '@amulet/server'
   *
   * const server = createServer()
   * // … the application signs ada@example.com up
   * const { code } = await server.inbox.next('ada@example.com')
   * ```
   */
  next(to: string, options?: NextMessageOptions): Promise<InboxMessage>
  clear(): void
  /**
   * Follows the link of a message and presses the button on its page, which confirms a sign-up.
   *
   * @throws {Error} the link does not work
   *
   * @example
   * ```ts
   * await server.inbox.confirm(server.inbox.last('ada@example.com')?.link)
   * ```
   */
  confirm(link: string | null | undefined): Promise<void>
}

const KEPT = 1000
const TIMEOUT_SECONDS = 4

interface Waiting {
  readonly wants: (message: InboxMessage) => boolean
  readonly take: (message: InboxMessage) => void
  readonly end: (error: unknown) => void
}

/** An inbox, and what the server does with it. */
export interface OpenInbox extends Inbox {
  readonly deliver: Deliver
  /** Ends the waits under way, and those to come. */
  close(): void
  /** All that a copy of it begins with. */
  readonly content: InboxContent
}

interface InboxContent {
  /** The newest first. */
  readonly messages: readonly InboxMessage[]
  /** Ids of those that were handed out by `next`. */
  readonly taken: ReadonlySet<string>
}

/**
 * @param fetch reaches the server whose inbox it is
 * @param content what is in it from the start
 */
export function createInbox(
  clock: Clock,
  fetch: (request: Request) => Promise<Response>,
  content: InboxContent = { messages: [], taken: new Set() },
): OpenInbox {
  let messages = content.messages
  let taken = new Set(content.taken)
  let closed = false
  const waiting = new Set<Waiting>()
  const list = (to?: string) => (to === undefined ? [...messages] : messages.filter((m) => m.to === to))
  return {
    list,
    last: (to) => list(to)[0],
    async next(to, { purpose, timeoutSeconds = TIMEOUT_SECONDS, signal } = {}) {
      signal?.throwIfAborted()
      const wants = (message: InboxMessage) =>
        message.to === to && (purpose === undefined || message.purpose === purpose)
      const found = messages.findLast((message) => wants(message) && !taken.has(message.id))
      if (found) {
        taken.add(found.id)
        return found
      }
      if (closed) throw serverClosed()
      const { promise, resolve, reject } = withResolvers<InboxMessage>()
      const waits = { wants, take: resolve, end: reject }
      waiting.add(waits)
      const timer = setTimeout(
        () => reject(noMessage(to, purpose, timeoutSeconds, messages)),
        timeoutSeconds * 1000,
      )
      const abort = () => reject(signal?.reason)
      signal?.addEventListener('abort', abort)
      try {
        return await promise
      } finally {
        waiting.delete(waits)
        clearTimeout(timer)
        signal?.removeEventListener('abort', abort)
      }
    },
    clear() {
      messages = []
      taken = new Set()
    },
    async confirm(link) {
      if (!link) throw new Error('There is no link to follow: the message has none, or there is no message.')
      for (const method of ['GET', 'POST']) {
        const page = await fetch(new Request(link, { method }))
        await page.body?.cancel()
        if (!page.ok) throw new Error(`The link does not work: its page answers ${page.status}.`)
      }
    },
    async deliver({ userPoolId: _, link = null, ...message }) {
      const sentAt = new Date(clock.now()).toISOString()
      const delivered = { id: randomUUID(), ...message, link, sentAt }
      messages = [delivered, ...messages.slice(0, KEPT - 1)]
      // In the order in which they began to wait.
      const [first] = [...waiting].filter(({ wants }) => wants(delivered))
      if (!first) return
      taken.add(delivered.id)
      // Before the next message, which is for the next that waits.
      waiting.delete(first)
      first.take(delivered)
    },
    close() {
      closed = true
      for (const { end } of waiting) end(serverClosed())
    },
    get content() {
      return { messages, taken }
    },
  }
}

/** `Promise.withResolvers`, which Node 20 has not. */
function withResolvers<T>() {
  let resolve: (value: T) => void = () => {}
  let reject: (error: unknown) => void = () => {}
  const promise = new Promise<T>((fulfil, refuse) => {
    resolve = fulfil
    reject = refuse
  })
  return { promise, resolve, reject }
}
