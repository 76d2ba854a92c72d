import type { AppClient } from '../clients/app-client.js'
import type { PoolCall } from '../clients/call.js'
import type { MessagePurpose } from '../message.js'
import { rulesOf } from '../pools/rules.js'
import { eventUser, runTrigger } from '../triggers/run-trigger.js'
import { TRIGGERS } from '../triggers/triggers.js'
import type { CodeDestination } from '../users/code-destination.js'
import type { User } from '../users/user.js'
import { MESSAGE_SOURCE } from './custom-words.js'
import { escapeHtml } from './fill-template.js'

/**
 * Hands a code to the pool's own function that sends messages. The answer does not wait for it, and does not tell that it
 * failed: the log does.
 */
export function handToSender(
  call: PoolCall & { readonly client?: AppClient },
  user: User,
  { attribute, destination }: CodeDestination,
  purpose: MessagePurpose,
  code: string,
): void {
  const email = attribute === 'email'
  const { userName, userAttributes } = eventUser(user)
  const source = MESSAGE_SOURCE[purpose]
  const trigger = email ? TRIGGERS.CustomEmailSender : TRIGGERS.CustomSMSSender
  const send = async () => {
    const { functions } = call.context
    // The service escapes passwords, and handlers undo that.
    const text = purpose === 'invitation' ? escapeHtml(code) : code
    await runTrigger(call, trigger, {
      source,
      // Where the message goes may be an address that the user does not have yet.
      user: { userName, userAttributes: { ...userAttributes, [attribute]: destination } },
      request: {
        type: email ? 'customEmailSenderRequestV1' : 'customSMSSenderRequestV1',
        code: await functions.encryptCode(rulesOf(call.pool).senderKey, call.pool.id, text),
        clientMetadata: call.metadata,
      },
    })
  }
  call.context.later(send(), {
    requestId: call.requestId,
    operation: `${trigger.prefix}_${source}`,
    about: user.id,
  })
}
