import { createHmac, randomUUID } from 'node:crypto'
import type { Clock } from '../clock.js'
import type { Deliver } from '../message.js'
import { StartError } from '../start-error.js'

/** An HTTP endpoint of yours that delivers messages, by SMS or by mail. */
export interface WebhookOptions {
  /** Takes a `POST` per message. */
  url: string
  /** What it verifies requests with: `whsec_` and 24 to 64 bytes in base64. */
  secret: string
}

/**
 * Posts messages as JSON `{ type: 'message', timestamp, data }`, with `data` a `Message`, signed as in
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, for which there are
 * libraries in most languages. Any status but 2xx means that the message was not delivered.
 *
 * @throws {StartError} the secret is none
 */
export function openWebhook({ url, secret }: WebhookOptions, timeout: number, clock: Clock): Deliver {
  const key = webhookKey(secret)
  return async (message) => {
    const id = `msg_${randomUUID()}`
    const now = clock.now()
    const timestamp = String(Math.floor(now / 1000))
    const body = JSON.stringify({ type: 'message', timestamp: new Date(now).toISOString(), data: message })
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${signature}`,
      },
      body,
      // A redirect would hand the code to another server.
      redirect: 'error',
      signal: AbortSignal.timeout(timeout),
    })
    await response.body?.cancel()
    if (!response.ok) throw new Error(`The webhook answered ${response.status}.`)
  }
}

function webhookKey(secret: string): Buffer {
  const encoded = secret.replace(/^whsec_/, '')
  const key = Buffer.from(encoded, 'base64')
  if (!/^[\w+/-]+=*$/.test(encoded) || key.length < 24 || key.length > 64)
    throw new StartError(
      'The secret of the webhook must be "whsec_" and 24 to 64 bytes in base64. To make one: echo "whsec_$(openssl rand -base64 32)"',
    )
  return key
}
