import { createClock } from '../clock.js'
import { generateRsaKeyPair } from '../crypto/key-pair.js'
import { systemRandomBytes } from '../crypto/random-bytes.js'
import { openDatabase } from '../db/database.js'
import type { Db } from '../db/schema.js'
import { openRootKey } from '../keys/open-root-key.js'
import { rotateSigningKeys } from '../keys/rotate-signing-keys.js'
import { StartError } from '../start-error.js'
import { DATABASE_OPTIONS, existingDatabase } from './database-options.js'
import { readOptionsAndNames, variables } from './read-options.js'
import { UsageError } from './usage-error.js'

/** `amulet keys rotate` and `amulet keys list`: the keys that sign tokens. */
export async function keys(args: readonly string[]): Promise<void> {
  const { values, names } = readOptionsAndNames(args, {
    ...DATABASE_OPTIONS,
    pool: { type: 'string' },
    now: { type: 'boolean', default: false },
  })
  const [command, more] = names
  if ((command !== 'rotate' && command !== 'list') || more !== undefined)
    throw new UsageError('amulet keys takes "rotate" or "list".')
  if (command === 'list' && values.now) throw new UsageError('--now is an option of amulet keys rotate.')
  const { database: url, rootKey: secret } = existingDatabase(
    `amulet keys ${command}`,
    values,
    variables(process.env),
  )
  const database = await openDatabase(url)
  const { db } = database
  try {
    const userPoolIds = await poolIds(db, values.pool)
    if (command === 'list') return await list(db, userPoolIds)
    const context = {
      db,
      clock: createClock(),
      randomBytes: systemRandomBytes,
      rootKey: await openRootKey(db, secret),
      generateKeyPair: generateRsaKeyPair,
    }
    for (const userPoolId of userPoolIds) {
      const signsFrom = await rotateSigningKeys(context, userPoolId, { atOnce: values.now })
      // Deleted since the list was read.
      if (signsFrom === undefined) continue
      const from = values.now ? 'now on; the old ones are gone' : iso(signsFrom)
      console.log(`User pool ${userPoolId} has new keys, which sign from ${from}.`)
    }
  } finally {
    await db.destroy()
  }
}

/** @throws {StartError} there is no such pool */
async function poolIds(db: Db, only: string | undefined): Promise<string[]> {
  const rows = await db
    .selectFrom('user_pools')
    .select('id')
    .$if(only !== undefined, (query) => query.where('id', '=', only ?? ''))
    .orderBy('id')
    .execute()
  if (only !== undefined && rows.length === 0)
    throw new StartError(
      `There is no user pool ${only}. "amulet keys list" without --pool shows those that there are.`,
    )
  return rows.map(({ id }) => id)
}

/** One line for each: pool, what it signs, its id, and when. */
async function list(db: Db, userPoolIds: readonly string[]): Promise<void> {
  for (const userPoolId of userPoolIds) {
    const rows = await db
      .selectFrom('signing_keys')
      .select(['kid', 'token_use', 'signs_from', 'verifies_until'])
      .where('user_pool_id', '=', userPoolId)
      .orderBy('signs_from')
      .orderBy('token_use')
      .execute()
    for (const { kid, token_use, signs_from, verifies_until } of rows) {
      const from = `signs from ${iso(signs_from)}`
      const until = verifies_until === null ? '' : `, verifies until ${iso(verifies_until)}`
      console.log(`${userPoolId}  ${token_use.padEnd(6)}  ${kid}  ${from}${until}`)
    }
  }
}

const iso = (time: number): string => new Date(time).toISOString()
