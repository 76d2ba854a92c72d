import pg from 'pg'

/** Creates the database that the URL names, empty or as a copy of the one that another URL names. */
export async function createDatabase(url: string, template?: string): Promise<void> {
  const client = await administrator(url)
  // Copies files, which is faster than writing each of their pages to the log first.
  const copyOf =
    template === undefined ? '' : ` template ${client.escapeIdentifier(nameOf(template))} strategy file_copy`
  await client.query(`create database ${client.escapeIdentifier(nameOf(url))}${copyOf}`)
}

/** Removes a database even if there are connections to it. */
export async function dropDatabase(url: string): Promise<void> {
  const client = await administrator(url)
  await client.query(`drop database if exists ${client.escapeIdentifier(nameOf(url))} with (force)`)
}

const nameOf = (url: string): string => new URL(url).pathname.slice(1)

// One connection for all the tests of a file. It ends with the worker that ran them, or with PostgreSQL.
let connected: Promise<pg.Client> | undefined
function administrator(url: string): Promise<pg.Client> {
  connected ??= (async () => {
    const client = new pg.Client({ connectionString: new URL('/postgres', url).href })
    client.on('error', () => {})
    await client.connect()
    return client
  })()
  return connected
}
