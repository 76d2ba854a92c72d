import { refresh, repeat, signUpUsers, srpSignIn } from './load.js'
import { type MeasuredServer, startMeasured, temporaryDatabase } from './measured-server.js'
import { milliseconds, printTable, times } from './table.js'

const USERS = 50
const ROUNDS = 20

/**
 * Processor time of the whole server process per request, against the cryptography that cannot be left out. Both are
 * measured in turns in the same process, so that a machine that is busy with other things slows down both. One request
 * follows the other: while the server works the client is idle, as it is while the bare cryptography runs, and does not
 * compete with it for a core that may be half of one.
 */
export async function benchServerCpu(count = 2000): Promise<void> {
  const database = temporaryDatabase()
  const server = await startMeasured(database)
  try {
    const users = await signUpUsers(server, USERS)
    const user = (i: number) => users[i % USERS] ?? ''
    const signIn = await inTurns(server, 'sign-in', count, (i) => srpSignIn(server, user(i)))
    const tokens = await Promise.all(users.map((name) => srpSignIn(server, name)))
    const refreshing = await inTurns(server, 'refresh', count, (i) =>
      refresh(server, tokens[i % USERS] ?? ''),
    )
    const row = (what: string, { cpu, bare }: Cost) => [
      what,
      milliseconds(cpu),
      milliseconds(bare),
      times(cpu / bare),
    ]
    printTable(
      `Processor time of the server per request (${count} of each)`,
      ['request', 'server', 'bare cryptography', 'ratio'],
      [row('SRP sign-in', signIn), row('refresh', refreshing)],
    )
  } finally {
    await server.stop()
    database.remove()
  }
}

interface Cost {
  /** Milliseconds. */
  readonly cpu: number
  readonly bare: number
}

async function inTurns(
  server: MeasuredServer,
  what: 'sign-in' | 'refresh',
  count: number,
  once: (index: number) => Promise<unknown>,
): Promise<Cost> {
  // The compiler takes a while to make the code as fast as it stays.
  await repeat(Math.min(300, count), once, 1)
  await server.bare(what, 50)
  const perRound = Math.ceil(count / ROUNDS)
  let cpu = 0
  let bare = 0
  for (let round = 0; round < ROUNDS; round++) {
    bare += await server.bare(what, 30)
    const before = await server.cpu()
    await repeat(perRound, once, 1)
    cpu += (await server.cpu()) - before
  }
  const done = perRound * ROUNDS
  return { cpu: cpu / done, bare: bare / ROUNDS }
}
