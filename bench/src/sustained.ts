import { setTimeout } from 'node:timers/promises'
import { signUpUsers, srpSignIn } from './load.js'
import { startMeasured, temporaryDatabase } from './measured-server.js'
import { milliseconds, printTable } from './table.js'

const USERS = 50

/**
 * Sign-ins that begin at a steady rate whether or not those before them have ended, as people do. Each is timed from
 * when it should have begun, so that a server that falls behind is not spared.
 */
export async function benchSustained(seconds = 60, perSecond = 100): Promise<void> {
  const database = temporaryDatabase()
  const server = await startMeasured(database)
  try {
    const users = await signUpUsers(server, USERS)
    for (let i = 0; i < 300; i++) await srpSignIn(server, users[i % USERS] ?? '')
    const times: number[] = []
    const failures: unknown[] = []
    const underWay: Promise<void>[] = []
    const started = performance.now()
    for (let i = 0; i < seconds * perSecond; i++) {
      const due = started + (1000 * i) / perSecond
      const early = due - performance.now()
      if (early > 0) await setTimeout(early)
      underWay.push(
        srpSignIn(server, users[i % USERS] ?? '').then(
          () => void times.push(performance.now() - due),
          (error: unknown) => void failures.push(error),
        ),
      )
    }
    await Promise.all(underWay)
    times.sort((a, b) => a - b)
    const percentile = (share: number) => milliseconds(times[Math.floor(times.length * share)] ?? Number.NaN)
    printTable(
      `SRP sign-ins at ${perSecond} a second for ${seconds} s`,
      ['done', 'failed', 'median', 'p95', 'p99', 'longest'],
      [
        [
          String(times.length),
          String(failures.length),
          percentile(0.5),
          percentile(0.95),
          percentile(0.99),
          milliseconds(times.at(-1) ?? Number.NaN),
        ],
      ],
    )
  } finally {
    await server.stop()
    database.remove()
  }
}
