import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createRootKey } from '../src/crypto/root-key.js'
import { openDatabase } from '../src/db/database.js'
import { exchangeRootKey } from '../src/transfer/exchange-root-key.js'
import { exportData } from '../src/transfer/export-data.js'
import { importData } from '../src/transfer/import-data.js'
import { temporaryFolder } from './amulet.js'
import { type DatabaseOptions, sharedDatabase, sqliteDatabase } from './fresh-database.js'
import { call, passwordSignIn, type Started, signUpAndConfirm, start } from './start.js'

type Answer = Readonly<Record<'IdentityId' | 'Token', string>>

const ask = async ({ server }: Started, operation: string, input: object): Promise<Answer> =>
  // What the test reads of it is there.
  Object((await call(server, operation, input, 'AWSCognitoIdentityService')).body)

async function loginsOf(app: Started) {
  const { IdToken } = await passwordSignIn(app)
  return { [`cognito-idp.us-east-1.amazonaws.com/${app.userPoolId}`]: IdToken }
}

const identityOf = async (app: Started) =>
  (await ask(app, 'GetId', { IdentityPoolId: app.identityPoolId, Logins: await loginsOf(app) })).IdentityId

const keys = async ({ server }: Started) =>
  await (await server.fetch(new Request('http://localhost/cognito-identity/.well-known/jwks.json'))).json()

/** A user with an identity, and a token that an identity pool has signed for it. */
async function populated(options: DatabaseOptions) {
  const app = await start(options)
  await signUpAndConfirm(app)
  const IdentityId = await identityOf(app)
  const { Token } = await ask(app, 'GetOpenIdToken', { IdentityId, Logins: await loginsOf(app) })
  return { app, IdentityId, Token }
}

async function expectSame(app: Started, { IdentityId, Token }: Answer, published: unknown) {
  expect(await identityOf(app)).toBe(IdentityId)
  expect(await keys(app)).toEqual(published)
  const Logins = { 'cognito-identity.amazonaws.com': Token }
  const proven = await ask(app, 'GetId', { IdentityPoolId: app.identityPoolId, Logins })
  expect(proven.IdentityId).toBe(IdentityId)
}

test.each([
  { from: 'SQLite', source: sqliteDatabase, target: sharedDatabase },
  { from: 'the database of this run', source: sharedDatabase, target: sqliteDatabase },
])('a user has the same identity after a move from $from, and its tokens are still valid', async (way) => {
  const from = await way.source()
  const { app, ...before } = await populated(from)
  const published = await keys(app)
  const file = join(temporaryFolder(), 'users.jsonl')
  const to = await way.target()
  for (const [{ database: url, rootKey }, move] of [
    [from, exportData],
    [to, importData],
  ] as const) {
    const database = await openDatabase(url)
    const transferKey = createRootKey(Buffer.alloc(32, 3))
    await move({ database, rootKey: createRootKey(rootKey), transferKey, file, progress: () => {} })
    await database.db.destroy()
  }
  const { userPoolId, userPoolClientId, identityPoolId } = app
  await expectSame({ ...(await start(to)), userPoolId, userPoolClientId, identityPoolId }, before, published)
})

test('the key of identity pools is sealed again when the root key is exchanged', async () => {
  const options = await sharedDatabase()
  const { app, ...before } = await populated(options)
  const published = await keys(app)
  await app.server.close()
  const rootKey = Buffer.alloc(32, 9)
  const database = await openDatabase(options.database)
  await exchangeRootKey({
    database,
    oldKey: options.rootKey,
    newKey: rootKey,
    signOut: false,
    progress: () => {},
  })
  await database.db.destroy()
  await expectSame(await start({ ...options, rootKey }), before, published)
})
