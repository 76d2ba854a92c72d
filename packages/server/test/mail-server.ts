import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { onTestFinished } from 'vitest'

export interface Mail {
  from: string
  to: string[]
  content: string
}

/** A mail server on this machine that keeps what it is given. */
export async function mailServer(options: { refuse?: boolean } = {}) {
  const mails: Mail[] = []
  const server = new SMTPServer({
    // As on a private network; certificates are the mail library's business.
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) =>
      username === 'amulet' && password === 'p@ss' ? done(null, { user: username }) : done(new Error('no')),
    onRcptTo: ({ address }, _session, done) =>
      options.refuse ? done(new Error(`550 there is no ${address} here`)) : done(),
    onData(stream, session, done) {
      let content = ''
      stream.setEncoding('utf8').on('data', (text: string) => {
        content += text
      })
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        mails.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          content,
        })
        done()
      })
    },
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())))
  // The server listens on TCP, so its address is an object.
  const { port } = server.server.address() as AddressInfo
  return { mails, options, url: `smtp://amulet:p%40ss@127.0.0.1:${port}` }
}
