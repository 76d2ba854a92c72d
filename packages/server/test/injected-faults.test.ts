import { injectFault } from '@amulet/server/testing'
import { expect, test } from 'vitest'
import { startProduction } from './production.js'
import { PASSWORD, type Started, start } from './start.js'

const signUp = ({ call, userPoolClientId }: Started, n = 1) =>
  call('SignUp', { ClientId: userPoolClientId, Username: `user-${n}@example.com`, Password: PASSWORD })

test('an operation fails until the fault is removed, and does nothing until then', async () => {
  const app = await start()
  const fault = await injectFault(app.server, 'SignUp', 'LimitExceededException', { message: 'Not today.' })
  for (const _ of [1, 2]) {
    const { status, body } = await signUp(app)
    expect([status, body]).toEqual([400, { __type: 'LimitExceededException', message: 'Not today.' }])
  }
  expect(app.server.inbox.list()).toEqual([])
  expect(
    (await app.call('ForgotPassword', { ClientId: app.userPoolClientId, Username: 'a@example.com' })).status,
  ).toBe(200)
  await fault.remove()
  expect((await signUp(app)).status).toBe(200)
})

test('a fault ends after the given number of calls', async () => {
  const app = await start()
  await injectFault(app.server, 'SignUp', 'InternalErrorException', { times: 2 })
  const statuses = [await signUp(app, 1), await signUp(app, 1), await signUp(app, 1)].map(
    ({ status }) => status,
  )
  expect(statuses).toEqual([500, 500, 200])
})

test('the latest of several faults is used first, then earlier ones', async () => {
  const app = await start()
  await injectFault(app.server, 'SignUp', 'FirstException')
  await injectFault(app.server, 'SignUp', 'SecondException', { times: 1, status: 429 })
  const answers = [await signUp(app), await signUp(app)]
  expect(answers.map(({ status, body }) => [status, body.__type])).toEqual([
    [429, 'SecondException'],
    [400, 'FirstException'],
  ])
})

test('faults of administrators’ operations and of identity pools, at a server that listens', async () => {
  const app = await start()
  const { url } = await app.server.listen()
  await injectFault(url, 'ListUsers', 'TooManyRequestsException')
  const fault = await injectFault(url, 'GetId', 'InternalErrorException')
  expect((await app.call('ListUsers', { UserPoolId: app.userPoolId })).body.__type).toBe(
    'TooManyRequestsException',
  )
  await fault.remove()
  expect((await app.call('ListUsers', { UserPoolId: app.userPoolId })).body.__type).toBe(
    'TooManyRequestsException',
  )
  expect((await fetch(`${url}/_amulet/faults`, { method: 'DELETE' })).status).toBe(204)
  expect((await app.call('ListUsers', { UserPoolId: app.userPoolId })).status).toBe(200)
})

test('a fault that could never happen is refused, and production has no faults', async () => {
  const { server } = await start()
  await expect(injectFault(server, 'Signup', 'LimitExceededException')).rejects.toThrow(
    'There is no fault. There is no operation Signup. They are named as on the wire, such as InitiateAuth.',
  )
  await expect(injectFault(server, 'SignUp', 'not a name')).rejects.toThrow('There is no fault.')
  for (const status of [200, 399, 600])
    await expect(injectFault(server, 'SignUp', 'X', { status })).rejects.toThrow('There is no fault.')
  await expect(injectFault(server, 'SignUp', 'X', { times: 0 })).rejects.toThrow('There is no fault.')
  const mistyped: object = { time: 1 }
  await expect(injectFault(server, 'SignUp', 'X', mistyped)).rejects.toThrow('time is unknown; known there:')
  const production = await startProduction()
  await expect(injectFault(production.server, 'SignUp', 'X')).rejects.toThrow(
    'The server is not one for development.',
  )
})

test('a fault has the words, the status and the calls that it is given, up to a limit, and else those of its kind', async () => {
  const app = await start()
  const add = async (fault: object) => {
    const request = new Request('http://localhost/_amulet/faults', {
      method: 'POST',
      body: JSON.stringify({ operation: 'SignUp', error: 'X', ...fault }),
    })
    return (await app.server.fetch(request)).status
  }
  for (const [least, most, tooMuch] of [
    [{ status: 400 }, { status: 599 }, { status: 600 }],
    [{ times: 1 }, { times: 1_000_000 }, { times: 1_000_001 }],
    [{ message: '' }, { message: 'x'.repeat(1024) }, { message: 'x'.repeat(1025) }],
    [{ error: 'X' }, { error: 'X'.repeat(128) }, { error: 'X'.repeat(129) }],
  ] as const)
    expect([await add(least), await add(most), await add(tooMuch)]).toEqual([200, 200, 400])
  expect((await signUp(app)).body.__type).toBe('X'.repeat(128))
  const answer = async (error: string) => {
    await injectFault(app.server, 'SignUp', error)
    const { status, body } = await signUp(app)
    return [status, body]
  }
  const message = 'A test wanted this to fail.'
  expect(await answer('InternalErrorException')).toEqual([500, { __type: 'InternalErrorException', message }])
  expect(await answer('OtherException')).toEqual([400, { __type: 'OtherException', message }])
})

test('pages of another origin cause no faults and no sessions', async () => {
  const { server } = await start()
  const headers = { origin: 'https://example.com' }
  for (const path of ['faults', 'sessions']) {
    const request = new Request(`http://localhost/_amulet/${path}`, { method: 'POST', headers, body: '{}' })
    expect((await server.fetch(request)).status).toBe(403)
  }
})
