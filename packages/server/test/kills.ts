import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import { expect } from 'vitest'
import { amuletDev, type RunningAmulet, temporaryFolder } from './amulet.js'
import { onPostgres, sharedDatabase } from './fresh-database.js'

// `script/campaign kill --times 100` sets how often; a run of all tests is content with a few.
export const KILLS = Number(process.env.AMULET_KILLS ?? 3)
const AT_ONCE = 8

/** The server is gone: the only thing that may go wrong. */
export class Gone extends Error {}

/** What becomes of a thing that is made and taken away. */
export type Lasting = 'asked' | 'there' | 'taking away' | 'gone'

/** The processes of PostgreSQL that work for others. */
async function connections(database: string): Promise<number[]> {
  const client = new pg.Client({ connectionString: database })
  await client.connect()
  const { rows } = await client.query(
    'select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  )
  await client.end()
  return rows.map(({ pid }) => pid)
}

/** PostgreSQL finishes what a client has sent that is gone; until then what was asked for may still come to be. */
async function haveEnded(database: string, left: readonly number[]): Promise<void> {
  while ((await connections(database)).some((pid) => left.includes(pid))) await setTimeout(20)
}

/** Whether something is there as it was promised, and from now on. */
export function lastingOf(promised: Lasting, isThere: boolean, about: string): Lasting {
  if (promised === 'there' || promised === 'gone') expect(isThere, about).toBe(promised === 'there')
  return isThere ? 'there' : 'gone'
}

/** A server that can be started again on the same data after it was killed. */
export async function startDurable(
  config: object,
): Promise<{ server: RunningAmulet; startAgain(): Promise<void> }> {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'amulet.config.json'), JSON.stringify(config))
  const args = ['--config', 'amulet.config.json']
  const { database } = onPostgres ? await sharedDatabase() : {}
  if (database !== undefined) args.push('--database', database)
  const durable = {
    server: await amuletDev(args, { cwd }),
    async startAgain() {
      const left = database === undefined ? [] : await connections(database)
      durable.server = await amuletDev(args, { cwd })
      if (database !== undefined) await haveEnded(database, left)
    },
  }
  return durable
}

/** Several work at once; after so many answers the server is killed. */
export async function workUntilKilled(
  server: RunningAmulet,
  after: number,
  work: (server: Counting, number: number) => Promise<never>,
): Promise<void> {
  let answers = 0
  const counted = async <A>(answering: Promise<A>): Promise<A> => {
    const answer = await answering
    // The others' requests are somewhere between their beginning and their end.
    if (++answers === after) server.process.kill('SIGKILL')
    return answer
  }
  const counting: Counting = {
    ...server,
    call: (operation, input) => counted(server.call(operation, input)),
    fetch: (request) => counted(fetch(request, { redirect: 'manual' })),
  }
  const outcomes = await Promise.allSettled(
    Array.from({ length: AT_ONCE }, (_, number) => work(counting, number)),
  )
  // A worker ends when its connection breaks, and by nothing else.
  for (const outcome of outcomes)
    if (outcome.status === 'rejected' && !(outcome.reason instanceof Gone)) throw outcome.reason
}

/** A server whose answers are counted. */
export interface Counting extends RunningAmulet {
  fetch(request: Request): Promise<Response>
}
