import { randomBytes } from 'node:crypto'
import { createServer, type LogEntry, type ServerOptions } from '@amulet/server'
import { expect, onTestFinished, test, vi } from 'vitest'
import { failStatement } from './fail-statement.js'
import { keyPairOfTests } from './key-pair.js'
import { call, PASSWORD, start } from './start.js'

/** A server whose source of randomness fails once it has started: what follows is a fault of the server. */
async function failing(options: ServerOptions = {}) {
  let fails = false
  const server = createServer({
    generateKeyPair: keyPairOfTests,
    randomBytes(size) {
      if (fails) throw new Error('no randomness here')
      return randomBytes(size)
    },
    ...options,
  })
  onTestFinished(() => server.close())
  const { userPoolClientId: ClientId } = await server.ready
  fails = true
  return {
    answer: () => call(server, 'SignUp', { ClientId, Username: 'ada@example.com', Password: PASSWORD }),
    refusal: () => call(server, 'SignUp', { ClientId, Username: 'ada@example.com', Password: 'short' }),
  }
}

test.each<[string, Partial<ServerOptions>]>([
  ['without a log', {}],
  ['with a log that does not show it', { log: () => {} }],
])('in dev the cause of a 500 is printed once for each request, %s', async (_, options) => {
  const warn = vi.fn()
  const { answer, refusal } = await failing({ warn, ...options })
  expect((await refusal()).status).toBe(400)
  expect(warn).not.toHaveBeenCalled()
  for (const times of [1, 2]) {
    const { status, text, headers } = await answer()
    expect(status).toBe(500)
    expect(text).not.toContain('randomness')
    expect(warn).toHaveBeenCalledTimes(times)
    const [sentence] = warn.mock.lastCall ?? []
    expect(sentence).toContain('SignUp')
    expect(sentence).toContain(headers.get('x-amzn-requestid'))
    expect(sentence).toContain('Error: no randomness here\n    at ')
  }
})

test('in dev the cause of a 500 is printed by default', async () => {
  const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  onTestFinished(() => emitWarning.mockRestore())
  const { answer } = await failing()
  emitWarning.mockClear()
  await answer()
  expect(emitWarning).toHaveBeenCalledExactlyOnceWith(
    expect.stringContaining('no randomness here'),
    'AmuletWarning',
  )
})

test('in production only the log has it', async () => {
  const warn = vi.fn()
  const log = vi.fn<(entry: LogEntry) => void>()
  const { answer } = await failing({
    mode: 'serve',
    rootKey: Buffer.alloc(32, 7),
    adminCredentials: [{ accessKeyId: 'AKID', secretAccessKey: 'a-secret-that-is-long-enough-to-be-one' }],
    config: { userPools: [{ PoolName: 'Pool', clients: [{ ClientName: 'Web' }] }] },
    warn,
    log,
  })
  await answer()
  expect(warn).not.toHaveBeenCalled()
  expect(log.mock.lastCall?.[0]).toMatchObject({ status: 500, cause: new Error('no randomness here') })
})

test('a fault beside the API is a 500 that says nothing, and the log has its cause', async () => {
  const log: LogEntry[] = []
  const { server } = await start({ log: (entry) => log.push(entry), warn: () => {} })
  failStatement(/^select/)
  const answer = await server.fetch(
    new Request('http://localhost/us-east-1_Unknown00/.well-known/openid-configuration'),
  )
  expect([answer.status, await answer.json()]).toEqual([500, { message: 'Something went wrong' }])
  expect(log).toMatchObject([
    {
      operation: 'GET /:userPoolId/.well-known/openid-configuration',
      status: 500,
      exception: 'InternalErrorException',
      cause: new Error('The database is out of reach.'),
    },
  ])
})
