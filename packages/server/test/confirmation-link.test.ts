import { createHmac } from 'node:crypto'
import type { ServerOptions } from '@amulet/server'
import { expect, test } from 'vitest'
import { createPool, startWithAdmin } from './admin.js'
import { PASSWORD } from './start.js'
import { stillClock } from './still-clock.js'

async function signedUpByLink(options: ServerOptions = {}) {
  const app = await startWithAdmin({ clock: stillClock(), ...options })
  const { ClientId, UserPoolId } = await createPool(app.admin, {
    AutoVerifiedAttributes: ['email'],
    VerificationMessageTemplate: {
      DefaultEmailOption: 'CONFIRM_WITH_LINK',
      EmailSubjectByLink: 'Welcome, {username}',
      EmailMessageByLink: '<p>Hello {username}, {##it is <b>me</b>##}.</p>',
    },
  })
  await app.call('SignUp', {
    ClientId,
    Username: 'a<b>&"c',
    Password: PASSWORD,
    UserAttributes: [{ Name: 'email', Value: 'ada@example.com' }],
  })
  const message = app.server.inbox.last('ada@example.com')
  const open = (link: string, method = 'GET') => app.server.fetch(new Request(link, { method }))
  const press = (link: string) => open(link, 'POST')
  const status = async () => (await app.admin.adminGetUser({ UserPoolId, Username: 'a<b>&"c' })).UserStatus
  return { app, ClientId, UserPoolId, message, link: message?.link ?? '', open, press, status }
}

/** The code of a link. */
const codeOf = (link: string) => new URL(link).searchParams.get('confirmation_code') ?? ''

/** The same link with another code. */
function withCode(link: string, code: string): string {
  const url = new URL(link)
  url.searchParams.set('confirmation_code', code)
  return url.href
}

test('the message has a link instead of a code, and escapes what the user typed', async () => {
  const { app, ClientId, message } = await signedUpByLink()
  const link = message?.link ?? ''
  expect(message).toEqual({
    id: expect.any(String),
    to: 'ada@example.com',
    medium: 'EMAIL',
    purpose: 'sign-up',
    subject: 'Welcome, a<b>&"c',
    body: `<p>Hello a&lt;b&gt;&amp;&quot;c, <a href="${link.replaceAll('&', '&amp;')}">it is <b>me</b></a>.</p>`,
    code: expect.stringMatching(/^\d{6}$/),
    link,
    sentAt: expect.any(String),
  })
  const query = new URLSearchParams({
    client_id: ClientId,
    user_name: 'a<b>&"c',
    confirmation_code: codeOf(link),
  })
  expect(link).toBe(`${app.url}/confirmUser?${query}`)
  // 160 bits, too many to be typed or guessed.
  expect(codeOf(link)).toMatch(/^[\w-]{27}$/)
})

test.each(['/confirmUser?', '/confirmUser/?'])(
  '%s shows the account and the address, and its button confirms both',
  async (path) => {
    const { app, UserPoolId, link, open, press, status } = await signedUpByLink()
    const address = link.replace('/confirmUser?', path)
    const page = await open(address)
    expect(page.status).toBe(200)
    expect(page.headers.get('content-type')).toMatch(/^text\/html/)
    const html = await page.text()
    expect(html).toContain('<h1>Confirm your e-mail address</h1>')
    expect(html).toContain('<dd>a&lt;b&gt;&amp;&quot;c</dd>')
    expect(html).toContain('<dd>ada@example.com</dd>')
    expect(html.match(/<button/g)).toHaveLength(1)
    // To the address of the page itself, which has the code.
    expect(html).toContain('<form method="post"><button type="submit" class="button">')
    expect(await status()).toBe('UNCONFIRMED')

    const pressed = await press(address)
    expect(pressed.status).toBe(200)
    expect(await pressed.text()).toContain('<h1>Your e-mail address is confirmed</h1>')
    const user = await app.admin.adminGetUser({ UserPoolId, Username: 'a<b>&"c' })
    expect(user.UserStatus).toBe('CONFIRMED')
    expect(user.UserAttributes).toContainEqual({ Name: 'email_verified', Value: 'true' })
    // Who presses twice sees the answer to the second time.
    expect((await press(address)).status).toBe(200)
  },
)

