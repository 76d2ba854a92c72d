import { expect, test } from 'vitest'
import { createPool, startWithAdmin } from './admin.js'
import { PASSWORD } from './start.js'

async function signedUpByLink() {
  const app = await startWithAdmin()
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
  const status = async () => (await app.admin.adminGetUser({ UserPoolId, Username: 'a<b>&"c' })).UserStatus
  return { app, ClientId, UserPoolId, message, link: message?.link ?? '', open, status }
}

test('the message has a link instead of a code, and what the user typed is no markup in it', async () => {
  const { app, ClientId, message } = await signedUpByLink()
  const query = new URLSearchParams({
    client_id: ClientId,
    user_name: 'a<b>&"c',
    confirmation_code: message?.code ?? '',
  })
  const link = `${app.url}/confirmUser?${query}`
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
})

test.each(['/confirmUser?', '/confirmUser/?'])(
  'a click on %s confirms the user and the address',
  async (path) => {
    const { app, UserPoolId, link, open } = await signedUpByLink()
    const page = await open(link.replace('/confirmUser?', path))
    expect(page.status).toBe(200)
    expect(page.headers.get('content-type')).toMatch(/^text\/html/)
    expect(await page.text()).toContain('<h1>Your e-mail address is confirmed</h1>')
    const user = await app.admin.adminGetUser({ UserPoolId, Username: 'a<b>&"c' })
    expect(user.UserStatus).toBe('CONFIRMED')
    expect(user.UserAttributes).toContainEqual({ Name: 'email_verified', Value: 'true' })
  },
)

test('whatever is wrong with a link, the page is the same', async () => {
  const { link, open, status } = await signedUpByLink()
  const url = new URL(link)
  const changed = (name: string, value: string | undefined) => {
    const other = new URL(url)
    if (value === undefined) other.searchParams.delete(name)
    else other.searchParams.set(name, value)
    return other.href
  }
  const wrong = url.searchParams.get('confirmation_code') === '000000' ? '000001' : '000000'
  const answers = new Map<string, { status: number; text: string }>()
  const look = async (why: string, address: string) => {
    const response = await open(address)
    answers.set(why, { status: response.status, text: await response.text() })
  }
  await look('a wrong code', changed('confirmation_code', wrong))
  await look('an unknown user', changed('user_name', 'nobody'))
  await look('a user name that cannot be one', changed('user_name', ' \u0000'))
  await look('an unknown client', changed('client_id', 'nothing'))
  await look('a client id that cannot be one', changed('client_id', "'\u0000--"))
  await look('no code', changed('confirmation_code', undefined))
  await look('nothing at all', `${url.origin}/confirmUser`)
  expect(await status()).toBe('UNCONFIRMED')
  expect((await open(link)).status).toBe(200)
  await look('a link that has been used', link)
  await look('a used link with a wrong code', changed('confirmation_code', wrong))
  const first = answers.get('a wrong code')
  expect(first).toEqual({ status: 400, text: expect.stringContaining('This link does not work') })
  for (const [why, answer] of answers) expect(answer, why).toEqual(first)
})

test('a link is too old after a day, and a new message has a new one', async () => {
  const { app, ClientId, link, open } = await signedUpByLink()
  app.server.clock.advance(24 * 3600)
  expect((await open(link)).status).toBe(400)
  await app.call('ResendConfirmationCode', { ClientId, Username: 'a<b>&"c' })
  const fresh = app.server.inbox.last()
  expect(fresh?.purpose).toBe('resend-code')
  expect((await open(fresh?.link ?? '')).status).toBe(200)
})

test('the code in the link can be typed as well', async () => {
  const { app, ClientId, message, status } = await signedUpByLink()
  await app.call('ConfirmSignUp', { ClientId, Username: 'a<b>&"c', ConfirmationCode: message?.code })
  expect(await status()).toBe('CONFIRMED')
})

test('a program that only asks for the head of the page uses nothing up', async () => {
  const { link, open, status } = await signedUpByLink()
  expect((await open(link, 'HEAD')).status).toBe(200)
  expect(await status()).toBe('UNCONFIRMED')
})

test('the pages run nothing, load nothing, and do not hand their address on', async () => {
  const { link, open } = await signedUpByLink()
  for (const page of [await open(link), await open(link)]) {
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/]+='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
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
