import { existsSync } from 'node:fs'
import { databaseFile, hasContent, isKept } from '../db/database.js'
import { StartError } from '../start-error.js'
import { place } from './dev-options.js'
import { readKeyFile } from './key-file.js'
import { readOptionsAndNames } from './read-options.js'
import { rootKeyBeside } from './root-key-file.js'
import { readRootKey } from './serve-options.js'
import { UsageError } from './usage-error.js'

/** What `amulet export` and `amulet import` were asked for. */
export interface TransferOptions {
  readonly database: string
  /**
   * What the database is encrypted under. An import makes it if there is neither one nor a database.
   *
   * @throws {StartError} it is missing
   */
  rootKey(): Uint8Array
  /** Of the key that the file's secrets are sealed under. */
  readonly keyFile: string
  readonly file: string
}

/**
 * The database and its root key are found as `amulet dev` finds them, or said as they are to `amulet serve`.
 *
 * @throws {UsageError} something is missing or none of the options
 * @throws {StartError} there is no such database, or what is given is no root key
 */
export function transferOptions(
  command: 'export' | 'import',
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): TransferOptions {
  const { values, names } = readOptionsAndNames(args, {
    data: { type: 'string' },
    database: { type: 'string' },
    'root-key-file': { type: 'string' },
    key: { type: 'string' },
  })
  const { data, key } = values
  const [file, more] = names
  if (file === undefined || more !== undefined)
    throw new UsageError(`amulet ${command} takes the name of one file, such as users.jsonl.gz.`)
  if (key === undefined)
    throw new UsageError(
      `amulet ${command} needs --key FILE, the key that the secrets in the file are sealed under.`,
    )
  if (data !== undefined && values.database !== undefined)
    throw new UsageError('--data and --database both say where the data is: give one of them.')
  const { database, keyFile } = place(
    data,
    values.database ?? (data === undefined ? env.AMULET_DATABASE : undefined),
  )
  if (!isKept(database)) throw new UsageError('A database in memory is gone: there is nothing to move.')
  const sqlite = databaseFile(database)
  if (command === 'export' && sqlite !== undefined && !hasContent(sqlite))
    throw new StartError(`There is no database ${sqlite}. Name the one to export with --database.`)
  const given = readRootKey(env.AMULET_ROOT_KEY, values['root-key-file'] ?? env.AMULET_ROOT_KEY_FILE)
  return { database, rootKey: () => given ?? keptKey(command, sqlite, keyFile), keyFile: key, file }
}

function keptKey(command: 'export' | 'import', sqlite: string | undefined, keyFile = ''): Uint8Array {
  if (command === 'import' && sqlite !== undefined) {
    const key = rootKeyBeside(sqlite, keyFile)
    return typeof key === 'function' ? key() : key
  }
  if (existsSync(keyFile)) return readKeyFile(keyFile, 'root key')
  throw new StartError(
    `amulet ${command} needs the root key that the database is encrypted under: in AMULET_ROOT_KEY, or in a file with --root-key-file.`,
  )
}
