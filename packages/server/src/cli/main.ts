#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { StartError } from '../start-error.js'
import { UsageError } from './usage-error.js'

const HELP = `Usage: amulet dev [options]

Commands:
  dev    Starts a user pool server for development: no set-up, admin calls with any
         credentials, and messages with codes in an inbox instead of the mail.

Options of dev:
  --port PORT        Port to listen on; 0 takes any free one. Default: 9230.
  --host HOST        Address to listen on. Default: 127.0.0.1.
  --data FOLDER      Where the database and its root key are kept. Default: .amulet.
  --database URL     sqlite:FILE, sqlite::memory: or postgres://…, instead of --data. The root
                     key of FILE is kept in FILE.key, that of PostgreSQL in .amulet/root.key.
  --config FILE      User pools, clients and users to start with (.ts, .js, .mjs, .json).
  --json             Prints one line of JSON with the URL and the ids once requests are
                     answered. The log goes to the standard error output.

  --help, --version`

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`${error.message} Run "amulet --help" to see what there is.`)
    process.exitCode = 2
  } else if (error instanceof StartError) {
    console.error(error.message)
    process.exitCode = 1
  } else {
    throw error
  }
}

async function run([command, ...rest]: string[]): Promise<number> {
  if (command === '--version') {
    console.log(packageVersion())
    return 0
  }
  if (command === '--help' || command === '-h' || rest.includes('--help') || rest.includes('-h')) {
    console.log(HELP)
    return 0
  }
  if (command === undefined) throw new UsageError('Name a command, for example "amulet dev".')
  if (command !== 'dev') throw new UsageError(`"${command}" is no command of amulet.`)
  const { dev } = await import('./dev.js')
  await dev(rest)
  return 0
}

function packageVersion(): string {
  const manifest = new URL('../../package.json', import.meta.url)
  // The package's own manifest.
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}
