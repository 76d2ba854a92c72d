import { cpus } from 'node:os'
import { parseArgs } from 'node:util'

// Every number that the documentation names, measured again on this machine. `--only NAME` measures one table;
// `--users N` is how many users the large pools have.

const { values } = parseArgs({ options: { only: { type: 'string' }, users: { type: 'string' } } })
const users = Number(values.users ?? 100_000)
if (!Number.isSafeInteger(users) || users < 1000) {
  console.error('--users takes a number from 1000.')
  process.exit(2)
}

const BENCHMARKS: Readonly<Record<string, () => Promise<void>>> = {
  bundle: async () => (await import('./bundle-size.js')).benchBundleSize(),
  'client-srp': async () => (await import('./client-srp.js')).benchClientSrp(),
  'server-cpu': async () => (await import('./server-cpu.js')).benchServerCpu(),
  oauth: async () => (await import('./oauth.js')).benchOauth(),
  'unknown-users': async () => (await import('./unknown-users.js')).benchUnknownUsers(),
  start: async () => (await import('./start.js')).benchStart(),
  'many-users': async () => (await import('./many-users.js')).benchManyUsers(users),
  'list-users': async () => (await import('./list-users.js')).benchListUsers(users),
  triggers: async () => (await import('./triggers.js')).benchTriggers(),
  workers: async () => (await import('./workers.js')).benchWorkers(),
  sustained: async () => (await import('./sustained.js')).benchSustained(),
}

const names = values.only === undefined ? Object.keys(BENCHMARKS) : [values.only]
console.log(`Node.js ${process.version} on ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`)
for (const name of names) {
  const benchmark = Object.hasOwn(BENCHMARKS, name) ? BENCHMARKS[name] : undefined
  if (!benchmark) {
    console.error(`There is no benchmark "${name}". There are: ${Object.keys(BENCHMARKS).join(', ')}.`)
    process.exitCode = 2
    break
  }
  await benchmark()
}
