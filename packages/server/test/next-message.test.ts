import { createServer } from '@amulet/server'
import { connect } from '@amulet/server/testing'
import { expect, test, vi } from 'vitest'
import { PASSWORD, type Started, signUpAndConfirm, start } from './start.js'

const ADA = 'ada@example.com'

const signUp = ({ call, userPoolClientId }: Started, Username = ADA) =>
  call('SignUp', { ClientId: userPoolClientId, Username, Password: PASSWORD })
const resend = ({ call, userPoolClientId }: Started, Username = ADA) =>
  call('ResendConfirmationCode', { ClientId: userPoolClientId, Username })

test('a call for the next message waits for it, or finds it', async () => {
  const app = await start()
  const waited = app.server.inbox.next(ADA)
  await signUp(app)
  expect((await waited).purpose).toBe('sign-up')
  await resend(app)
  expect((await app.server.inbox.next(ADA)).purpose).toBe('resend-code')
})

test('each message is handed out once, the oldest first, and stays in the inbox', async () => {
  const { server, ...app } = await start()
  await signUp({ server, ...app })
  await resend({ server, ...app })
  expect((await server.inbox.next(ADA)).purpose).toBe('sign-up')
  expect((await server.inbox.next(ADA)).purpose).toBe('resend-code')
  await expect(server.inbox.next(ADA, { timeoutSeconds: 0 })).rejects.toThrow(
    'No message to ada@example.com came within 0 seconds. The newest messages in the inbox: resend-code to ada@example.com, sign-up to ada@example.com. Each message is handed out once: `last` finds one again that was.',
  )
  expect(server.inbox.list(ADA)).toHaveLength(2)
})

test('each of two waiting calls gets a message of its own', async () => {
  const app = await start()
  const first = app.server.inbox.next(ADA)
  const second = app.server.inbox.next(ADA)
  await signUp(app)
  await resend(app)
  expect([(await first).purpose, (await second).purpose]).toEqual(['sign-up', 'resend-code'])
})

test('messages to other addresses and for other purposes are left in place', async () => {
  const app = await start()
  await signUpAndConfirm(app)
  const reset = app.server.inbox.next(ADA, { purpose: 'forgot-password' })
  await signUp(app, 'grace@example.com')
  await app.call('ForgotPassword', { ClientId: app.userPoolClientId, Username: ADA })
  expect((await reset).purpose).toBe('forgot-password')
  expect((await app.server.inbox.next(ADA)).purpose).toBe('sign-up')
  await expect(app.server.inbox.next(ADA, { purpose: 'invitation', timeoutSeconds: 0 })).rejects.toThrow(
    /^No message for the purpose invitation to ada@example\.com came within 0 seconds\. The newest messages in the inbox: [^.]+\.com, [^.]+\.com, [^.]+\.com\.$/,
  )
})

test('an emptied inbox has no next message', async () => {
  const app = await start()
  await signUp(app)
  app.server.inbox.clear()
  await expect(app.server.inbox.next(ADA, { timeoutSeconds: 0 })).rejects.toThrow('The inbox is empty.')
})

