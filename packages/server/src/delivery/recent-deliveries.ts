import { randomInt } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { errors } from '../errors.js'
import type { Deliver, Message } from '../message.js'

/** How long the delivery of a message took, and whether it failed. */
interface Outcome {
  readonly milliseconds: number
  readonly failed: boolean
}

const KEPT = 100

/**
 * Mail servers take their time, and their failures are told to the user. An answer that pretends has to do the same,
 * or it tells that there is no such user; so it repeats one of the latest deliveries by the same medium.
 */
export function rememberDeliveries(deliver: Deliver) {
  const outcomes: Record<Message['medium'], Outcome[]> = { EMAIL: [], SMS: [] }
  return {
    async deliver(message: Message): Promise<void> {
      const started = performance.now()
      let failed = true
      try {
        await deliver(message)
        failed = false
      } finally {
        const recent = outcomes[message.medium]
        recent.push({ milliseconds: performance.now() - started, failed })
        if (recent.length > KEPT) recent.shift()
      }
    },
    /** @throws CodeDeliveryFailureException */
    async pretendToDeliver(medium: Message['medium']): Promise<void> {
      const recent = outcomes[medium]
      if (recent.length === 0) return
      const { milliseconds = 0, failed = false } = recent[randomInt(recent.length)] ?? {}
      // The shortest a timer waits is longer than it takes to put a message into the inbox.
      if (milliseconds >= 1) await setTimeout(milliseconds)
      if (failed)
        throw errors.codeDeliveryFailed(new Error('No message was sent: this failure repeats a recent one.'))
    },
  }
}
