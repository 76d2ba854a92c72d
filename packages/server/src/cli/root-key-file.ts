import { existsSync } from 'node:fs'
import { hasContent } from '../db/database.js'
import { StartError } from '../start-error.js'
import { readOrMakeKeyFile } from './key-file.js'

/**
 * The root key beside a database. It is made together with the database and never again: a new key for old data would
 * read nothing.
 *
 * @throws {StartError} the database's file cannot be seen, or the key's not read or made
 * @returns the key, or what complains of its loss once the database has turned out to be one that needs it
 */
export function rootKeyBeside(databaseFile: string | undefined, keyFile: string): Uint8Array | (() => never) {
  // The database before the key: another process that starts at the same moment makes the key first.
  const hasData = databaseFile !== undefined && hasContent(databaseFile)
  // A database elsewhere is asked when it is open: a new key does not fit what another one sealed.
  if (!hasData || existsSync(keyFile)) return readOrMakeKeyFile(keyFile, 'root key')
  return () => {
    throw new StartError(
      `The root key ${keyFile} is missing, and the data in ${databaseFile} cannot be read without it. Put the file back, or remove the database to start afresh.`,
    )
  }
}
