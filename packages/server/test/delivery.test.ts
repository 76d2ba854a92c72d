import { createServer as createHttpServer, type IncomingHttpHeaders } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import type { LogEntry, Message, ServerOptions } from '@amulet/server'
import { Webhook } from 'standardwebhooks'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createPool, startWithAdmin } from './admin.js'
import { mailServer } from './mail-server.js'
import { startProduction } from './production.js'
import { PASSWORD, signUpAndConfirm, start } from './start.js'

const SECRET = `whsec_${Buffer.alloc(32, 3).toString('base64')}`

/** An endpoint that delivers messages, or fails to. */
async function webhook(answer: { status?: number; location?: string; silent?: boolean } = {}) {
  const requests: { headers: IncomingHttpHeaders; body: string }[] = []
  const server = createHttpServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    requests.push({ headers: request.headers, body })
    if (answer.silent) return
    response.writeHead(answer.status ?? 204, answer.location ? { location: answer.location } : {}).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { requests, answer, url: `http://127.0.0.1:${port}/messages`, secret: SECRET }
}

const FROM = 'Amulet Test <no-reply@example.com>'
const SMS_POOL = { AutoVerifiedAttributes: ['phone_number' as const] }

const signUp = (
  app: Awaited<ReturnType<typeof start>>,
  ClientId: string,
  attributes: Record<string, string>,
) =>
  app.call('SignUp', {
    ClientId,
    Username: 'ada',
    Password: PASSWORD,
    UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
  })

test('mail goes out by SMTP as HTML and as text, and the inbox keeps a copy', async () => {
  const { mails, url } = await mailServer()
  const app = await startWithAdmin({ delivery: { smtp: { url, from: FROM } } })
  const { ClientId } = await createPool(app.admin, {
    AutoVerifiedAttributes: ['email'],
    EmailVerificationSubject: 'Grüße an {username}',
    EmailVerificationMessage: '<h1>Welcome &amp; hello</h1><p>Your code is <b>{####}</b>.</p>',
  })
  const { body } = await signUp(app, ClientId, { email: 'ada@example.com' })
  expect(body.CodeDeliveryDetails).toEqual({
    AttributeName: 'email',
    DeliveryMedium: 'EMAIL',
    Destination: 'a***@e***',
  })
  const code = app.server.inbox.last('ada@example.com')?.code
  expect(mails).toMatchObject([{ from: 'no-reply@example.com', to: ['ada@example.com'] }])
  const content = mails[0]?.content ?? ''
  expect(content).toContain(`From: ${FROM}`)
  expect(content).toContain('To: ada@example.com')
  expect(content).toMatch(/Subject: =\?UTF-8\?Q\?Gr=C3=BC=C3=9Fe_an_ada\?=/)
  expect(content).toContain('Auto-Submitted: auto-generated')
  expect(content).toContain(`<h1>Welcome &amp; hello</h1><p>Your code is <b>${code}</b>.</p>`)
  expect(content).toContain(`Welcome & hello\r\nYour code is ${code}.`)
})

test.each([
  ['<a href="https://example.com/?a=1&amp;b=2">Open</a>', 'Open: https://example.com/?a=1&b=2'],
  ["<a class=x href='https://example.com/?a=1&#38;b=2'>Open</a>", 'Open: https://example.com/?a=1&b=2'],
  ['<A HREF = https://example.com/help>Help</A>', 'Help: https://example.com/help'],
  [
    '<a data-href="https://example.org" title=\'a > b\' href="https://example.com">Open</a>',
    'Open: https://example.com',
  ],
  ['It&#8217;s &#x20AC;5 &ndash; don&rsquo;t &#x1F44B;', 'It’s €5 – don’t 👋'],
  ['&amp;#39; stays, and so does &unknown; and &#55296;', '&#39; stays, and so does &unknown; and &#55296;'],
  ["<!-- it's a comment --><p title='1 > 0'>Hello</p><i>again</i>", 'Hello\nagain'],
  ['1 < 2 and 3 > 2', '1 < 2 and 3 > 2'],
  ['<a href=x>one <i>two</i></a> and <a name="y">three</a>', 'one two: x and three'],
  ['<style>p { }</style><style>never closed <b title="half>on', 'never closed on'],
])('the text of the mail %s is %s', async (html, text) => {
  const { mails, url } = await mailServer()
  const app = await startWithAdmin({ delivery: { smtp: { url, from: FROM } } })
  const { ClientId } = await createPool(app.admin, {
    AutoVerifiedAttributes: ['email'],
    EmailVerificationMessage: `${html}<br/>{####}`,
  })
  await signUp(app, ClientId, { email: 'ada@example.com' })
  expect(textOf(mails[0]?.content ?? '')).toBe(`${text}\n${app.server.inbox.last()?.code}`)
})

