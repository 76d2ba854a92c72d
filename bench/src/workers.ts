import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { call, refresh } from './load.js'
import { temporaryDatabase } from './measured-server.js'
import { printTable } from './table.js'

const PROGRAM = fileURLToPath(new URL('../../packages/server/dist/bin/amulet.js', import.meta.url))
const ClientId = 'web'
/** Connections are handed out one by one, so with several to each worker. */
const AT_ONCE = 8
const PASSWORD = 'Correct-horse-1'
const USERS = Array.from({ length: 20 }, (_, index) => `user${index}`)
const CONFIG = {
  userPools: [
    {
      PoolName: 'Bench',
      clients: [
        {
          ClientId,
          ClientName: 'Web',
          ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
        },
      ],
      users: USERS.map((Username) => ({ Username, Password: PASSWORD })),
    },
  ],
}

/**
 * What several processes on one port gain. The load is made in this process, on the same machine: with as many workers as
 * there are processors, it takes some of their time. Passwords are sent as they are, since a client's SRP costs more than the
 * server's. In a database of SQLite, unless `AMULET_BENCH_DATABASE` names an empty one.
 */
export async function benchWorkers(seconds = 10, counts = [1, 2]): Promise<void> {
  const rows: string[][] = []
  for (const workers of counts) {
    const database = temporaryDatabase()
    const server = await startServing(workers, database)
    try {
      const signIn = async (index: number) => {
        const { AuthenticationResult } = await call(server.url, 'InitiateAuth', {
          ClientId,
          AuthFlow: 'USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME: USERS[index % USERS.length] ?? '', PASSWORD },
        })
        return AuthenticationResult?.RefreshToken ?? ''
      }
      const tokens = await Promise.all(USERS.map((_, index) => signIn(index)))
      const target = { url: server.url, userPoolId: '', userPoolClientId: ClientId }
      const refreshOne = (index: number) => refresh(target, tokens[index % tokens.length] ?? '')
      await perSecond(seconds / 3, signIn)
      const signIns = await perSecond(seconds, signIn)
      const refreshes = await perSecond(seconds, refreshOne)
      rows.push([String(workers), signIns.toFixed(0), refreshes.toFixed(0)])
    } finally {
      await server.stop()
      database.remove()
    }
  }
  printTable('Requests a second by workers', ['workers', 'sign-ins', 'refreshes'], rows)
}

async function perSecond(seconds: number, once: (index: number) => Promise<unknown>): Promise<number> {
  const started = performance.now()
  const isOver = () => performance.now() - started > seconds * 1000
  let done = 0
  const visitor = async () => {
    while (!isOver()) await once(done++)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, visitor))
  return done / seconds
}

async function startServing(workers: number, { file }: { file: string }) {
  const config = join(dirname(file), 'config.json')
  writeFileSync(config, JSON.stringify(CONFIG))
  const database = process.env.AMULET_BENCH_DATABASE ?? `sqlite:${file}`
  const child = spawn(
    process.execPath,
    [
      PROGRAM,
      'serve',
      '--port',
      '0',
      '--rate-limit',
      '0',
      '--workers',
      String(workers),
      '--database',
      database,
      '--config',
      config,
    ],
    {
      env: {
        ...process.env,
        AMULET_ROOT_KEY: '5'.repeat(64),
        AMULET_ADMIN_ACCESS_KEY_ID: 'bench',
        AMULET_ADMIN_SECRET_ACCESS_KEY: randomBytes(32).toString('hex'),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const ended = new Promise((resolve) => child.once('close', resolve))
  const url = await new Promise<string>((resolve, reject) => {
    let log = ''
    child.once('close', (code) => reject(new Error(`amulet serve ended with ${code}: ${log}`)))
    const listener = (text: string) => {
      log += text
      const line = log.split('\n').find((each) => each.includes('"msg":"ready"'))
      if (!line) return
      child.stdout.off('data', listener)
      // The log is read on, so that it does not fill up.
      child.stdout.resume()
      resolve((JSON.parse(line) as { listening: string }).listening)
    }
    child.stdout.setEncoding('utf8').on('data', listener)
  })
  return {
    url,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
