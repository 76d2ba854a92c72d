#!/usr/bin/env node
import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { format } from './format.js'
import { report } from './report.js'

const HELP = `Usage: amulet-auth report [FOLDER] [--json]

Reads the sources of an application that uses AWS Amplify, and says which of its calls, options and entry points
@amulet/auth covers, what is written differently, and how many bytes a browser is spared. Nothing is changed, and nothing is
sent anywhere.

  FOLDER   of the application, with its package.json; default: this one
  --json   one JSON object, for programs

Exits with 0 when everything about signing in is covered, with 1 when something is not, and with 2 when there is nothing to
report on.`

async function main(): Promise<number> {
  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse()
  } catch (error) {
    // Node's message goes on to explain its own conventions.
    const [what] = `${error instanceof Error ? error.message : error}`.split('. ')
    console.error(`${what?.replace(/\.$/, '')}.\n\n${HELP}`)
    return 2
  }
  const { values, positionals } = parsed
  const [command, folder = '.', ...rest] = positionals
  if (values.help) {
    console.log(HELP)
    return 0
  }
  if (command !== 'report' || rest.length > 0) {
    const what =
      command === undefined
        ? 'Name a command: report.'
        : command === 'report'
          ? 'report takes one folder.'
          : `"${command}" is not a command of amulet-auth.`
    console.error(`${what}\n\n${HELP}`)
    return 2
  }
  const path = resolve(folder)
  if (!existsSync(path) || !statSync(path).isDirectory()) {
    console.error(`${path} is not a folder.`)
    return 2
  }
  const result = await report(path)
  console.log(values.json ? JSON.stringify(result, null, 2) : format(result))
  if (result.findings.length === 0) return 2
  return result.isCovered ? 0 : 1
}

const parse = () =>
  parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  })

process.exitCode = await main()
