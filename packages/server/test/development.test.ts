import { JSDOM } from 'jsdom'
import { expect, test } from 'vitest'
import { PASSWORD, passwordSignIn, type Started, signUpAndConfirm, start } from './start.js'
import { stillClock } from './still-clock.js'

const request = (app: Started, method: string, path: string, body?: string) =>
  app.server.fetch(
    new Request(`http://localhost/_amulet/${path}`, { method, ...(body !== undefined && { body }) }),
  )

const signUp = ({ call, userPoolClientId }: Started, Username: string) =>
  call('SignUp', { ClientId: userPoolClientId, Username, Password: PASSWORD })

test('the inbox lists messages newest first, in full, and by address', async () => {
  const app = await start()
  await signUp(app, 'ada@example.com')
  app.server.clock.advance(60)
  await signUp(app, 'grace@example.com')
  const all = await request(app, 'GET', 'inbox')
  expect(all.status).toBe(200)
  const messages = (await all.json()) as { code: string; body: string; sentAt: string }[]
  expect(messages).toEqual([
    expect.objectContaining({ to: 'grace@example.com' }),
    {
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      to: 'ada@example.com',
      medium: 'EMAIL',
      purpose: 'sign-up',
      subject: 'Your verification code',
      body: `Your confirmation code is ${messages[1]?.code}`,
      code: expect.stringMatching(/^\d{6}$/),
      link: null,
      sentAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    },
  ])
  expect(
    Date.parse(messages[0]?.sentAt ?? '') - Date.parse(messages[1]?.sentAt ?? ''),
  ).toBeGreaterThanOrEqual(60_000)

  const hers = await request(app, 'GET', 'inbox?to=ada%40example.com')
  expect(await hers.json()).toEqual([messages[1]])
  const nobody = await request(app, 'GET', 'inbox?to=nobody%40example.com')
  expect(await nobody.json()).toEqual([])
})

test('the inbox is searched by a phone number as it is written', async () => {
  const app = await start({
    config: {
      userPools: [
        {
          PoolName: 'Phones',
          UsernameAttributes: ['phone_number'],
          AutoVerifiedAttributes: ['phone_number'],
          clients: [{ ClientName: 'App' }],
        },
      ],
    },
  })
  await signUp(app, '+15555550100')
  for (const to of ['+15555550100', '%2B15555550100']) {
    const messages = await request(app, 'GET', `inbox?to=${to}`)
    expect(await messages.json(), to).toMatchObject([{ to: '+15555550100', medium: 'SMS' }])
  }
})

test('a message that was sent twice is listed twice, the newer one first', async () => {
  const app = await start()
  await signUp(app, 'ada@example.com')
  await app.call('ResendConfirmationCode', { ClientId: app.userPoolClientId, Username: 'ada@example.com' })
  const messages = await request(app, 'GET', 'inbox?to=ada@example.com')
  expect(await messages.json()).toMatchObject([{ purpose: 'resend-code' }, { purpose: 'sign-up' }])
})

test('browsers get the inbox as a page that escapes messages, and programs get JSON', async () => {
  const app = await start({
    config: {
      userPools: [
        {
          PoolName: 'Shop',
          AutoVerifiedAttributes: ['email'],
          UsernameAttributes: ['email'],
          EmailVerificationSubject: '<i>Hello</i>',
          EmailVerificationMessage:
            '<style>p { color: red }</style><p>Your <b>code</b> is {####}.</p><script>alert(1)</script><p>A &amp; B</p>',
          clients: [{ ClientName: 'web' }],
        },
      ],
    },
  })
  await app.call('SignUp', {
    ClientId: app.userPoolClientId,
    Username: 'ada@example.com',
    Password: 'Correct-Horse-1',
  })
  const get = (accept?: string, path = '/_amulet/inbox') =>
    app.server.fetch(new Request(`http://localhost${path}`, { headers: accept ? { accept } : {} }))
  for (const accept of [undefined, '*/*', 'application/json'])
    expect(await (await get(accept)).json()).toMatchObject([{ to: 'ada@example.com' }])
  const page = await get('text/html,application/xhtml+xml,*/*;q=0.8')
  expect(page.headers.get('content-type')).toMatch(/^text\/html/)
  expect(page.headers.get('vary')).toBe('accept')
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  const text = await page.text()
  const code = app.server.inbox.last()?.code
  expect(text).toContain(`<p class="code">${code}</p>`)
  expect(text).toContain(`Your code is ${code}.`)
  expect(text).toContain('A &amp; B')
  expect(text).not.toContain('alert(1)')
  expect(text).toContain('&lt;i&gt;Hello&lt;/i&gt;')
  expect(text).toMatch(/<time datetime="[^"]+">\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC<\/time>/)
  expect(text).toMatch(/<a href="[^"]*_amulet\/inbox" aria-current="page">Inbox<\/a>/)
  expect(text.match(/<a [^>]*aria-current/g)).toHaveLength(1)
  const others = await get('text/html', '/_amulet/inbox?to=%22%3E%3Cscript%3Ealert(1)%3C/script%3E')
  expect(await others.text()).not.toContain('<script>alert(1)')
})

