import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { repeat, signUpUsers, srpSignIn, type Target } from './load.js'
import { median, megabytes, milliseconds, printTable } from './table.js'

const program = fileURLToPath(new URL('../../packages/server/dist/bin/amulet.js', import.meta.url))
const STARTS = 9
const USERS = 50

/** `amulet dev` as a developer has it: how soon it answers, and how much memory it takes. */
export async function benchStart(signIns = 10_000): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'amulet-bench-'))
  try {
    const first = await timedStart(folder)
    await stop(first.process)
    const starts: number[] = []
    for (let i = 0; i < STARTS; i++) {
      const { process, milliseconds } = await timedStart(folder)
      starts.push(milliseconds)
      await stop(process)
    }
    const { process, target } = await timedStart(folder)
    const fresh = residentBytes(process)
    const users = await signUpUsers(target, USERS)
    await repeat(signIns, (i) => srpSignIn(target, users[i % USERS] ?? ''))
    const after = residentBytes(process)
    await stop(process)
    printTable(
      'amulet dev',
      ['what', ''],
      [
        ['first answer on a new database', milliseconds(first.milliseconds)],
        [`first answer on an existing database (median of ${STARTS})`, milliseconds(median(starts))],
        ['first answer on an existing database (best)', milliseconds(Math.min(...starts))],
        ['memory after the first answer', megabytes(fresh)],
        [`memory after ${signIns} sign-ins`, megabytes(after)],
      ],
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** From before the process is started until a request has been answered. */
async function timedStart(data: string) {
  const started = performance.now()
  const child = spawn(process.execPath, [program, 'dev', '--json', '--port', '0', '--data', data], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (data: Buffer) => resolve(data.toString()))
    child.once('exit', (code) => reject(new Error(`amulet dev ended with ${code}.`)))
  })
  // The contract of --json.
  const target = JSON.parse(line) as Target
  const response = await fetch(`${target.url}/${target.userPoolId}/.well-known/jwks.json`)
  await response.arrayBuffer()
  return { process: child as ChildProcess, target, milliseconds: performance.now() - started }
}

async function stop(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await gone
}

/** As Linux counts it. */
function residentBytes({ pid }: ChildProcess): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) * 1024
}
