import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { createServer } from '@amulet/server'
import { onePower } from './openssl.js'

// A server in a process of its own that can be asked what it has cost so far. Its parent speaks to it over IPC; see
// `measured-server.ts`.

const [database = '', rootKey = ''] = process.argv.slice(2)
const server = createServer({ database: `sqlite:${database}`, rootKey: Buffer.from(rootKey, 'hex') })

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const message = randomBytes(800)

/** The cryptography that cannot be left out, alone, in this process. */
const BARE = {
  /** Two signatures for the two tokens; g^b for B, v^u and the power of b for the shared key. */
  'sign-in'() {
    for (let i = 0; i < 2; i++) sign('sha256', message, privateKey)
    threePowers()
  },
  /** The same, and the three powers once more for the device. */
  'sign-in from a device'() {
    BARE['sign-in']()
    threePowers()
  },
  refresh() {
    for (let i = 0; i < 2; i++) sign('sha256', message, privateKey)
  },
  'client token'() {
    sign('sha256', message, privateKey)
  },
}

function threePowers() {
  for (let i = 0; i < 3; i++) onePower(randomBytes(384).fill(1, 0, 1), randomBytes(32).fill(0xff, 0, 1))
}

export type Bare = keyof typeof BARE
export type Request = { readonly bare: Bare; readonly count: number } | 'cpu' | 'stop'

process.on('message', async (request: Request) => {
  if (request === 'cpu') return answer(cpu())
  if (request === 'stop') {
    await server.close()
    return process.disconnect()
  }
  const before = cpu()
  for (let i = 0; i < request.count; i++) BARE[request.bare]()
  answer((cpu() - before) / request.count)
})

/** Milliseconds of processor time that this process has used, in all its threads. */
function cpu(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const answer = (value: unknown) => process.send?.(value)

answer(await server.listen())
