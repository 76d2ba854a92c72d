import { randomBytes, randomUUID } from 'node:crypto'
import { createRootKey } from '../../packages/server/dist/crypto/root-key.js'
import { openDatabase } from '../../packages/server/dist/db/database.js'
import { repeat, signUpUsers, srpSignIn } from './load.js'
import { type MeasuredServer, startMeasured, temporaryDatabase } from './measured-server.js'
import { milliseconds, printTable, times } from './table.js'

const SIZES = [100, 100_000]
const SIGN_INS = 1200
const ROUNDS = 20
const REAL_USERS = 50

/** A sign-in in a small pool and in a large one. */
export async function benchManyUsers(sizes: readonly number[] = SIZES, signIns = SIGN_INS): Promise<void> {
  const pools = []
  for (const size of sizes) {
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
    for (const pool of pools) pool.cpu += await cpuOf(pool.server, () => repeat(perRound, pool.signIn))
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

/**
 * Rows as a sign-up makes them, a thousand at a time. Nobody signs in as these users, so any verifier will do: the
 * real one takes a power of its own for each.
 */
export async function addUsers(
  { file, rootKey }: { file: string; rootKey: Buffer },
  userPoolId: string,
  count: number,
): Promise<void> {
  const { db } = await openDatabase(`sqlite:${file}`)
  const key = createRootKey(rootKey)
  const verifier = randomBytes(384)
  const now = Date.now()
  for (let done = 0; done < count; done += 1000) {
    const users = Array.from({ length: Math.min(1000, count - done) }, (_, i) => {
      const id = randomUUID()
      return {
        id,
        user_pool_id: userPoolId,
        username: id,
        status: 'CONFIRMED' as const,
        enabled: 1,
        attributes: JSON.stringify({ email: `filler${done + i}@example.com`, email_verified: 'true' }),
        salt: randomBytes(16).toString('hex'),
        sealed_verifier: key.seal('srp-verifier', id, verifier),
        password_set_at: now,
        signed_out_at: null,
        created_at: now,
        updated_at: now,
      }
    })
    await db.transaction().execute(async (tx) => {
      await tx.insertInto('users').values(users).execute()
      const names = users.flatMap(({ id }, i) => [
        { user_pool_id: userPoolId, kind: 'username' as const, name: id, user_id: id },
        {
          user_pool_id: userPoolId,
          kind: 'email' as const,
          name: `filler${done + i}@example.com`,
          user_id: id,
        },
      ])
      await tx.insertInto('login_names').values(names).execute()
      await tx
        .insertInto('user_search')
        .values(
          users.map(({ id }, i) => ({
            user_pool_id: userPoolId,
            attribute: 'email',
            value: `filler${done + i}@example.com`,
            user_id: id,
          })),
        )
        .execute()
    })
  }
  await db.destroy()
}
