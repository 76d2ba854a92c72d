import type { Deliver } from '../message.js'
import { plainText } from './plain-text.js'

/** A mail server that takes messages. */
export interface SmtpOptions {
  /**
   * `smtps://user:password@mail.example.com`, or `smtp://…` which turns to TLS if the server offers it; with
   * `?requireTLS=true` nothing is sent unless it does.
   */
  url: string
  /** Sender, e.g. `Example <no-reply@example.com>`, for pools that name none of their own. */
  from: string
}

export interface Channel {
  readonly deliver: Deliver
  close(): void
}

/** Sends mail by SMTP (RFC 5321). Connections are kept for the next message. */
export async function openSmtp({ url, from }: SmtpOptions, timeout: number): Promise<Channel> {
  // Loaded by who uses it.
  const { createTransport } = await import('nodemailer')
  const transport = createTransport({
    url,
    pool: true,
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    dnsTimeout: timeout,
    // A message is what this server wrote; nothing in it is to be fetched from anywhere.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async deliver({ to, subject, body, ...pool }) {
      await transport.sendMail({
        from: pool.from ?? from,
        ...(pool.replyTo !== undefined && { replyTo: { name: '', address: pool.replyTo } }),
        // Not parsed as a list of addresses.
        to: { name: '', address: to },
        subject,
        html: body,
        text: plainText(body),
        // RFC 3834: no vacation notices in return.
        headers: { 'Auto-Submitted': 'auto-generated' },
      })
    },
    close: () => transport.close(),
  }
}
