import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { databaseFile, isKept } from '../db/database.js'
import { UsageError } from './usage-error.js'

/** What `amulet dev` was asked for. */
export interface DevOptions {
  readonly port: number
  readonly host: string
  /** `sqlite:FILE`, `sqlite::memory:` or `postgres://…` */
  readonly database: string
  /** Where the root key is kept; `undefined` for a database that is not. */
  readonly keyFile: string | undefined
  readonly config: string | undefined
  readonly json: boolean
}

/** @throws {UsageError} */
export function devOptions(args: readonly string[]): DevOptions {
  const { port, host, data, database, config, json } = read(args)
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535)
    throw new UsageError(`--port takes a number from 0 to 65535, not "${port}".`)
  if (data !== undefined && database !== undefined)
    throw new UsageError('--data and --database both say where the data is: give one of them.')
  return { port: Number(port), host, ...place(data, database), config, json }
}

function read(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '9230' },
        host: { type: 'string', default: '127.0.0.1' },
        data: { type: 'string' },
        database: { type: 'string' },
        config: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    })
    return values
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    // Node's message goes on to explain its own conventions; the first sentence is the one about the option.
    throw new UsageError(`${error.message.split(/\. |\n/)[0]?.replace(/\.$/, '')}.`)
  }
}

function place(data: string | undefined, database: string | undefined) {
  if (database === undefined) {
    const folder = data ?? '.amulet'
    return { database: `sqlite:${join(folder, 'amulet.db')}`, keyFile: join(folder, 'root.key') }
  }
  if (!isKept(database)) return { database, keyFile: undefined }
  const file = databaseFile(database)
  return { database, keyFile: file === undefined ? join('.amulet', 'root.key') : `${file}.key` }
}
