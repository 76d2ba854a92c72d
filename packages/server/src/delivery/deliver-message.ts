import type { AppClient } from '../clients/app-client.js'
import type { PoolCall } from '../clients/call.js'
import { errors } from '../errors.js'
import type { MessagePurpose } from '../message.js'
import { rulesOf } from '../pools/rules.js'
import type { CodeDestination } from '../users/code-destination.js'
import type { User } from '../users/user.js'
import { customWords } from './custom-words.js'
import { fillTemplate, type Values, type Words } from './fill-template.js'
import { handToSender } from './hand-to-sender.js'

/**
 * Fills in a message and hands it to the delivery; where the pool has a function that sends messages, to that one.
 *
 * @throws CodeDeliveryFailureException what was stored before stays; asking again sends another
 * @throws what the pool's function throws that makes the words
 */
export async function deliverMessage(
  call: PoolCall & { readonly client?: AppClient },
  user: User,
  to: CodeDestination,
  { purpose, words: poolWords, values }: { purpose: MessagePurpose; words: Words; values: Values },
): Promise<void> {
  const { context, pool } = call
  const { attribute, destination } = to
  const email = attribute === 'email'
  const { functions, messages } = rulesOf(pool)
  const { from, replyTo } = messages
  if (functions[email ? 'CustomEmailSender' : 'CustomSMSSender'] !== undefined)
    return handToSender(call, user, to, purpose, values.code)
  const words = await customWords(call, user, purpose, poolWords, values)
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
