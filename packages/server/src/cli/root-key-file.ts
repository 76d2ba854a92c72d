import { existsSync, statSync } from 'node:fs'
import { StartError } from '../start-error.js'
import { makeKeyFile, readKeyFile, reason } from './key-file.js'

/**
 * The root key beside a database. It is made together with the database and never again: a new key for old data would
 * read nothing.
 *
 * @returns the key, or what complains of its loss once the database has turned out to be one that needs it
 */
export function rootKeyBeside(databaseFile: string | undefined, keyFile: string): Uint8Array | (() => never) {
  if (existsSync(keyFile)) return readKeyFile(keyFile, 'root key')
  // A database elsewhere is asked when it is open: a new key does not fit what another one sealed.
  if (databaseFile !== undefined && statSync(databaseFile, { throwIfNoEntry: false })?.size)
    return () => {
      throw new StartError(
        `The root key ${keyFile} is missing, and the data in ${databaseFile} cannot be read without it. Put the file back, or remove the database to start afresh.`,
      )
    }
  try {
    return makeKeyFile(keyFile)
  } catch (cause) {
    // Another process that starts at the same moment was first.
    if (existsSync(keyFile)) return readKeyFile(keyFile, 'root key')
    throw new StartError(`The root key ${keyFile} cannot be written (${reason(cause)}).`, { cause })
  }
}
