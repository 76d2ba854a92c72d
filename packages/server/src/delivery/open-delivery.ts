import { setTimeout } from 'node:timers/promises'
import type { Clock } from '../clock.js'
import type { Deliver, Message } from '../message.js'
import { StartError } from '../start-error.js'
import { openSmtp, type SmtpOptions } from './smtp.js'
import { openWebhook, type WebhookOptions } from './webhook.js'

/** Who delivers messages to users. */
export interface DeliveryOptions {
  /** Delivers mail. */
  smtp?: SmtpOptions
  /** Delivers SMS, and mail too when there is no `smtp`. */
  webhook?: WebhookOptions
  /** Seconds that the delivery of a message may take. Default: 10. */
  timeoutSeconds?: number
}

export interface Delivery {
  /** By medium; what is missing cannot be delivered. */
  readonly by: Partial<Record<Message['medium'], Deliver>>
  close(): void
}

/** @throws {StartError} a URL or secret is invalid */
export async function openDelivery(
  { smtp, webhook, timeoutSeconds = 10 }: DeliveryOptions,
  clock: Clock,
): Promise<Delivery> {
  const timeout = timeoutSeconds * 1000
  if (smtp) assertUrl(smtp.url, ['smtp:', 'smtps:'], 'mail server')
  if (webhook) assertUrl(webhook.url, ['http:', 'https:'], 'webhook')
  const byWebhook = webhook && openWebhook(webhook, timeout, clock)
  const bySmtp = smtp && (await openSmtp(smtp, timeout))
  const email = bySmtp?.deliver ?? byWebhook
  return {
    by: {
      ...(email && { EMAIL: within(timeout, email) }),
      ...(byWebhook && { SMS: within(timeout, byWebhook) }),
    },
    close: () => bySmtp?.close(),
  }
}

function assertUrl(url: string, protocols: readonly string[], what: string): void {
  if (!URL.canParse(url) || !protocols.includes(new URL(url).protocol))
    // The URL is not repeated: it may hold a password.
    throw new StartError(
      `The URL of the ${what} must begin with ${protocols.map((p) => `${p}//`).join(' or ')}.`,
    )
}

/** A message is delivered in time or not at all: a user waits for the answer. */
function within(timeout: number, deliver: Deliver): Deliver {
  return async (message) => {
    const late = new AbortController()
    try {
      await Promise.race([
        deliver(message),
        setTimeout(timeout, undefined, { signal: late.signal }).then(() => {
          throw new Error(`The message was not delivered within ${timeout / 1000} seconds.`)
        }),
      ])
    } finally {
      late.abort()
    }
  }
}
