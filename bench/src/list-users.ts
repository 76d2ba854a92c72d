import { addUsers } from './add-users.js'
import { call } from './load.js'
import { startMeasured, temporaryDatabase } from './measured-server.js'
import { median, milliseconds, printTable } from './table.js'

/** A page of ListUsers at the beginning, in the middle and at the end of a large pool. */
export async function benchListUsers(users = 100_000): Promise<void> {
  const database = temporaryDatabase()
  const empty = await startMeasured(database)
  await empty.stop()
  await addUsers(database, empty.userPoolId, users)
  const server = await startMeasured(database)
  try {
    const times: number[] = []
    let PaginationToken: string | undefined
    do {
      const started = performance.now()
      const page = await call(server.url, 'ListUsers', {
        UserPoolId: server.userPoolId,
        Limit: 60,
        PaginationToken,
      })
      times.push(performance.now() - started)
      PaginationToken = page.PaginationToken
    } while (PaginationToken !== undefined)
    const around = (share: number) => {
      const middle = Math.round(share * (times.length - 100))
      return milliseconds(median(times.slice(middle, middle + 100)))
    }
    // The very first pages are slow because nothing is compiled yet, so those after them count as the beginning.
    printTable(
      `A page of ListUsers by depth, of ${users.toLocaleString('en')} users (median of 100)`,
      ['where', 'time'],
      [
        ['at the beginning', around(0.05)],
        ['in the middle', around(0.5)],
        ['at the end', around(1)],
      ],
    )
  } finally {
    await server.stop()
    database.remove()
  }
}
