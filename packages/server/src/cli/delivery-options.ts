import type { DeliveryOptions } from '../delivery/open-delivery.js'
import { UsageError } from './usage-error.js'

/** Options of every command that delivers messages. */
export const DELIVERY_OPTIONS = {
  'smtp-url': { type: 'string' },
  'mail-from': { type: 'string' },
  'webhook-url': { type: 'string' },
} as const

type Values = { readonly [name in keyof typeof DELIVERY_OPTIONS]?: string | undefined }

/**
 * Who delivers messages: options, and the environment for what is better not seen in a list of processes.
 *
 * @returns `undefined` when nothing is said of it
 * @throws {UsageError} one half is missing
 */
export function deliveryOptions(values: Values, env: NodeJS.ProcessEnv): DeliveryOptions | undefined {
  const smtpUrl = values['smtp-url'] ?? env.AMULET_SMTP_URL
  const from = values['mail-from'] ?? env.AMULET_MAIL_FROM
  const webhookUrl = values['webhook-url'] ?? env.AMULET_WEBHOOK_URL
  const secret = env.AMULET_WEBHOOK_SECRET
  if (smtpUrl && !from)
    throw new UsageError(
      'A mail server needs a sender: --mail-from or AMULET_MAIL_FROM, e.g. no-reply@example.com.',
    )
  if (from && !smtpUrl)
    throw new UsageError(
      '--mail-from or AMULET_MAIL_FROM is the sender for a mail server, and none is named: --smtp-url or AMULET_SMTP_URL.',
    )
  if (webhookUrl && !secret)
    throw new UsageError(
      'A webhook needs AMULET_WEBHOOK_SECRET: echo "whsec_$(openssl rand -base64 32)" makes one.',
    )
  if (secret && !webhookUrl)
    throw new UsageError(
      'AMULET_WEBHOOK_SECRET signs what a webhook is sent, and none is named: --webhook-url or AMULET_WEBHOOK_URL.',
    )
  if (!smtpUrl && !webhookUrl) return undefined
  return {
    ...(smtpUrl && from && { smtp: { url: smtpUrl, from } }),
    ...(webhookUrl && secret && { webhook: { url: webhookUrl, secret } }),
  }
}
