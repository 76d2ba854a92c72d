import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServerOptions } from '@amulet/server'
import { inject, onTestFinished } from 'vitest'
import { createDatabase, dropDatabase } from './postgres/create-database.js'

/** Where one test keeps its data: what `createServer` is to be told. */
export type DatabaseOptions = Required<Pick<ServerOptions, 'database'>> & { rootKey: Buffer }

/** What this run is given if it is the one on PostgreSQL. The same tests run on both. */
const postgres = inject('postgres')
export const onPostgres = postgres !== undefined

/** An empty database that several servers can open, gone when the test ends. */
export async function sharedDatabase(): Promise<DatabaseOptions> {
  return postgres ? { database: await copyOf(postgres.empty), rootKey: randomBytes(32) } : sqliteDatabase()
}

/** The same in a file, whatever the run is on. */
export function sqliteDatabase(): DatabaseOptions {
  const folder = mkdtempSync(join(tmpdir(), 'amulet-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return { database: `sqlite:${join(folder, 'amulet.db')}`, rootKey: randomBytes(32) }
}

/** A database for one server with these options: in memory where that is possible. */
export async function freshDatabase(options: ServerOptions): Promise<Partial<DatabaseOptions>> {
  if (!postgres) return {}
  const { config, mode, region, rootKey } = options
  // With any of these, the first start makes something else.
  if (config ?? mode ?? region ?? rootKey) return await sharedDatabase()
  return { database: await copyOf(postgres.started), rootKey: Buffer.from(postgres.rootKey, 'hex') }
}

async function copyOf(template: string): Promise<string> {
  const database = new URL(`/test_${randomBytes(8).toString('hex')}`, template).href
  await createDatabase(database, template)
  onTestFinished(() => dropDatabase(database))
  return database
}
