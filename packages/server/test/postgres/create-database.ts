import pg from 'pg'

/** Creates the database that the URL names, empty or as a copy of the one that another URL names. */
export async function createDatabase(url: string, template?: string): Promise<void> {
  await administer(url, async (client) => {
    const copyOf = template === undefined ? '' : ` template ${client.escapeIdentifier(nameOf(template))}`
    await client.query(`create database ${client.escapeIdentifier(nameOf(url))}${copyOf}`)
  })
}

/** Removes a database whether or not somebody is still connected. */
export async function dropDatabase(url: string): Promise<void> {
  await administer(url, (client) =>
    client.query(`drop database if exists ${client.escapeIdentifier(nameOf(url))} with (force)`),
  )
}

const nameOf = (url: string): string => new URL(url).pathname.slice(1)

async function administer(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: new URL('/postgres', url).href })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