test('where the username is generated, the page shows the address only', async () => {
  const app = await startWithAdmin()
  const { ClientId } = await createPool(app.admin, {
    UsernameAttributes: ['email'],
    AutoVerifiedAttributes: ['email'],
    VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_LINK' },
  })
  await app.call('SignUp', { ClientId, Username: 'ada@example.com', Password: PASSWORD })
  const page = await app.server.fetch(new Request(app.server.inbox.last()?.link ?? ''))
  const html = await page.text()
  expect(html).toContain('<dd>ada@example.com</dd>')
  expect(html.match(/<dd>/g)).toHaveLength(1)
})

test('the page is the same whatever is wrong with a link', async () => {
  const { app, ClientId, message, link, open, press, status } = await signedUpByLink()
  const url = new URL(link)
  const changed = (name: string, value: string | undefined) => {
    const other = new URL(url)
    if (value === undefined) other.searchParams.delete(name)
    else other.searchParams.set(name, value)
    return other.href
  }
  const answers = new Map<string, { status: number; text: string }>()
  const look = async (why: string, address: string, methods = ['GET', 'POST']) => {
    for (const method of methods) {
      const response = await open(address, method)
      answers.set(`${method} ${why}`, { status: response.status, text: await response.text() })
    }
  }
  await look('a wrong code', changed('confirmation_code', 'A'.repeat(27)))
  await look('the code that is typed', changed('confirmation_code', message?.code))
  await look('an unknown user', changed('user_name', 'nobody'))
  await look('a user name that cannot be one', changed('user_name', ' \u0000'))
  await look('an unknown client', changed('client_id', 'nothing'))
  await look('a client id that cannot be one', changed('client_id', "'\u0000--"))
  await look('no code', changed('confirmation_code', undefined))
  await look('nothing at all', `${url.origin}/confirmUser`)
  await app.call('SignUp', { ClientId, Username: 'without-address', Password: PASSWORD })
  await look('a user without a code', changed('user_name', 'without-address'))
  expect(await status()).toBe('UNCONFIRMED')
  expect((await press(link)).status).toBe(200)
  await look('a link that has been used', link, ['GET'])
  await look('a used link with a wrong code', changed('confirmation_code', 'A'.repeat(27)))
  const first = answers.get('GET a wrong code')
  expect(first).toEqual({ status: 400, text: expect.stringContaining('This link does not work') })
  for (const [why, answer] of answers) expect(answer, why).toEqual(first)
})

test('a link to a disabled user does not work', async () => {
  const { app, UserPoolId, link, open, press, status } = await signedUpByLink()
  await app.admin.adminDisableUser({ UserPoolId, Username: 'a<b>&"c' })
  expect((await open(link)).status).toBe(400)
  expect((await press(link)).status).toBe(400)
  await app.admin.adminEnableUser({ UserPoolId, Username: 'a<b>&"c' })
  expect((await press(link)).status).toBe(200)
  expect(await status()).toBe('CONFIRMED')
})

test('a link takes no alias away from its user', async () => {
  const app = await startWithAdmin()
  const { ClientId, UserPoolId } = await createPool(app.admin, {
    AliasAttributes: ['email'],
    AutoVerifiedAttributes: ['email'],
    VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_LINK' },
  })
  const UserAttributes = [{ Name: 'email', Value: 'ada@example.com' }]
  const press = async (Username: string) => {
    await app.call('SignUp', { ClientId, Username, Password: PASSWORD, UserAttributes })
    const link = app.server.inbox.last('ada@example.com')?.link ?? ''
    return (await app.server.fetch(new Request(link, { method: 'POST' }))).status
  }
  expect(await press('ada')).toBe(200)
  expect(await press('eve')).toBe(400)
  expect((await app.admin.adminGetUser({ UserPoolId, Username: 'ada@example.com' })).Username).toBe('ada')
  expect((await app.admin.adminGetUser({ UserPoolId, Username: 'eve' })).UserStatus).toBe('UNCONFIRMED')
})