test('the page of the inbox shows where the links of a mail lead, and ignores the layout of its source', async () => {
  const app = await start({
    config: {
      userPools: [
        {
          PoolName: 'Shop',
          AutoVerifiedAttributes: ['email'],
          UsernameAttributes: ['email'],
          EmailVerificationMessage: `<table>
            <tr><td>Welcome&#33;</td></tr>


            <tr><td><a href="https://shop.example/?code={####}">Confirm&hellip;</a></td></tr>
          </table>`,
          clients: [{ ClientName: 'web' }],
        },
      ],
    },
  })
  await signUp(app, 'ada@example.com')
  const page = await app.server.fetch(
    new Request('http://localhost/_amulet/inbox', { headers: { accept: 'text/html' } }),
  )
  const code = app.server.inbox.last()?.code
  expect(await page.text()).toContain(
    `<p class="body">Welcome!\n\nConfirm…: https://shop.example/?code=${code}</p>`,
  )
})

/** The page of the inbox as a browser has it. */
async function inboxPage(app: Started, to?: string) {
  const query = to === undefined ? '' : `?${new URLSearchParams({ to })}`
  const page = await app.server.fetch(
    new Request(`http://localhost/_amulet/inbox${query}`, { headers: { accept: 'text/html' } }),
  )
  const { document } = new JSDOM(await page.text()).window
  const texts = (selector: string) =>
    [...document.querySelectorAll(selector)].map(({ textContent }) =>
      textContent?.replace(/\s+/g, ' ').trim(),
    )
  const newest = document.querySelector('[data-newest]')?.getAttribute('data-newest')
  return { document, texts, newest, links: texts('main a'), buttons: texts('main button') }
}

test('the page of the inbox says when it is empty, for an address or at all, and offers to empty it when it is not', async () => {
  const app = await start()
  const empty = await inboxPage(app)
  expect(empty.document.title).toBe('Inbox (0) · Amulet')
  expect(empty.texts('main p.card')).toEqual([
    'There are no messages yet. They appear here as they are sent.',
  ])
  expect([empty.newest, empty.buttons, empty.links]).toEqual(['', ['Show'], []])
  await signUp(app, 'ada@example.com')
  const one = await inboxPage(app)
  expect(one.document.title).toBe('Inbox (1) · Amulet')
  expect(one.texts('main p.card')).toEqual([])
  expect([one.newest, one.buttons, one.links]).toEqual([
    app.server.inbox.last()?.id,
    ['Empty the inbox', 'Show'],
    [],
  ])
  expect(one.texts('article .tag')).toEqual(['E-mail', 'sign-up'])
  const others = await inboxPage(app, 'grace@example.com')
  expect(others.texts('main p.card')).toEqual([
    'There are no messages to grace@example.com. They appear here as they are sent.',
  ])
  expect([others.newest, others.buttons, others.links]).toEqual(['', ['Show'], ['Show all']])
  expect(others.document.querySelector('input')?.value).toBe('grace@example.com')
})

test('the page of the inbox shows the body of an SMS unchanged, and links that can be followed', async () => {
  const app = await start({
    config: {
      userPools: [
        {
          PoolName: 'Links',
          UsernameAttributes: ['email', 'phone_number'],
          AutoVerifiedAttributes: ['email', 'phone_number'],
          SmsVerificationMessage: 'Use <{####}> & go',
          VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_LINK' },
          clients: [{ ClientName: 'App' }],
        },
      ],
    },
  })
  await signUp(app, '+15555550100')
  const code = app.server.inbox.last()?.code
  const sms = await inboxPage(app)
  expect(sms.texts('article .tag')).toEqual(['SMS', 'sign-up'])
  expect(sms.texts('article .code')).toEqual([code])
  expect(sms.texts('article .body')).toEqual([`Use <${code}> & go`])
  expect(sms.links).toEqual([])
  await signUp(app, 'ada@example.com')
  const mail = await inboxPage(app, 'ada@example.com')
  const link = app.server.inbox.last()?.link
  expect(link).toMatch(/^http:/)
  expect(mail.links).toEqual(['Show all', link])
  expect(mail.document.querySelector('article a')?.getAttribute('href')).toBe(link)
})

