import type { Clock } from '../clock.js'
import type { Deliver } from '../message.js'
import { webhookSigner } from '../wire/webhook-signature.js'

/** An HTTP endpoint of yours that delivers messages, by SMS or by mail. */
export interface WebhookOptions {
  /** Takes a `POST` per message. */
  url: string
  /** What it verifies requests with: `whsec_` and 24 to 64 bytes in base64. */
  secret: string
}

/**
 * Posts messages as JSON `{ type: 'message', timestamp, data }`, with `data` a `Message`, signed. Any status but 2xx means
 * that the message was not delivered.
 *
 * @throws {StartError} the secret is malformed
 */
export function openWebhook({ url, secret }: WebhookOptions, timeout: number, clock: Clock): Deliver {
  const sign = webhookSigner(secret)
  return async (message) => {
    const now = clock.now()
    const body = JSON.stringify({ type: 'message', timestamp: new Date(now).toISOString(), data: message })
    const response = await fetch(url, {
      method: 'POST',
      headers: sign(body, now),
      body,
      // A redirect would hand the code to another server.
      redirect: 'error',
      signal: AbortSignal.timeout(timeout),
    })
    await response.body?.cancel()
    if (!response.ok) throw new Error(`The webhook answered ${response.status}.`)
  }
}
