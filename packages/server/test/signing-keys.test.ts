import { randomBytes } from 'node:crypto'
import { createServer, type ServerOptions } from '@amulet/server'
import { expect, onTestFinished, test } from 'vitest'
import { sqliteDatabase } from './fresh-database.js'
import { ADMIN } from './production.js'

async function publishedKey(options: ServerOptions) {
  const server = createServer({ config: { userPools: [{ PoolName: 'one' }] }, ...options })
  onTestFinished(() => server.close())
  const { userPoolId } = await server.ready
  const response = await server.fetch(new Request(`http://localhost/${userPoolId}/.well-known/jwks.json`))
  const { keys } = (await response.json()) as { keys: { kid: string; n: string }[] }
  return keys[0]
}

test('servers of a process whose data is not kept share a key pair, under a key id of each own', async () => {
  const one = await publishedKey({})
  const other = await publishedKey({})
  expect(other?.n).toBe(one?.n)
  expect(other?.kid).not.toBe(one?.kid)
})

test('a database that is kept has a key pair of its own', async () => {
  const shared = await publishedKey({})
  const one = await publishedKey(sqliteDatabase())
  const other = await publishedKey(sqliteDatabase())
  expect(new Set([shared?.n, one?.n, other?.n]).size).toBe(3)
})

test('production never shares a key pair', async () => {
  const production = () =>
    publishedKey({ mode: 'serve', rootKey: randomBytes(32), adminCredentials: [ADMIN] })
  const one = await production()
  const other = await production()
  expect(one?.n).toMatch(/^[\w-]{342}$/)
  expect(other?.n).not.toBe(one?.n)
})