test('where sign-ups are confirmed by a link, passwords are reset by a code', async () => {
  const { app, ClientId, link, press } = await signedUpByLink()
  expect((await press(link)).status).toBe(200)
  await app.call('ForgotPassword', { ClientId, Username: 'a<b>&"c' })
  const message = app.server.inbox.last()
  expect(message?.purpose).toBe('forgot-password')
  expect(message?.link).toBeNull()
  expect(message?.body).toContain(message?.code)
})

test('a used link no longer confirms a user who has to choose another password', async () => {
  const { app, UserPoolId, link, press, status } = await signedUpByLink()
  expect((await press(link)).status).toBe(200)
  expect((await press(link)).status).toBe(200)
  await app.admin.adminResetUserPassword({ UserPoolId, Username: 'a<b>&"c' })
  expect((await press(link)).status).toBe(400)
  expect(await status()).toBe('RESET_REQUIRED')
})

test('opening a link does not use it up, however often and by whatever program', async () => {
  const { link, open, press, status } = await signedUpByLink()
  expect((await open(link, 'HEAD')).status).toBe(200)
  for (let i = 0; i < 20; i++) expect((await open(link)).status).toBe(200)
  expect(await status()).toBe('UNCONFIRMED')
  expect((await press(link)).status).toBe(200)
})

test('wrong links do not count as guesses of the user, and wrong guesses do not void the link', async () => {
  const { app, ClientId, message, link, open, press, status } = await signedUpByLink()
  for (let i = 0; i < 20; i++) {
    expect((await open(withCode(link, `wrong-${i}`))).status).toBe(400)
    expect((await press(withCode(link, `wrong-${i}`))).status).toBe(400)
  }
  const confirm = (ConfirmationCode: string | undefined) =>
    app.call('ConfirmSignUp', { ClientId, Username: 'a<b>&"c', ConfirmationCode })
  for (let i = 0; i < 10; i++) expect((await confirm('wrong!')).body.__type).toBe('CodeMismatchException')
  expect((await confirm(message?.code)).body.__type).toBe('ExpiredCodeException')
  expect((await press(link)).status).toBe(200)
  expect(await status()).toBe('CONFIRMED')
})

test('a link expires after a day, and a new message has a new one', async () => {
  const { app, ClientId, link, open, press } = await signedUpByLink()
  app.server.clock.advance(24 * 3600 - 0.001)
  expect((await open(link)).status).toBe(200)
  app.server.clock.advance(0.001)
  expect((await open(link)).status).toBe(400)
  expect((await press(link)).status).toBe(400)
  await app.call('ResendConfirmationCode', { ClientId, Username: 'a<b>&"c' })
  const fresh = app.server.inbox.last()
  expect(fresh?.purpose).toBe('resend-code')
  await app.call('ResendConfirmationCode', { ClientId, Username: 'a<b>&"c' })
  expect((await press(fresh?.link ?? '')).status).toBe(400)
  expect((await press(app.server.inbox.last()?.link ?? '')).status).toBe(200)
})

test.each(['code', 'link'] as const)('the code of the %s can be typed in as well, once', async (which) => {
  const { app, ClientId, message, link, press, status } = await signedUpByLink()
  const ConfirmationCode = which === 'code' ? message?.code : codeOf(link)
  const confirm = () => app.call('ConfirmSignUp', { ClientId, Username: 'a<b>&"c', ConfirmationCode })
  expect((await confirm()).text).toBe('{}')
  expect(await status()).toBe('CONFIRMED')
  expect((await confirm()).body.message).toBe('User cannot be confirmed. Current status is CONFIRMED')
  // The link that comes after it finds the work done.
  expect((await press(link)).status).toBe(200)
})