test('a mail with broken markup from its function has a text part, and delays nothing else', async () => {
  const { mails, url } = await mailServer()
  const app = await startWithAdmin({ delivery: { smtp: { url, from: FROM } } })
  const { ClientId } = await createPool(app.admin, {
    AutoVerifiedAttributes: ['email'],
    EmailVerificationMessage: `{####}${'<a href=x '.repeat(1990)}`,
  })
  await signUp(app, ClientId, { email: 'ada@example.com' })
  expect(textOf(mails[0]?.content ?? '')).toBe(
    `${app.server.inbox.last()?.code}${'<a href=x '.repeat(1990)}`.trim(),
  )
})

/** The text part of a mail (RFC 2045). */
function textOf(content: string): string {
  const [, headers = '', body = ''] =
    /(Content-Type: text\/plain[\s\S]*?)\r\n\r\n([\s\S]*?)\r\n--/.exec(content) ?? []
  const bytes = headers.includes('base64')
    ? Buffer.from(body, 'base64')
    : headers.includes('quoted-printable')
      ? Buffer.from(
          body
            .replace(/=\r\n/g, '')
            .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
          'latin1',
        )
      : Buffer.from(body)
  return bytes.toString().replaceAll('\r\n', '\n').trim()
}

test('mail has the sender and the reply address of its pool, where the pool has them', async () => {
  const { mails, url } = await mailServer()
  const app = await startWithAdmin({ delivery: { smtp: { url, from: FROM } } })
  const { ClientId } = await createPool(app.admin, {
    AutoVerifiedAttributes: ['email'],
    EmailConfiguration: {
      EmailSendingAccount: 'COGNITO_DEFAULT',
      From: 'Büro Ada <office@example.org>',
      ReplyToEmailAddress: 'help@example.org',
    },
  })
  await signUp(app, ClientId, { email: 'ada@example.com' })
  expect(mails).toMatchObject([{ from: 'office@example.org', to: ['ada@example.com'] }])
  expect(mails[0]?.content).toContain('From: =?UTF-8?Q?B=C3=BCro_Ada?= <office@example.org>')
  expect(mails[0]?.content).toContain('Reply-To: help@example.org')
})

test.each([
  '',
  'nobody',
  'Ada <nobody>',
  'ada@example.com, eve@example.com',
  'Ada <a@example.com>\r\nBcc: b@example.com',
])('a pool cannot have %j as a sender', async (From) => {
  const { admin } = await startWithAdmin()
  await expect(createPool(admin, { EmailConfiguration: { From } })).rejects.toMatchObject({
    name: 'InvalidParameterException',
  })
})

test('an address that looks like a list of addresses reaches no other address', async () => {
  const { mails, url } = await mailServer()
  const app = await startWithAdmin({ delivery: { smtp: { url, from: FROM } } })
  const { ClientId } = await createPool(app.admin, { AutoVerifiedAttributes: ['email'] })
  await signUp(app, ClientId, { email: 'eve,ada@example.com' })
  expect(mails.map(({ to }) => to)).toEqual([['"eve,ada"@example.com']])
})

