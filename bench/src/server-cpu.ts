import { inTurns } from './in-turns.js'
import { call, deviceSignIn, newDevice, refresh, repeat, signUpUsers, srpSignIn } from './load.js'
import { startMeasured, temporaryDatabase } from './measured-server.js'
import type { Bare } from './server-process.js'
import { milliseconds, printTable, times } from './table.js'

const USERS = 50

/**
 * Processor time of the whole server process per request, against the cryptography that cannot be left out. One request
 * after the other, the server goes to sleep and wakes up again for each, and for each signature in it; several at once,
 * it does not. The first ones after a start are counted apart: while they last, V8 compiles what it finds worth it.
 */
export async function benchServerCpu(count = 2000): Promise<void> {
  const database = temporaryDatabase()
  const server = await startMeasured(database)
  try {
    const users = await signUpUsers(server, USERS)
    const user = (i: number) => users[i % USERS] ?? ''
    const tokens = await Promise.all(users.map((name) => srpSignIn(server, name)))
    const signIn = (i: number) => srpSignIn(server, user(i))
    const refreshToken = (i: number) => refresh(server, tokens[i % USERS] ?? '')
    const rows: string[][] = []
    const measure = async (
      request: string,
      what: Bare,
      atOnce: number,
      once: (index: number) => Promise<unknown>,
    ) => {
      const { cpu, bare } = await inTurns(server, what, { count, atOnce }, once)
      rows.push([request, String(atOnce), milliseconds(cpu), milliseconds(bare), times(cpu / bare)])
    }
    await measure(`sign-in, the first ${count}`, 'sign-in', 8, signIn)
    await repeat(count, signIn)
    for (const atOnce of [1, 8]) {
      await measure('sign-in', 'sign-in', atOnce, signIn)
      await measure('refresh', 'refresh', atOnce, refreshToken)
    }
    await call(server.url, 'UpdateUserPool', {
      UserPoolId: server.userPoolId,
      DeviceConfiguration: { ChallengeRequiredOnNewDevice: true },
    })
    const devices = await Promise.all(users.map((name) => newDevice(server, name)))
    const fromDevice = (i: number) =>
      deviceSignIn(server, user(i), devices[i % USERS] ?? { key: '', groupKey: '' })
    for (const atOnce of [1, 8])
      await measure('sign-in from a known device', 'sign-in from a device', atOnce, fromDevice)
    printTable(
      `Processor time of the server per SRP sign-in and refresh (${count} of each)`,
      ['request', 'at once', 'server', 'bare cryptography', 'ratio'],
      rows,
    )
  } finally {
    await server.stop()
    database.remove()
  }
}