test('the inbox can be emptied', async () => {
  const app = await start()
  await signUp(app, 'ada@example.com')
  expect((await request(app, 'DELETE', 'inbox')).status).toBe(204)
  expect(await (await request(app, 'GET', 'inbox')).json()).toEqual([])
})

test('the clock moves forward for everything with an expiry', async () => {
  const app = await start()
  await signUpAndConfirm(app)
  const { AccessToken } = await passwordSignIn(app)
  const before = app.server.clock.now()
  const moved = await request(app, 'POST', 'clock', '{"advanceSeconds": 3600}')
  expect(moved.status).toBe(200)
  const { now } = (await moved.json()) as { now: string }
  expect(Date.parse(now)).toBeGreaterThanOrEqual(before + 3_600_000)
  expect((await request(app, 'POST', 'clock', '{"advanceSeconds": 0}')).status).toBe(200)
  const late = await app.call('GetUser', { AccessToken })
  expect(late.body).toEqual({ __type: 'NotAuthorizedException', message: 'Access Token has expired' })
  // Clients set their clocks by this header.
  expect(Date.parse(late.headers.get('date') ?? '')).toBeGreaterThanOrEqual(before + 3_599_000)
})

test.each([
  '{"advanceSeconds": -1}',
  '{"advanceSeconds": "60"}',
  '{"advanceSeconds": 1e999}',
  '{}',
  '',
  'null',
])('the clock cannot be moved by %j', async (body) => {
  const app = await start()
  const before = app.server.clock.now()
  const refused = await request(app, 'POST', 'clock', body)
  expect(refused.status).toBe(400)
  expect(await refused.json()).toEqual({
    message: 'Send {"advanceSeconds": n} with a number of seconds, 0 or more.',
  })
  expect(app.server.clock.now() - before).toBeLessThan(60_000)
})

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])(
  'the clock of a test cannot be moved by %d',
  async (seconds) => {
    const { server } = await start()
    const before = server.clock.now()
    expect(() => server.clock.advance(seconds)).toThrow('The clock only moves forward')
    server.clock.advance(0)
    expect(server.clock.now() - before).toBeLessThan(60_000)
  },
)

test('the clock cannot be moved beyond the last date, however often that is requested', async () => {
  const app = await start()
  const century = '{"advanceSeconds": 3155760000}'
  expect((await request(app, 'POST', 'clock', century)).status).toBe(200)
  const before = app.server.clock.now()
  const refused = await request(app, 'POST', 'clock', '{"advanceSeconds": 1e15}')
  expect([refused.status, await refused.json()]).toEqual([
    400,
    { message: 'The clock can be moved as far as the year 9999.' },
  ])
  expect(app.server.clock.now() - before).toBeLessThan(60_000)
  let last = 200
  for (let times = 0; times < 100 && last === 200; times++)
    last = (await request(app, 'POST', 'clock', century)).status
  expect(last).toBe(400)
  await signUpAndConfirm(app)
  expect((await passwordSignIn(app)).AccessToken).toBeDefined()
})

test('a clock is moved as far as the last moment of the year 9999', async () => {
  const app = await start({ clock: stillClock() })
  const advance = async (seconds: number) => {
    const moved = await request(app, 'POST', 'clock', JSON.stringify({ advanceSeconds: seconds }))
    return [moved.status, await moved.json()]
  }
  const left = () => (Date.UTC(10_000, 0) - app.server.clock.now()) / 1000
  const refused = [400, { message: 'The clock can be moved as far as the year 9999.' }]
  expect(await advance(left())).toEqual(refused)
  expect(await advance(left() - 0.001)).toEqual([200, { now: '9999-12-31T23:59:59.999Z' }])
  expect(await advance(0.001)).toEqual(refused)
})

test.each(['passkeys', 'sessions', 'faults'])(
  'what is added at %s is told in a JSON object',
  async (path) => {
    const app = await start()
    for (const body of ['', '{', 'null', '7', '"text"']) {
      const refused = await request(app, 'POST', path, body)
      expect([body, refused.status, await refused.json()]).toEqual([
        body,
        400,
        { message: 'Send a JSON object.' },
      ])
    }
  },
)