test('the webhook gets each message signed, as the Standard Webhooks library verifies', async () => {
  const hook = await webhook()
  const app = await startWithAdmin({ delivery: { webhook: hook } })
  const { ClientId, UserPoolId } = await createPool(app.admin, SMS_POOL)
  await signUp(app, ClientId, { phone_number: '+15555550100' })
  const [{ headers, body } = { headers: {}, body: '' }] = hook.requests
  // Its keys are the headers' names, in lower case as Node has them.
  const verified = new Webhook(SECRET).verify(body, headers as Record<string, string>)
  const code = app.server.inbox.last()?.code
  expect(verified).toEqual({
    type: 'message',
    timestamp: expect.stringMatching(/^\d{4}-/),
    data: {
      userPoolId: UserPoolId,
      to: '+15555550100',
      medium: 'SMS',
      purpose: 'sign-up',
      subject: '',
      body: `Your confirmation code is ${code}`,
      code,
    },
  })
  expect(() =>
    new Webhook(SECRET).verify(body.replace('555', '556'), headers as Record<string, string>),
  ).toThrow()
})

test('mail goes to the mail server and SMS to the webhook; without a mail server both go to the webhook', async () => {
  const { mails, url } = await mailServer()
  const hook = await webhook()
  const both = await startWithAdmin({ delivery: { smtp: { url, from: FROM }, webhook: hook } })
  const sms = await createPool(both.admin, SMS_POOL)
  await signUp(both, sms.ClientId, { phone_number: '+15555550100' })
  await both.call('SignUp', {
    ClientId: both.userPoolClientId,
    Username: 'ada@example.com',
    Password: PASSWORD,
  })
  expect([mails.length, hook.requests.length]).toEqual([1, 1])

  const one = await start({ delivery: { webhook: hook } })
  await one.call('SignUp', {
    ClientId: one.userPoolClientId,
    Username: 'ada@example.com',
    Password: PASSWORD,
  })
  expect(hook.requests).toHaveLength(2)
})

const FAILURE = {
  __type: 'CodeDeliveryFailureException',
  message: 'Unable to deliver the message. Request a new code to try again.',
}

test('the delivery can be declared in the configuration, and an option wins over it', async () => {
  const [declared, chosen] = [await webhook(), await webhook()]
  const config = { delivery: { webhook: { url: declared.url, secret: SECRET } } }
  for (const options of [{ config }, { config, delivery: { webhook: chosen } }]) {
    const app = await start(options)
    await app.call('SignUp', {
      ClientId: app.userPoolClientId,
      Username: 'ada@example.com',
      Password: PASSWORD,
    })
  }
  expect([declared.requests.length, chosen.requests.length]).toEqual([1, 1])
})

test('an undelivered message is reported, the user stays, and another request sends a new one', async () => {
  const mail = await mailServer({ refuse: true })
  const app = await start({ delivery: { smtp: { url: mail.url, from: FROM } } })
  const account = { ClientId: app.userPoolClientId, Username: 'ada@example.com' }
  expect((await app.call('SignUp', { ...account, Password: PASSWORD })).body).toEqual(FAILURE)
  mail.options.refuse = false
  expect((await app.call('ResendConfirmationCode', account)).status).toBe(200)
  await vi.waitFor(() => expect(mail.mails).toHaveLength(1), { timeout: 20_000 })
  const [{ content } = { content: '' }] = mail.mails
  const ConfirmationCode = /confirmation code is (\d{6})/.exec(content)?.[1]
  expect((await app.call('ConfirmSignUp', { ...account, ConfirmationCode })).body).toEqual({})
})

test.each([
  { what: 'answers 500', answer: { status: 500 } },
  { what: 'answers nothing', answer: { silent: true } },
])('a webhook that $what has not delivered', async ({ answer }) => {
  const hook = await webhook(answer)
  const app = await start({ delivery: { webhook: hook, timeoutSeconds: 3 } })
  const account = { ClientId: app.userPoolClientId, Username: 'ada@example.com' }
  const started = performance.now()
  expect((await app.call('SignUp', { ...account, Password: PASSWORD })).body).toEqual(FAILURE)
  expect(performance.now() - started).toBeLessThan(9_000)
  expect(hook.requests).toHaveLength(1)
})