test('links of a client with a secret work without the secret, and nothing else does', async () => {
  const { app, UserPoolId, open } = await signedUpByLink()
  const { UserPoolClient } = await app.admin.createUserPoolClient({
    UserPoolId,
    ClientName: 'backend',
    GenerateSecret: true,
  })
  const { ClientId = '', ClientSecret = '' } = UserPoolClient ?? {}
  const SecretHash = createHmac('sha256', ClientSecret).update(`eve${ClientId}`).digest('base64')
  const UserAttributes = [{ Name: 'email', Value: 'eve@example.com' }]
  await app.call('SignUp', { ClientId, SecretHash, Username: 'eve', Password: PASSWORD, UserAttributes })
  const message = app.server.inbox.last('eve@example.com')
  const link = message?.link ?? ''
  expect(codeOf(link)).not.toBe(message?.code)
  expect((await open(withCode(link, message?.code ?? ''), 'POST')).status).toBe(400)
  await app.server.inbox.confirm(link)
  expect((await app.admin.adminGetUser({ UserPoolId, Username: 'eve' })).UserStatus).toBe('CONFIRMED')
})

test('a test confirms a link with one call, and gets an error for a link that does not work', async () => {
  const { app, message, link, status } = await signedUpByLink()
  const { inbox } = app.server
  await expect(inbox.confirm(withCode(link, 'A'.repeat(27)))).rejects.toThrow(
    'The link does not work: its page answers 400.',
  )
  await expect(inbox.confirm(inbox.last('nobody@example.com')?.link)).rejects.toThrow('There is no link')
  expect(await status()).toBe('UNCONFIRMED')
  await inbox.confirm(message?.link)
  expect(await status()).toBe('CONFIRMED')
  await expect(inbox.confirm(message?.link)).rejects.toThrow('The link does not work')
})

test('the pages run no script, load nothing, and do not leak their address', async () => {
  const { link, open, press } = await signedUpByLink()
  for (const [page, formAction] of [
    [await open(link), 'self'],
    [await press(link), 'none'],
    [await open(link), 'none'],
  ] as const) {
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy.replace(/sha256-[\w+/]+=/, 'sha256-…')).toBe(
      `default-src 'none'; style-src 'sha256-…'; base-uri 'none'; form-action '${formAction}'; frame-ancestors 'none'`,
    )
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    expect(page.headers.get('cache-control')).toBe('no-store')
    const html = await page.text()
    expect(html).not.toMatch(/<script|\son\w+=|https?:\/\/(?!www\.w3\.org)/)
    // The one style sheet is the one that the policy allows.
    const style = /<style>(.*)<\/style>/s.exec(html)?.[1] ?? ''
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style))
    expect(policy).toContain(`'sha256-${Buffer.from(digest).toString('base64')}'`)
    expect(html).toMatch(/^<!doctype html><html lang="en">/)
  }
})

test('the log of dev says what is wrong with a link', async () => {
  const reasons: (string | undefined)[] = []
  const { app, UserPoolId, link, open, press } = await signedUpByLink({
    log: ({ operation, reason }) => {
      if (!operation.startsWith('Admin')) reasons.push(reason)
    },
  })
  reasons.splice(0)
  for (const look of [open, press]) expect((await look(withCode(link, 'wrong'))).status).toBe(400)
  const wrong = 'The link does not have the code that was sent last, or it is too old.'
  expect(reasons.splice(0)).toEqual([wrong, wrong])
  await app.admin.adminDisableUser({ UserPoolId, Username: 'a<b>&"c' })
  for (const look of [open, press]) expect((await look(link)).status).toBe(400)
  expect(reasons).toEqual(['User is disabled.', 'User is disabled.'])
})
