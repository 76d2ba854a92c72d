import { randomBytes } from 'node:crypto'
import type { TestProject } from 'vitest/node'
import { createServer } from '../../src/create-server.js'
import { startCluster } from './cluster.js'
import { createDatabase } from './create-database.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** Only where tests run on PostgreSQL. */
    postgres?: {
      /** URLs of databases to copy: with nothing in it, and as it is after a first start under `rootKey`. */
      readonly empty: string
      readonly started: string
      /** Hexadecimal. */
      readonly rootKey: string
    }
  }
}

/** One PostgreSQL for the whole run. A first start costs more than all the rest of most tests, so it is done once. */
export default async function ({ provide }: TestProject): Promise<() => Promise<void>> {
  const cluster = await startCluster()
  const started = cluster.url('amulet_started')
  const rootKey = randomBytes(32)
  await createDatabase(started)
  const server = createServer({ database: started, rootKey })
  await server.ready
  await server.close()
  provide('postgres', { empty: cluster.url('template1'), started, rootKey: rootKey.toString('hex') })
  return () => cluster.stop()
}
