import type { AppClient } from '../clients/app-client.js'
import type { PoolCall } from '../clients/call.js'
import type { MessagePurpose } from '../message.js'
import { eventUser, runTrigger } from '../triggers/run-trigger.js'
import { TRIGGERS } from '../triggers/triggers.js'
import type { User } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { parse } from '../wire/parse.js'
import { structure } from '../wire/shape.js'
import type { Values, Words } from './fill-template.js'

/** How the events of triggers name what a message is for. */
export const MESSAGE_SOURCE = {
  'sign-up': 'SignUp',
  'resend-code': 'ResendCode',
  'forgot-password': 'ForgotPassword',
  'verify-attribute': 'VerifyUserAttribute',
  'update-attribute': 'UpdateUserAttribute',
  invitation: 'AdminCreateUser',
  'sign-in': 'Authentication',
} as const satisfies Record<MessagePurpose, string>

// Named as the service names them in what it answers. The value is not repeated.
const Texts = structure({
  emailBody: { ...c.EmailVerificationMessage, sensitive: true },
  smsMessage: { ...c.SmsVerificationMessage, sensitive: true },
  emailSubject: { ...c.EmailVerificationSubject, sensitive: true },
})
const TextsByLink = structure({
  ...Texts.members,
  emailBody: { ...c.EmailVerificationMessageByLink, sensitive: true },
})

/**
 * The words of a message with those that the pool's own function puts in their place. A text has to have the place for
 * the code, or for the link.
 *
 * @throws InvalidParameterException a text without that place; and what the function throws
 */
export async function customWords(
  call: PoolCall & { readonly client?: AppClient },
  user: User,
  purpose: MessagePurpose,
  words: Words,
  { link }: Values,
): Promise<Words> {
  const answered = await runTrigger(call, TRIGGERS.CustomMessage, {
    source: MESSAGE_SOURCE[purpose],
    user: eventUser(user),
    request: {
      codeParameter: '{####}',
      ...(link !== undefined && { linkParameter: '{##Click Here##}' }),
      usernameParameter: purpose === 'invitation' ? '{username}' : null,
      clientMetadata: call.metadata,
    },
  })
  const texts = {
    emailBody: answered.emailMessage || undefined,
    smsMessage: answered.smsMessage || undefined,
    emailSubject: answered.emailSubject || undefined,
  }
  // A link of the function's own has the code in it.
  const hasCode = texts.emailBody?.includes('{####}') ?? false
  const { emailBody, smsMessage, emailSubject } = parse(
    link === undefined || hasCode ? Texts : TextsByLink,
    texts,
  )
  return {
    subject: emailSubject ?? words.subject,
    email: emailBody ?? words.email,
    sms: smsMessage ?? words.sms,
  }
}