test('a webhook that redirects has not delivered, and the code is not sent on', async () => {
  const elsewhere = await webhook()
  const hook = await webhook({ status: 307, location: elsewhere.url })
  const app = await start({ delivery: { webhook: hook } })
  const { body } = await app.call('SignUp', {
    ClientId: app.userPoolClientId,
    Username: 'ada@example.com',
    Password: PASSWORD,
  })
  expect(body).toEqual(FAILURE)
  expect([hook.requests.length, elsewhere.requests.length]).toEqual([1, 0])
})

test('a silent mail server is waited for no longer than the timeout', async () => {
  const silent = createTcpServer(() => {}).listen(0, '127.0.0.1')
  onTestFinished(() => void silent.close())
  await new Promise((resolve) => silent.once('listening', resolve))
  const { port } = silent.address() as AddressInfo
  const app = await start({
    delivery: { smtp: { url: `smtp://127.0.0.1:${port}`, from: FROM }, timeoutSeconds: 3 },
  })
  const started = performance.now()
  const { body } = await app.call('SignUp', {
    ClientId: app.userPoolClientId,
    Username: 'ada@example.com',
    Password: PASSWORD,
  })
  expect(body).toEqual(FAILURE)
  expect(performance.now() - started).toBeLessThan(9_000)
})

test('in production there is no inbox: without delivery a sign-up fails, and the log says what to set', async () => {
  const entries: LogEntry[] = []
  const app = await startProduction({
    config: { userPools: [DEFAULT_POOL] },
    log: (entry) => entries.push(entry),
  })
  const { body } = await app.call('SignUp', {
    ClientId: 'web',
    Username: 'ada@example.com',
    Password: PASSWORD,
  })
  expect(body).toEqual(FAILURE)
  expect(app.server.inbox.list()).toEqual([])
  expect(String(entries.at(-1)?.cause)).toContain('--smtp-url or --webhook-url')
})

test('in production delivered messages are not kept', async () => {
  const { mails, url } = await mailServer()
  const app = await startProduction({
    config: { userPools: [DEFAULT_POOL] },
    delivery: { smtp: { url, from: FROM } },
  })
  await app.call('SignUp', { ClientId: 'web', Username: 'ada@example.com', Password: PASSWORD })
  expect([mails.length, app.server.inbox.list().length]).toEqual([1, 0])
})

const DEFAULT_POOL = {
  UserPoolId: 'us-east-1_Example01',
  PoolName: 'Example',
  UsernameAttributes: ['email' as const],
  AutoVerifiedAttributes: ['email' as const],
  clients: [{ ClientId: 'web', ClientName: 'Web', PreventUserExistenceErrors: 'ENABLED' as const }],
}

test('where existence is hidden, an answer neither waits for a delivery nor reveals that it failed', async () => {
  const logged: LogEntry[] = []
  let deliver = (): Promise<void> => Promise.reject(new Error('The mail server is down.'))
  const app = await start({ deliver: () => deliver(), log: (entry) => logged.push(entry) })
  const account = { ClientId: app.userPoolClientId, Username: 'ada@example.com' }
  expect((await app.call('SignUp', { ...account, Password: PASSWORD })).body).toEqual(FAILURE)
  const ask = async (operation: string, Username: string) =>
    (await app.call(operation, { ...account, Username })).body.CodeDeliveryDetails.Destination
  // The log has the failure, of the request that it came of.
  expect(await ask('ResendConfirmationCode', 'ada@example.com')).toBe('a***@e***')
  expect(await ask('ResendConfirmationCode', 'nobody@example.com')).toBe('n***@e***')
  const failures = logged.filter(({ cause }) => String(cause).includes('mail server is down'))
  const resend = logged.find(({ operation, cause }) => operation === 'ResendConfirmationCode' && !cause)
  expect(failures.map(({ operation, requestId }) => [operation, requestId])).toEqual([
    ['SignUp', expect.any(String)],
    ['ResendConfirmationCode', resend?.requestId],
  ])

  // A delivery that takes its time is waited for when the server closes.
  let end = () => {}
  let delivered = false
  deliver = async () => {
    await new Promise<void>((resolve) => {
      end = resolve
    })
    delivered = true
  }
  expect(await ask('ResendConfirmationCode', 'ada@example.com')).toBe('a***@e***')
  const closed = app.server.close()
  expect(delivered).toBe(false)
  end()
  await closed
  expect(delivered).toBe(true)
})

