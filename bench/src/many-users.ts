import { addUsers } from './add-users.js'
import { repeat, signUpUsers, srpSignIn } from './load.js'
import { type MeasuredServer, startMeasured, temporaryDatabase } from './measured-server.js'
import { milliseconds, printTable, times } from './table.js'

const SIGN_INS = 1200
const ROUNDS = 20
const REAL_USERS = 50

/** A sign-in in a small pool and in a large one. */
export async function benchManyUsers(most = 100_000, signIns = SIGN_INS): Promise<void> {
  const pools = []
  for (const size of [most / 1000, most]) {
    const database = temporaryDatabase()
    const first = await startMeasured(database)
    const users = await signUpUsers(first, Math.min(size, REAL_USERS))
    await first.stop()
    await addUsers(database, first.userPoolId, size - users.length)
    const server = await startMeasured(database)
    const signIn = (i: number) => srpSignIn(server, users[i % users.length] ?? '')
    await repeat(Math.min(300, signIns), signIn)
    pools.push({ size, database, server, signIn, cpu: 0 })
  }
  // In turns, so that a busy machine slows down both.
  const perRound = Math.ceil(signIns / ROUNDS)
  for (let round = 0; round < ROUNDS; round++)
    for (const pool of pools) pool.cpu += await cpuOf(pool.server, () => repeat(perRound, pool.signIn, 1))
  const costs = pools.map(({ cpu }) => cpu / (perRound * ROUNDS))
  printTable(
    'Processor time of an SRP sign-in by the number of users',
    ['users in the pool', 'server', 'to the smallest'],
    pools.map(({ size }, i) => [
      size.toLocaleString('en'),
      milliseconds(costs[i] ?? 0),
      times((costs[i] ?? 0) / (costs[0] ?? 1)),
    ]),
  )
  for (const { server, database } of pools) {
    await server.stop()
    database.remove()
  }
}

async function cpuOf(server: MeasuredServer, work: () => Promise<void>): Promise<number> {
  const before = await server.cpu()
  await work()
  return (await server.cpu()) - before
}
