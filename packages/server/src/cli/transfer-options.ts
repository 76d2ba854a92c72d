import { hasContent } from '../db/database.js'
import { StartError } from '../start-error.js'
import { DATABASE_OPTIONS, databasePlace, keptRootKey } from './database-options.js'
import { readOptionsAndNames } from './read-options.js'
import { rootKeyBeside } from './root-key-file.js'
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
  /** The file of the root key, unless the key was given. */
  readonly rootKeyFile: string | undefined
  /** Of the key that the file's secrets are sealed under. */
  readonly keyFile: string
  readonly file: string
}

/**
 * @throws {UsageError} something is missing or not an option
 * @throws {StartError} there is no such database, or what is given is no root key
 */
export function transferOptions(
  command: 'export' | 'import',
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): TransferOptions {
  const { values, names } = readOptionsAndNames(args, { ...DATABASE_OPTIONS, key: { type: 'string' } })
  const { key } = values
  const [file, more] = names
  if (file === undefined || more !== undefined)
    throw new UsageError(`amulet ${command} takes the name of one file, such as users.jsonl.gz.`)
  if (key === undefined)
    throw new UsageError(
      `amulet ${command} needs --key FILE, the key that the secrets in the file are sealed under.`,
    )
  const { database, sqlite, keyFile, givenKey } = databasePlace(values, env)
  if (command === 'export' && sqlite !== undefined && !hasContent(sqlite))
    throw new StartError(`There is no database ${sqlite}. Name the one to export with --database.`)
  return {
    database,
    rootKey: () => givenKey ?? keptKey(command, sqlite, keyFile),
    rootKeyFile: givenKey ? undefined : keyFile,
    keyFile: key,
    file,
  }
}

function keptKey(command: 'export' | 'import', sqlite: string | undefined, keyFile: string): Uint8Array {
  if (command === 'export' || sqlite === undefined) return keptRootKey(`amulet ${command}`, keyFile)
  const key = rootKeyBeside(sqlite, keyFile)
  return typeof key === 'function' ? key() : key
}
