import { createClock } from '../clock.js'
import { generateRsaKeyPair } from '../crypto/key-pair.js'
import { systemRandomBytes } from '../crypto/random-bytes.js'
import { openDatabase } from '../db/database.js'
import type { Db } from '../db/schema.js'
import { rotateSamlKeys } from '../federation/rotate-saml-keys.js'
import { rotateIdentityKeys } from '../identity-pools/identity-keys.js'
import { openRootKey } from '../keys/open-root-key.js'
import { rotateSigningKeys } from '../keys/rotate-signing-keys.js'
import { StartError } from '../start-error.js'
import { DATABASE_OPTIONS, existingDatabase } from './database-options.js'
import { readOptionsAndNames, variables } from './read-options.js'
import { UsageError } from './usage-error.js'

/** `amulet keys rotate` and `amulet keys list`: the keys that sign tokens, and those for providers of SAML. */
export async function keys(args: readonly string[]): Promise<void> {
  const { values, names } = readOptionsAndNames(args, {
    ...DATABASE_OPTIONS,
    pool: { type: 'string' },
    now: { type: 'boolean', default: false },
    saml: { type: 'boolean', default: false },
  })
  const [command, more] = names
  if ((command !== 'rotate' && command !== 'list') || more !== undefined)
    throw new UsageError('amulet keys takes "rotate" or "list".')
  if (command === 'list' && values.now) throw new UsageError('--now is an option of amulet keys rotate.')
  if (command === 'list' && values.saml) throw new UsageError('--saml is an option of amulet keys rotate.')
  const { database: url, rootKey: secret } = existingDatabase(
    `amulet keys ${command}`,
    values,
    variables(process.env),
  )
  const database = await openDatabase(url)
  const { db } = database
  try {
    const userPoolIds = await poolIds(db, values.pool)
    if (command === 'list') return await list(db, userPoolIds, values.pool === undefined)
    const context = {
      db,
      clock: createClock(),
      randomBytes: systemRandomBytes,
      rootKey: await openRootKey(db, secret),
      generateKeyPair: generateRsaKeyPair,
    }
    const how = { atOnce: values.now }
    if (values.saml) return await rotateSaml(context, userPoolIds, how)
    const from = (signsFrom: number) => (values.now ? 'now on; the old ones are gone' : iso(signsFrom))
    for (const userPoolId of userPoolIds) {
      const signsFrom = await rotateSigningKeys(context, userPoolId, how)
      // Deleted since the list was read.
      if (signsFrom === undefined) continue
      console.log(`User pool ${userPoolId} has new keys, which sign from ${from(signsFrom)}.`)
    }
    const signsFrom = values.pool === undefined ? await rotateIdentityKeys(context, how) : undefined
    if (signsFrom !== undefined)
      console.log(`Identity pools have a new key, which signs from ${from(signsFrom)}.`)
  } finally {
    await db.destroy()
  }
}

async function rotateSaml(
  context: Parameters<typeof rotateSamlKeys>[0],
  userPoolIds: readonly string[],
  how: { readonly atOnce: boolean },
): Promise<void> {
  for (const userPoolId of userPoolIds) {
    const certificates = await rotateSamlKeys(context, userPoolId, how)
    for (const [purpose, certificate] of certificates ?? [])
      console.log(
        `User pool ${userPoolId} has a new certificate for ${purpose}, for providers of SAML: ${certificate}`,
      )
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
async function list(db: Db, userPoolIds: readonly string[], withIdentityPools: boolean): Promise<void> {
  for (const userPoolId of userPoolIds) {
    const rows = await db
      .selectFrom('signing_keys')
      .select(['kid', 'token_use', 'signs_from', 'verifies_until'])
      .where('user_pool_id', '=', userPoolId)
      .orderBy('signs_from')
      .orderBy('token_use')
      .execute()
    for (const { kid, token_use, ...times } of rows)
      console.log(`${userPoolId}  ${token_use.padEnd(6)}  ${kid}  ${timesOf(times)}`)
    const ofSaml = await db
      .selectFrom('saml_keys')
      .select(['purpose', 'number', 'created_at'])
      .where('user_pool_id', '=', userPoolId)
      .orderBy('purpose')
      .orderBy('number')
      .execute()
    for (const { purpose, number, created_at } of ofSaml)
      console.log(`${userPoolId}  saml    ${purpose} ${number}  made at ${iso(created_at)}`)
  }
  if (!withIdentityPools) return
  const ofIdentities = await db
    .selectFrom('identity_keys')
    .select(['kid', 'signs_from', 'verifies_until'])
    .orderBy('signs_from')
    .execute()
  for (const { kid, ...times } of ofIdentities)
    console.log(`identity pools  id      ${kid}  ${timesOf(times)}`)
}

const timesOf = (key: { readonly signs_from: number; readonly verifies_until: number | null }): string =>
  `signs from ${iso(key.signs_from)}${key.verifies_until === null ? '' : `, verifies until ${iso(key.verifies_until)}`}`

const iso = (time: number): string => new Date(time).toISOString()
