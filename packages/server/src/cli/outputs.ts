import { type AppClient, clientsOfPool, findClient, isForRedirects } from '../clients/app-client.js'
import { databaseFile, hasContent, isKept, openDatabase } from '../db/database.js'
import type { Queryable } from '../db/schema.js'
import { oauthUrl, ownDomain } from '../domains/domain-url.js'
import { relyingPartyId } from '../pools/relying-party.js'
import { findUserPool, type UserPool } from '../pools/user-pool.js'
import { StartError } from '../start-error.js'
import { amplifyOutputs } from './amplify-outputs.js'
import { place } from './dev-options.js'
import { clientUrl, readOptions, variables } from './read-options.js'
import { UsageError } from './usage-error.js'

/** `amulet outputs`: prints an `amplify_outputs.json` for a pool of a database, whose server may be running. */
export async function outputs(args: readonly string[]): Promise<void> {
  const values = readOptions(args, {
    data: { type: 'string' },
    database: { type: 'string' },
    'user-pool': { type: 'string' },
    client: { type: 'string' },
    url: { type: 'string' },
    'domain-suffix': { type: 'string' },
  })
  const url = databaseOf(values.data, values.database)
  const database = await openDatabase(url)
  try {
    const pool = await poolOf(database.db, values['user-pool'], values.client)
    const client = await clientOf(database.db, pool, values.client)
    const env = variables(process.env)
    const baseUrl = clientUrl(values.url ?? env.AMULET_URL ?? 'http://localhost:9230')
    const domainSuffix = values['domain-suffix'] ?? env.AMULET_DOMAIN_SUFFIX
    const oauth = await oauthUrl({ db: database.db, domainSuffix, baseUrl: () => baseUrl }, pool.id)
    const outputs = await amplifyOutputs(database.db, pool, client, {
      domain: ownDomain(oauth),
      relyingPartyId: relyingPartyId({ baseUrl: () => baseUrl }, pool),
    })
    console.log(JSON.stringify(outputs, undefined, 2))
  } finally {
    await database.db.destroy()
  }
}

/**
 * The database is found as `amulet dev` finds it.
 *
 * @throws {UsageError} it is given twice, or cannot be shared
 * @throws {StartError} there is none
 */
function databaseOf(data: string | undefined, given: string | undefined): string {
  if (data !== undefined && given !== undefined)
    throw new UsageError('--data and --database both say where the data is: give one of them.')
  const env = variables(process.env).AMULET_DATABASE
  const { database } = place(data, given ?? (data === undefined ? env : undefined))
  if (!isKept(database)) throw new UsageError('A database in memory can be read by its own server only.')
  const file = databaseFile(database)
  if (file !== undefined && !hasContent(file))
    throw new StartError(
      `There is no database ${file}. Start the server first, or name the database with --data or --database.`,
    )
  return database
}

/** The pool that is named, the one of the client that is named, or the first one, which the server announces. */
async function poolOf(
  db: Queryable,
  userPoolId: string | undefined,
  clientId: string | undefined,
): Promise<UserPool> {
  const id =
    userPoolId ??
    (clientId === undefined ? await firstPoolId(db) : (await findClient(db, clientId))?.userPoolId)
  const pool = id === undefined ? undefined : await findUserPool(db, id)
  if (pool) return pool
  if (userPoolId !== undefined) throw new StartError(`There is no user pool ${userPoolId}.`)
  throw new StartError(
    clientId === undefined ? 'There is no user pool in the database.' : `There is no app client ${clientId}.`,
  )
}

async function firstPoolId(db: Queryable): Promise<string | undefined> {
  const first = await db
    .selectFrom('user_pools')
    .select('id')
    .orderBy('created_at')
    .orderBy('id')
    .executeTakeFirst()
  return first?.id
}

/**
 * The client that is named. Else the oldest one without a secret, for the file is for pages, which can keep none; and before
 * those without OAuth, one that has it.
 *
 * @throws {StartError} there is no such client
 */
async function clientOf(db: Queryable, pool: UserPool, clientId: string | undefined): Promise<AppClient> {
  if (clientId === undefined) {
    const clients = (await clientsOfPool(db, pool.id)).filter(({ secrets }) => secrets.length === 0)
    const chosen = clients.find(isForRedirects) ?? clients[0]
    if (chosen) return chosen
    throw new StartError(`User pool ${pool.id} has no app client without a secret, which is what pages need.`)
  }
  const client = await findClient(db, clientId)
  if (client?.userPoolId !== pool.id)
    throw new StartError(`There is no app client ${clientId} in user pool ${pool.id}.`)
  if (client.secrets.length > 0)
    throw new StartError(
      `App client ${clientId} has a secret, which no page can keep. Name one without, or create one.`,
    )
  return client
}