test('where existence is not hidden, a failed delivery is reported', async () => {
  let isDown = false
  const app = await start({
    config: {
      userPools: [
        {
          ...DEFAULT_POOL,
          clients: [{ ClientId: 'web', ClientName: 'Web', PreventUserExistenceErrors: 'LEGACY' }],
        },
      ],
    },
    deliver: () => (isDown ? Promise.reject(new Error('The mail server is down.')) : Promise.resolve()),
  })
  const account = { ClientId: 'web', Username: 'ada@example.com' }
  await app.call('SignUp', { ...account, Password: PASSWORD })
  isDown = true
  expect((await app.call('ResendConfirmationCode', account)).body).toEqual(FAILURE)
})

test('delivery by your own code gets the whole message', async () => {
  const messages: Message[] = []
  const app = await start({ deliver: async (message) => void messages.push(message) })
  await app.call('SignUp', {
    ClientId: app.userPoolClientId,
    Username: 'ada@example.com',
    Password: PASSWORD,
  })
  const code = messages[0]?.code
  expect(messages).toEqual([
    {
      userPoolId: app.userPoolId,
      to: 'ada@example.com',
      medium: 'EMAIL',
      purpose: 'sign-up',
      subject: 'Your verification code',
      body: `Your confirmation code is ${code}`,
      code,
    },
  ])
})

test.each<{ what: string; options: ServerOptions; says: RegExp }>([
  {
    what: 'a short secret',
    options: { delivery: { webhook: { url: 'https://example.com', secret: 'whsec_c2hvcnQ=' } } },
    says: /openssl rand -base64 32/,
  },
  {
    what: 'a URL that is none',
    options: { delivery: { webhook: { url: 'example.com', secret: SECRET } } },
    says: /webhook must begin with http:\/\/ or https:\/\//,
  },
  {
    what: 'a mail server by HTTP',
    options: { delivery: { smtp: { url: 'https://user:secret@mail.example.com', from: FROM } } },
    says: /^((?!secret).)*mail server must begin with smtp:\/\/ or smtps:\/\/((?!secret).)*$/,
  },
  {
    what: 'two ways at once',
    options: { delivery: {}, deliver: async () => {} },
    says: /pass one of them/,
  },
])('$what is refused at the start', async ({ options, says }) => {
  await expect(start(options)).rejects.toMatchObject({
    name: 'StartError',
    message: expect.stringMatching(says),
  })
})

test('an invitation is HTML in a mail, with the password as text in it', async () => {
  const app = await startWithAdmin()
  const { UserPoolId } = await createPool(app.admin, {
    AdminCreateUserConfig: {
      InviteMessageTemplate: { EmailSubject: 'Hi {username}', EmailMessage: '<p>{username}: {####}</p>' },
    },
  })
  await app.admin.adminCreateUser({
    UserPoolId,
    Username: 'ada$&',
    TemporaryPassword: "A1<b>&$&'{username}",
    UserAttributes: [{ Name: 'email', Value: 'ada@example.com' }],
    DesiredDeliveryMediums: ['EMAIL'],
  })
  expect(app.server.inbox.last('ada@example.com')).toMatchObject({
    subject: 'Hi ada$&',
    body: '<p>ada$&amp;: A1&lt;b&gt;&amp;$&amp;&#39;{username}</p>',
    code: "A1<b>&$&'{username}",
  })
})

test('a confirmed user of a pool that sends mail still gets codes in the default words', async () => {
  const app = await start()
  await signUpAndConfirm(app)
  await app.call('ForgotPassword', { ClientId: app.userPoolClientId, Username: 'ada@example.com' })
  const message = app.server.inbox.last()
  expect(message).toMatchObject({
    purpose: 'forgot-password',
    subject: 'Your verification code',
    body: `Your confirmation code is ${message?.code}`,
    link: null,
  })
})
