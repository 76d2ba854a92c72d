import { createHmac, randomUUID } from 'node:crypto'
import { StartError } from '../start-error.js'

/**
 * Signs requests to webhooks as in
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, for which there are libraries
 * in most languages.
 *
 * @param secret `whsec_` and 24 to 64 bytes in base64
 * @returns a function that makes the headers of a request
 * @throws {StartError} the secret is malformed
 */
export function webhookSigner(secret: string): (body: string, now: number) => Record<string, string> {
  const key = webhookKey(secret)
  return (body, now) => {
    const id = `msg_${randomUUID()}`
    const timestamp = String(Math.floor(now / 1000))
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
    return {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    }
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
