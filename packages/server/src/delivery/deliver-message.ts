import type { PoolCall } from '../clients/call.js'
import { errors } from '../errors.js'
import type { MessagePurpose } from '../message.js'
import { rulesOf } from '../pools/rules.js'
import type { CodeDestination } from '../users/code-destination.js'
import { fillTemplate, type Values } from './fill-template.js'

/** The words of a message, with places for what differs. An e-mail is HTML. */
export interface Words {
  readonly subject: string
  readonly email: string
  readonly sms: string
}

/**
 * Fills in a message and hands it to the delivery.
 *
 * @throws CodeDeliveryFailureException what was stored before stays; asking again sends another
 */
export async function deliverMessage(
  { context, pool }: PoolCall,
  { attribute, destination }: CodeDestination,
  { purpose, words, values }: { purpose: MessagePurpose; words: Words; values: Values },
): Promise<void> {
  const email = attribute === 'email'
  const { from, replyTo } = rulesOf(pool).messages
  try {
    await context.deliver({
      userPoolId: pool.id,
      to: destination,
      medium: email ? 'EMAIL' : 'SMS',
      purpose,
      subject: email ? fillTemplate(words.subject, values, 'text') : '',
      body: email ? fillTemplate(words.email, values, 'html') : fillTemplate(words.sms, values, 'text'),
      ...(email && from !== undefined && { from }),
      ...(email && replyTo !== undefined && { replyTo }),
      code: values.code,
      ...(values.link !== undefined && { link: values.link }),
    })
  } catch (cause) {
    throw errors.codeDeliveryFailed(cause)
  }
}
