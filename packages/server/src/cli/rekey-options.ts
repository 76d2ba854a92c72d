import { DATABASE_OPTIONS, existingDatabase } from './database-options.js'
import { readOptions } from './read-options.js'
import { readRootKey } from './serve-options.js'
import { UsageError } from './usage-error.js'

/** What `amulet rekey` was asked for. */
export interface RekeyOptions {
  readonly database: string
  readonly oldKey: Uint8Array
  readonly newKey: Uint8Array
  readonly signOut: boolean
}

/**
 * @throws {UsageError} something is missing or not an option
 * @throws {StartError} there is no such database, or what is given is no root key
 */
export function rekeyOptions(args: readonly string[], env: NodeJS.ProcessEnv): RekeyOptions {
  const values = readOptions(args, {
    ...DATABASE_OPTIONS,
    'new-root-key-file': { type: 'string' },
    'sign-out': { type: 'boolean', default: false },
  })
  const newKey = readRootKey(
    env.AMULET_NEW_ROOT_KEY,
    values['new-root-key-file'] ?? env.AMULET_NEW_ROOT_KEY_FILE,
    'new root key',
    'AMULET_NEW_ROOT_KEY',
  )
  if (!newKey)
    throw new UsageError(
      'amulet rekey needs the new root key. Make one with "openssl rand -hex 32 > new.key", and name the file with --new-root-key-file.',
    )
  const { database, rootKey: oldKey } = existingDatabase('amulet rekey', values, env)
  return { database, oldKey, newKey, signOut: values['sign-out'] }
}
