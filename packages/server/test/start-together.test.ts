import { createServer } from '@amulet/server'
import { expect, onTestFinished, test } from 'vitest'
import { sharedDatabase } from './fresh-database.js'
import { call, PASSWORD } from './start.js'
import { stillClock } from './still-clock.js'

/** Several servers on one database, all created before any of them is ready. */
async function startTogether(count: number, options: Parameters<typeof createServer>[0] = {}) {
  const database = await sharedDatabase()
  const servers = Array.from({ length: count }, () => createServer({ ...database, ...options }))
  for (const server of servers) onTestFinished(() => server.close())
  return { servers, infos: await Promise.all(servers.map(({ ready }) => ready)) }
}

test('servers that start at the same moment on an empty database are all ready, with one default pool', async () => {
  const { servers, infos } = await startTogether(4)
  expect(new Set(infos.map(({ userPoolId }) => userPoolId)).size).toBe(1)
  for (const server of servers) {
    const { body } = await call(server, 'ListUserPools', { MaxResults: 10 })
    expect(body.UserPools?.map(({ Name }) => Name)).toEqual(['Default pool'])
  }
  // One key signs, whichever server is asked.
  const keys = await Promise.all(
    servers.map(async (server) => {
      const url = `http://localhost/${infos[0]?.userPoolId}/.well-known/jwks.json`
      return await (await server.fetch(new Request(url))).text()
    }),
  )
  expect(new Set(keys).size).toBe(1)
})

test('a server that starts on the default pool of another reports the same clients', async () => {
  // Both clients are made in one millisecond.
  const clock = stillClock()
  const [first, second] = (await startTogether(2, { clock })).infos
  expect(second).toEqual(first)
  expect(first).toMatchObject({
    userPoolClientId: 'amuletdevwebclient00000000',
    oauthClientId: 'amuletdevoauthclient000000',
  })
})

test('the declarations of a configuration are created once, although they have no ids', async () => {
  const { servers, infos } = await startTogether(4, {
    config: {
      userPools: [
        {
          PoolName: 'Staff',
          clients: [{ ClientName: 'Web', ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] }],
          users: [{ Username: 'ada', Password: PASSWORD }],
        },
      ],
    },
  })
  expect(new Set(infos.map(({ userPoolClientId }) => userPoolClientId)).size).toBe(1)
  for (const server of servers) {
    const pools = await call(server, 'ListUserPools', { MaxResults: 10 })
    expect(pools.body.UserPools?.map(({ Name }) => Name)).toEqual(['Staff'])
    const signedIn = await call(server, 'InitiateAuth', {
      ClientId: infos[0]?.userPoolClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'ada', PASSWORD },
    })
    expect(signedIn.status).toBe(200)
  }
})

test('a server with another root key does not start, and the running one goes on', async () => {
  const { database, rootKey } = await sharedDatabase()
  const first = createServer({ database, rootKey })
  onTestFinished(() => first.close())
  const { userPoolId } = await first.ready
  const second = createServer({ database, rootKey: Buffer.alloc(32, 1) })
  onTestFinished(() => second.close())
  await expect(second.ready).rejects.toMatchObject({
    name: 'StartError',
    message: expect.stringContaining('The root key is not the one that this database was encrypted under.'),
  })
  expect((await call(first, 'DescribeUserPool', { UserPoolId: userPoolId })).status).toBe(200)
})
