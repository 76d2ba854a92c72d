import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServerOptions } from '@amulet/server'
import { inject, onTestFinished } from 'vitest'
import { createDatabase, dropDatabase } from './postgres/create-database.js'

/** Where one test keeps its data: what `createServer` is to be told. */
export type DatabaseOptions = Required<Pick<ServerOptions, 'database' | 'rootKey'>>

/** Whether this run is the one on PostgreSQL. The same tests run on both. */
export const onPostgres = inject('postgresTemplate') !== undefined

/** A database that several servers can open, with or without tables in it, gone when the test ends. */
export async function sharedDatabase({ empty = false } = {}): Promise<DatabaseOptions> {
  const rootKey = randomBytes(32)
  const template = inject('postgresTemplate')
  if (template === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'amulet-test-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    return { database: `sqlite:${join(folder, 'amulet.db')}`, rootKey }
  }
  const database = new URL(`/test_${randomBytes(8).toString('hex')}`, template).href
  await createDatabase(database, empty ? undefined : template)
  onTestFinished(() => dropDatabase(database))
  return { database, rootKey }
}

/** As small as can be: in memory where that is possible. */
export const freshDatabase = async (): Promise<Partial<DatabaseOptions>> =>
  onPostgres ? await sharedDatabase() : {}
