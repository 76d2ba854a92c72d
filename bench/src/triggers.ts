import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AmuletServer, createServer } from '../../packages/server/dist/index.js'
import { median, milliseconds, printTable } from './table.js'

const POOL = 'us-east-1_BenchFn01'
const WARM_UP = 500

const FUNCTION = 'async (event) => event'
const LambdaConfig = { UserMigration: 'arn:aws:lambda:us-east-1:000000000000:function:same' }
const functions = { same: async (event: unknown) => event }

/** What a function adds to a request: the same requests to servers without one, with one in place, and with one in a thread. */
export async function benchTriggers(requests = 2000): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'amulet-bench-'))
  const functionsFile = join(folder, 'amulet.config.mjs')
  writeFileSync(functionsFile, `export default { functions: { same: ${FUNCTION} } }`)
  const pool = (settings: object) => ({
    userPools: [
      {
        UserPoolId: POOL,
        PoolName: 'Bench',
        clients: [{ ClientId: 'bench', ClientName: 'Bench' }],
        ...settings,
      },
    ],
  })
  const servers = {
    none: createServer({ config: pool({}) }),
    'in place': createServer({ config: pool({ LambdaConfig }), functions }),
    'in a thread': createServer({ config: pool({ LambdaConfig }), functionsFile }),
  }
  try {
    const times: Record<keyof typeof servers, number[]> = { none: [], 'in place': [], 'in a thread': [] }
    // In turns, so that what else the machine does falls on all of them alike. The first ones warm up.
    for (let i = -WARM_UP; i < requests; i++)
      for (const name of ['none', 'in place', 'in a thread'] as const) {
        const started = performance.now()
        await forget(servers[name])
        if (i >= 0) times[name].push(performance.now() - started)
      }
    const without = median(times.none)
    printTable(
      'A function of a trigger that returns its event, one request at a time (median)',
      ['where it runs', 'a request', 'added by the function'],
      [
        ['no function', milliseconds(without), ''],
        ...(['in place', 'in a thread'] as const).map((name) => [
          name,
          milliseconds(median(times[name])),
          milliseconds(median(times[name]) - without),
        ]),
      ],
    )
  } finally {
    await Promise.all(Object.values(servers).map((server) => server.close()))
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A password forgotten by a user whom nothing knows: a short request, which runs UserMigration. */
async function forget({ fetch }: Pick<AmuletServer, 'fetch'>): Promise<void> {
  const response = await fetch(
    new Request('http://localhost/', {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.ForgotPassword' },
      body: JSON.stringify({ ClientId: 'bench', Username: 'nobody' }),
    }),
  )
  const text = await response.text()
  if (!text.includes('UserNotFoundException')) throw new Error(text)
}
