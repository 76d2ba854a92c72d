import type { Clock } from '../clock.js'
import type { Invocation } from '../functions.js'
import { StartError } from '../start-error.js'
import { webhookSigner } from '../wire/webhook-signature.js'
import { readFunctionError } from './function-error.js'
import { postEvent } from './post-event.js'

/** An HTTPS endpoint of yours that is a function: it takes an event and answers it. */
export interface FunctionWebhookOptions {
  /** Takes a `POST` per run. Plain `http:` is for this machine only. */
  url: string
  /** What it verifies requests with: `whsec_` and 24 to 64 bytes in base64. */
  secret: string
}

/**
 * Posts events as they are, signed as Standard Webhooks are, and takes the event of a 2xx answer. A 4xx answer with
 * `{ "errorMessage": "…" }` is what a function throws; what else is answered is a run that failed.
 *
 * @throws {StartError} the URL or the secret is malformed
 */
export function openFunctionWebhook(
  name: string,
  { url, secret }: FunctionWebhookOptions,
  clock: Clock,
): (event: string) => Promise<Invocation> {
  if (!URL.canParse(url) || !isPrivate(new URL(url)))
    // The URL is not repeated: it may hold a password.
    throw new StartError(`The URL of webhooks.${name} must begin with https://.`)
  const sign = webhookSigner(secret)
  return async (event) => {
    const posted = await postEvent(url, sign(event, clock.now()), event)
    if (posted.is !== 'answered') return posted
    const { status, text } = posted
    if (status >= 200 && status < 300) return { is: 'returned', json: text }
    const thrown = status < 500 ? readFunctionError(text) : undefined
    return (
      thrown ?? {
        is: 'failed',
        error: 'ServiceException',
        cause: new Error(`The webhook answered ${status}.`),
        mayRetry: status >= 500 || status === 429,
      }
    )
  }
}

/** Events can hold passwords and codes. */
const isPrivate = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' ||
  (protocol === 'http:' &&
    (hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)))
