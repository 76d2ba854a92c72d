import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ServerInfo } from '@amulet/server'
import type { Bare, Request } from './server-process.js'

export interface MeasuredServer extends ServerInfo {
  /** Milliseconds of processor time the server has used since it started. */
  cpu(): Promise<number>
  /** Milliseconds of processor time that the bare cryptography takes in the server's process. */
  bare(what: Bare, count: number): Promise<number>
  stop(): Promise<void>
}

/** A database that is removed when the benchmark ends. */
export function temporaryDatabase() {
  const folder = mkdtempSync(join(tmpdir(), 'amulet-bench-'))
  return {
    file: join(folder, 'amulet.db'),
    rootKey: randomBytes(32),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export async function startMeasured(database: { file: string; rootKey: Buffer }): Promise<MeasuredServer> {
  const program = fileURLToPath(new URL('./server-process.js', import.meta.url))
  const child = fork(program, [database.file, database.rootKey.toString('hex')])
  const reply = <T>() =>
    new Promise<T>((resolve, reject) => {
      const gone = (code: number | null) => reject(new Error(`The measured server ended with ${code}.`))
      child.once('exit', gone)
      child.once('message', (message: T) => {
        child.off('exit', gone)
        resolve(message)
      })
    })
  const info = await reply<ServerInfo>()
  const ask = (request: Request) => {
    child.send(request)
    return reply<number>()
  }
  return {
    ...info,
    cpu: () => ask('cpu'),
    bare: (bare, count) => ask({ bare, count }),
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.send('stop' satisfies Request)
      await gone
    },
  }
}
