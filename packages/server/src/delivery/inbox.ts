import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.js'
import type { Deliver, Message, MessagePurpose } from '../message.js'

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

/** Messages that would have gone out by mail or SMS, newest first. Kept in memory, the latest 1,000. */
export interface Inbox {
  /** @param to only messages to this address or phone number */
  list(to?: string): InboxMessage[]
  /** The newest message (to that address), or `undefined`. */
  last(to?: string): InboxMessage | undefined
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

/** @param fetch reaches the server whose inbox it is */
export function createInbox(
  clock: Clock,
  fetch: (request: Request) => Promise<Response>,
): Inbox & { deliver: Deliver } {
  let messages: InboxMessage[] = []
  const list = (to?: string) => (to === undefined ? [...messages] : messages.filter((m) => m.to === to))
  return {
    list,
    last: (to) => list(to)[0],
    clear() {
      messages = []
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
      messages = [{ id: randomUUID(), ...message, link, sentAt }, ...messages.slice(0, KEPT - 1)]
    },
  }
}
