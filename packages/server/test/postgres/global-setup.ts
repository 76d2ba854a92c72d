import type { TestProject } from 'vitest/node'
import { openDatabase } from '../../src/db/database.js'
import { startCluster } from './cluster.js'
import { createDatabase } from './create-database.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the database that every test's own is a copy of; only where tests run on PostgreSQL. */
    postgresTemplate?: string
  }
}

/** One PostgreSQL for the whole run, with a database in it that has the tables already. */
export default async function ({ provide }: TestProject): Promise<() => Promise<void>> {
  const cluster = await startCluster()
  const template = cluster.url('amulet_template')
  await createDatabase(template)
  const { db } = await openDatabase(template)
  await db.destroy()
  provide('postgresTemplate', template)
  return () => cluster.stop()
}