test('a wait ends by a signal, or with the server, and takes no message', async () => {
  const app = await start()
  const reason = new Error('enough')
  await expect(app.server.inbox.next(ADA, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  const controller = new AbortController()
  const ended = app.server.inbox.next(ADA, { signal: controller.signal })
  controller.abort(reason)
  await expect(ended).rejects.toBe(reason)
  await signUp(app)
  expect((await app.server.inbox.next(ADA)).purpose).toBe('sign-up')

  const late = app.server.inbox.next(ADA)
  await Promise.all([expect(late).rejects.toThrow('The server was closed.'), app.server.close()])
  await expect(app.server.inbox.next(ADA)).rejects.toThrow('The server was closed.')
})

test('a wait ends in time under fake timers of a test', async () => {
  const app = await start()
  vi.useFakeTimers()
  try {
    await expect(app.server.inbox.next(ADA, { timeoutSeconds: 0.01 })).rejects.toThrow('No message')
  } finally {
    vi.useRealTimers()
  }
})

test('a program in another process can wait for the next message', async () => {
  const app = await start()
  const { url } = await app.server.listen()
  const remote = connect(url)
  const waited = remote.inbox.next(ADA)
  await signUp(app)
  const message = await waited
  expect(message).toEqual(app.server.inbox.last(ADA))
  await resend(app)
  expect((await remote.inbox.next(ADA, { purpose: 'resend-code' })).purpose).toBe('resend-code')
  await expect(remote.inbox.next(ADA, { timeoutSeconds: 0 })).rejects.toThrow(
    'No message to ada@example.com came within 0 seconds. The newest messages in the inbox: resend-code to ada@example.com, sign-up to ada@example.com. Each message is handed out once: `last` finds one again that was.',
  )
})

test('a program may wait for longer than one request of it', async () => {
  const app = await start()
  const { url } = await app.server.listen()
  await signUp(app)
  const remote = connect(url)
  expect((await remote.inbox.next(ADA, { timeoutSeconds: 130 })).purpose).toBe('sign-up')

  const asked: string[] = []
  const fetch = vi.spyOn(globalThis, 'fetch').mockImplementation(async (request) => {
    const { pathname, searchParams } = new URL((request as Request).url)
    if (pathname !== '/_amulet/inbox/next') return Response.json([])
    asked.push(searchParams.get('timeoutSeconds') ?? '')
    return new Response(null, { status: 204 })
  })
  try {
    await expect(remote.inbox.next(ADA, { timeoutSeconds: 130 })).rejects.toThrow(
      'No message to ada@example.com came within 130 seconds. The inbox is empty.',
    )
    expect(asked).toEqual(['60', '60', '10'])
  } finally {
    fetch.mockRestore()
  }
})

test('a program that hangs up takes no message', async () => {
  const app = await start()
  const { url } = await app.server.listen()
  const controller = new AbortController()
  const next = vi.spyOn(app.server.inbox, 'next')
  const gone = connect(url).inbox.next(ADA, { signal: controller.signal })
  await expect.poll(() => next.mock.calls.length).toBe(1)
  controller.abort()
  await expect(gone).rejects.toThrow('abort')
  // The server has noticed.
  await expect(next.mock.results[0]?.value).rejects.toThrow()
  await signUp(app)
  expect((await app.server.inbox.next(ADA)).purpose).toBe('sign-up')
})

test.each([
  ['', 400],
  ['?to=ada@example.com&purpose=spam', 400],
  ['?to=ada@example.com&timeoutSeconds=soon', 400],
  ['?to=ada@example.com&timeoutSeconds=61', 400],
  ['?to=ada@example.com&timeoutSeconds=-1', 400],
  ['?to=ada@example.com&timeoutSeconds=0', 204],
])('the endpoint of the next message answers %j with %i', async (query, status) => {
  const { server } = await start()
  expect((await server.fetch(new Request(`http://localhost/_amulet/inbox/next${query}`))).status).toBe(status)
})

test('the endpoint of the next message waits for twenty seconds, or for the requested time', async () => {
  const { server } = await start()
  const next = vi.spyOn(server.inbox, 'next').mockRejectedValue(new Error('There is none.'))
  for (const query of ['', '&timeoutSeconds=60'])
    await server.fetch(new Request(`http://localhost/_amulet/inbox/next?to=${ADA}${query}`))
  expect(next.mock.calls.map(([, options]) => options?.timeoutSeconds)).toEqual([20, 60])
})

test('the endpoint of the next message refuses pages of another origin, and does not exist in production', async () => {
  const { server } = await start()
  const headers = { origin: 'https://example.com' }
  const path = 'http://localhost/_amulet/inbox/next?to=ada@example.com&timeoutSeconds=0'
  expect((await server.fetch(new Request(path, { headers }))).status).toBe(403)
  const production = createServer({
    mode: 'serve',
    rootKey: Buffer.alloc(32, 1),
    adminCredentials: [{ accessKeyId: 'admin', secretAccessKey: 'a'.repeat(32) }],
  })
  expect((await production.fetch(new Request(path))).status).toBe(404)
  await production.close()
})
