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

export const MESSAGE_PURPOSES = [
  'sign-up',
  'resend-code',
  'forgot-password',
  'verify-attribute',
  'update-attribute',
  'invitation',
  'sign-in',
] as const

export type MessagePurpose = (typeof MESSAGE_PURPOSES)[number]

/** How many messages are sent; what is not set has no limit. `{}` has the defaults. */
export interface MessageLimits {
  /** To one e-mail address or phone number. */
  destination?: {
    /** Default: 10. */
    perHour?: number
    /** Default: 30. */
    perDay?: number
    /**
     * Of those of an hour, how many codes that anyone can ask for (to reset a password, to confirm a sign-up again) one
     * client address has sent. Default: half of `perHour`.
     */
    perHourAndClient?: number
    /**
     * Codes that a user asks for with an access token, or an administrator for a user, and that go to a verified address:
     * they are not counted with the others, so that strangers cannot use them up. Default: three times
     * `perHour`.
     */
    perHourAfterProof?: number
  }
  /**
   * Asked for by one client address, or one IPv6 /64. Requests with a secret hash or an AWS signature are not counted. The
   * address also signs up ten times as many users without a message, and has a hundred times as many new guests.
   */
  client?: {
    /** Default: 100. */
    perHour?: number
  }
}

/** Hands a message on. Rejecting means that it was not delivered. */
export type Deliver = (message: Message) => Promise<void>