test('a session or a passkey that names no pool is one of the first, and names a client where it is another pool', async () => {
  const app = await start({
    config: {
      userPools: ['First', 'Second'].map((PoolName) => ({
        PoolName,
        UserPoolId: `us-east-1_${PoolName}`,
        clients: [{ ClientName: 'App', ClientId: `${PoolName}App` }],
      })),
    },
  })
  const add = async (path: string, body: object) => {
    const added = await request(app, 'POST', path, JSON.stringify(body))
    return [added.status, await added.json()]
  }
  expect(await add('sessions', { username: 'ada' })).toEqual([200, expect.objectContaining({})])
  expect(await add('sessions', { username: 'ada', userPoolId: 'us-east-1_Second' })).toEqual([
    400,
    { message: expect.stringContaining('userPoolClientId') },
  ])
  const second = { username: 'eve', userPoolId: 'us-east-1_Second', userPoolClientId: 'SecondApp' }
  expect(await add('sessions', second)).toEqual([200, expect.objectContaining({})])
  const names = async (UserPoolId: string) =>
    (await app.call('ListUsers', { UserPoolId })).body.Users.map(({ Username }) => Username)
  expect(await names('us-east-1_First')).toEqual(['ada'])
  expect(await names('us-east-1_Second')).toEqual(['eve'])
})

test('a reset deletes users, tokens and messages, and keeps the ids', async () => {
  const app = await start()
  await signUpAndConfirm(app)
  const { AccessToken, RefreshToken } = await passwordSignIn(app)
  const keysBefore = await jwks(app)
  expect((await request(app, 'POST', 'reset')).status).toBe(204)

  expect(await (await request(app, 'GET', 'inbox')).json()).toEqual([])
  expect((await app.call('GetUser', { AccessToken })).body.__type).toBe('NotAuthorizedException')
  const refreshed = await app.call('InitiateAuth', {
    ClientId: app.userPoolClientId,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: RefreshToken },
  })
  expect(refreshed.body.__type).toBe('NotAuthorizedException')
  // A new key: what was signed before is worth nothing any more.
  expect(await jwks(app)).not.toEqual(keysBefore)

  await signUpAndConfirm(app)
  const again = await passwordSignIn(app)
  expect((await app.call('GetUser', { AccessToken: again.AccessToken })).status).toBe(200)
})

async function jwks({ server, userPoolId }: Started): Promise<unknown> {
  const response = await server.fetch(new Request(`http://localhost/${userPoolId}/.well-known/jwks.json`))
  return await response.json()
}

const asBrowser = { headers: { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' } }

test('the address of the server shows a page that says what it is, with links', async () => {
  const app = await start()
  const { url } = await app.server.listen()
  const page = await fetch(url, asBrowser)
  expect(page.status).toBe(200)
  expect(page.headers.get('content-type')).toMatch(/^text\/html/)
  expect(page.headers.get('access-control-allow-origin')).toBe('*')
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/)
  const html = await page.text()
  expect(html).toMatch(/^<!doctype html>/)
  for (const text of [url, app.userPoolId, app.userPoolClientId, `${url}/${app.userPoolId}`])
    expect(html).toContain(`<dd><code>${text}</code></dd>`)
  const links = [...html.matchAll(/<a href="([^"]*)"/g)].map(([, link = '']) => new URL(link, page.url).href)
  expect(links).toEqual([
    // In the navigation, and below.
    `${url}/`,
    `${url}/_amulet/inbox`,
    `${url}/_amulet/inbox`,
    `${url}/_amulet/health`,
    `${url}/${app.userPoolId}/.well-known/openid-configuration`,
    `${url}/${app.userPoolId}/.well-known/jwks.json`,
  ])
  for (const link of links) expect([link, (await fetch(link)).status]).toEqual([link, 200])
})

test('tools that wait for an answer at the address of the server get the ids', async () => {
  const { server } = await start()
  const { listeningAt, addresses: _, ...ids } = await server.listen()
  expect(await (await fetch(listeningAt)).json()).toEqual(ids)
  expect((await fetch(listeningAt, { method: 'HEAD' })).status).toBe(200)
})

test('the page escapes what it shows, and shows no client of a pool without clients', async () => {
  const app = await start({
    url: 'https://example.com/"><script>&',
    config: { userPools: [{ UserPoolId: 'us-east-1_Empty', PoolName: 'Empty' }] },
  })
  const page = await app.server.fetch(new Request('http://localhost/', asBrowser))
  const html = await page.text()
  expect(html).toContain('<dd><code>https://example.com/&quot;&gt;&lt;script&gt;&amp;</code></dd>')
  expect(html).not.toContain('<script')
  expect(html).toContain('<dt>App client</dt><dd><code>none</code></dd>')
})
