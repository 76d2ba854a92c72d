import {
  confirmSignIn,
  createAuthContext,
  createMemoryStorage,
  fetchAuthSession,
  signIn,
  signOut,
} from '@amulet/auth'
import { createServer } from '@amulet/server'
import { expect, onTestFinished, test } from 'vitest'
import { FUNCTIONS } from '../../server/test/model/functions.js'
import { type Client, runTable, tableRows, type Wire } from '../../server/test/model/table.js'
import type { Pool } from '../../server/test/model/world.js'
import { call } from '../../server/test/start.js'
import { stillClock } from '../../server/test/still-clock.js'
import { stubPlatform } from './passkey-platform.js'

const rows = tableRows(1)

test(`${rows.length} sign-ins in all pairs of settings ask what they have to, whatever the answers are`, async () => {
  const server = createServer({ database: 'sqlite::memory:', clock: stillClock(), functions: FUNCTIONS })
  onTestFinished(() => server.close())
  const info = await server.ready
  const app = { ...info, server, call: (operation: string, input: unknown) => call(server, operation, input) }
  expect(rows.length).toBeLessThanOrEqual(600)
  const passkeys = stubPlatform('with JSON')
  await runTable(app, rows, (pool, wire) => ({ ...newClient(pool, wire), passkeys }))
})

function newClient({ UserPoolId, clients }: Pool, { fetch, server }: Wire): Client {
  const context = createAuthContext(
    { Auth: { Cognito: { userPoolId: UserPoolId, userPoolClientId: clients[0] ?? '' } } },
    { storage: createMemoryStorage(), fetch, clock: server.clock.now },
  )
  return {
    signIn: (input) => signIn(context, input),
    confirmSignIn: (input) => confirmSignIn(context, input),
    claims: async () => ({ ...(await fetchAuthSession(context)).tokens?.accessToken.payload }),
    signOut: () => signOut(context),
  }
}
