/** A message to a user: the invitation with a temporary password, or a code. */
export interface Message {
  readonly userPoolId: string
  /** E-mail address or phone number (E.164). */
  readonly to: string
  readonly medium: 'EMAIL' | 'SMS'
  readonly purpose: MessagePurpose
  /** Empty for SMS. */
  readonly subject: string
  /** HTML for e-mail, plain text for SMS. */
  readonly body: string
  /** Sender and address for answers of a pool that names its own: `EmailConfiguration`. E-mail only. */
  readonly from?: string
  readonly replyTo?: string
  /** The code or temporary password in the message. */
  readonly code: string
  /** The link in the message, where one is to be clicked instead of typing the code. */
  readonly link?: string
}

export type MessagePurpose =
  | 'sign-up'
  | 'resend-code'
  | 'forgot-password'
  | 'verify-attribute'
  | 'update-attribute'
  | 'invitation'

/** Hands a message on. Rejecting means that it was not delivered. */
export type Deliver = (message: Message) => Promise<void>
