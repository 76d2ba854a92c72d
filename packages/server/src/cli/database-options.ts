import { existsSync } from 'node:fs'
import { databaseFile, hasContent, isKept } from '../db/database.js'
import { StartError } from '../start-error.js'
import { place } from './dev-options.js'
import { readKeyFile } from './key-file.js'
import { readRootKey } from './serve-options.js'
import { UsageError } from './usage-error.js'

/** Options of every command that works on a database which servers may be using. */
export const DATABASE_OPTIONS = {
  data: { type: 'string' },
  database: { type: 'string' },
  'root-key-file': { type: 'string' },
} as const

type Values = { readonly [name in keyof typeof DATABASE_OPTIONS]?: string | undefined }

/**
 * Where the data is: found as `amulet dev` finds it, or said as it is to `amulet serve`.
 *
 * @throws {UsageError} it is said twice, or is not kept
 */
export function databasePlace(values: Values, env: NodeJS.ProcessEnv) {
  const { data } = values
  if (data !== undefined && values.database !== undefined)
    throw new UsageError('--data and --database both say where the data is: give one of them.')
  const { database, keyFile = '' } = place(
    data,
    values.database ?? (data === undefined ? env.AMULET_DATABASE : undefined),
  )
  if (!isKept(database)) throw new UsageError('A database in memory is gone: there is nothing in it.')
  return {
    database,
    sqlite: databaseFile(database),
    keyFile,
    givenKey: readRootKey(env.AMULET_ROOT_KEY, values['root-key-file'] ?? env.AMULET_ROOT_KEY_FILE),
  }
}

/**
 * A database that is there, and its root key.
 *
 * @param what the command is, such as `amulet export`
 * @throws {UsageError} as `databasePlace`
 * @throws {StartError} there is no such database, or its root key is missing
 */
export function existingDatabase(
  what: string,
  values: Values,
  env: NodeJS.ProcessEnv,
): { database: string; rootKey: Uint8Array } {
  const { database, sqlite, keyFile, givenKey } = databasePlace(values, env)
  if (sqlite !== undefined && !hasContent(sqlite))
    throw new StartError(`There is no database ${sqlite}. Name the right one with --database.`)
  return { database, rootKey: givenKey ?? keptRootKey(what, keyFile) }
}

/** @throws {StartError} it is missing */
export function keptRootKey(what: string, keyFile: string): Uint8Array {
  if (existsSync(keyFile)) return readKeyFile(keyFile, 'root key')
  throw new StartError(
    `${what} needs the root key that the database is encrypted under: in AMULET_ROOT_KEY, or in a file with --root-key-file.`,
  )
}
