import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { Answer, Body } from './start.js'

const program = fileURLToPath(new URL('../dist/bin/amulet.js', import.meta.url))

/**
 * The environment of a command. The variables that tell a campaign how long to run begin as those of the commands do, and
 * are not for them.
 */
export const environment = (env: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AMULET_'))),
  ...env,
})

/** A folder of its own for one test, removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'amulet-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/**
 * Runs `amulet` to its end.
 *
 * @param options.stopAfter asks it to stop, with SIGTERM, once its output has this text
 */
export async function amulet(
  args: readonly string[],
  options: { cwd?: string; stopAfter?: string; env?: Record<string, string>; program?: string } = {},
) {
  const { cwd = temporaryFolder(), stopAfter, env = {}, program: run = program } = options
  const child = spawn(process.execPath, [run, ...args], {
    cwd,
    env: environment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = collect(child)
  onTestFinished(() => void child.kill('SIGKILL'))
  let isTold = false
  child.stdout.on('data', () => {
    if (isTold || stopAfter === undefined || !output.stdout().includes(stopAfter)) return
    // Once: told again, it stops at once.
    isTold = true
    child.kill('SIGTERM')
  })
  const code = await exitCode(child)
  return { code, stdout: output.stdout(), stderr: output.stderr() }
}

export interface Announcement {
  readonly url: string
  readonly issuer: string
  readonly region: string
  readonly userPoolId: string
  readonly userPoolClientId: string
  readonly identityPoolId: string
}

export interface RunningAmulet extends Announcement {
  readonly process: ChildProcess
  readonly stdout: () => string
  readonly stderr: () => string
  /** Sends a signal and resolves with the exit code (`null` when the signal itself ended the process). */
  stop(signal?: NodeJS.Signals): Promise<number | null>
  /** Calls a wire operation of user pools over HTTP. */
  call(operation: string, input: unknown): Promise<Answer>
}

/** Starts `amulet dev --json` on a free port and waits until it answers. Killed when the test ends. */
export async function amuletDev(
  args: readonly string[] = [],
  { cwd = temporaryFolder() } = {},
): Promise<RunningAmulet> {
  const child = spawn(process.execPath, [program, 'dev', '--json', '--port', '0', ...args], {
    cwd,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = collect(child)
  const exited = exitCode(child)
  onTestFinished(() => void child.kill('SIGKILL'))
  const firstLine = new Promise<string>((resolve) => {
    child.stdout.on('data', () => {
      const end = output.stdout().indexOf('\n')
      if (end >= 0) resolve(output.stdout().slice(0, end))
    })
  })
  const line = await Promise.race([
    firstLine,
    exited.then((code) => {
      throw new Error(`amulet dev ended with ${code}: ${output.stderr()}`)
    }),
  ])
  // The first line is the announcement; a test of the command line looks at its form.
  const info = JSON.parse(line) as Announcement
  return {
    ...info,
    process: child,
    ...output,
    stop(signal = 'SIGTERM') {
      child.kill(signal)
      return exited
    },
    call: (operation, input) => callOverHttp(info.url, operation, input),
  }
}

export interface ServingAmulet {
  readonly url: string
  readonly stdout: () => string
  readonly stderr: () => string
  stop(signal?: NodeJS.Signals): Promise<number | null>
  call(operation: string, input: unknown): Promise<Answer>
}

/**
 * Starts `amulet serve` on a free port and waits until its log says that it is ready. Killed when the test ends.
 *
 * @param options.program another build of it. Default: today's
 */
export async function amuletServe(
  args: readonly string[],
  {
    cwd = temporaryFolder(),
    env = {},
    program: served = program,
  }: { cwd?: string; env?: Record<string, string>; program?: string } = {},
): Promise<ServingAmulet> {
  const child = spawn(process.execPath, [served, 'serve', '--port', '0', ...args], {
    cwd,
    env: environment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = collect(child)
  const exited = exitCode(child)
  onTestFinished(() => void child.kill('SIGKILL'))
  const ready = new Promise<string>((resolve) => {
    child.stdout.on('data', () => {
      const line = output
        .stdout()
        .split('\n')
        .find((text) => text.includes('"msg":"ready"'))
      // The program's own log line.
      if (line) resolve((JSON.parse(line) as { listening: string }).listening)
    })
  })
  const url = await Promise.race([
    ready,
    exited.then((code) => {
      throw new Error(`amulet serve ended with ${code}: ${output.stderr()}`)
    }),
  ])
  return {
    url,
    ...output,
    stop(signal = 'SIGTERM') {
      child.kill(signal)
      return exited
    },
    call: (operation, input) => callOverHttp(url, operation, input),
  }
}

async function callOverHttp(url: string, operation: string, input: unknown): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
    },
    body: JSON.stringify(input),
  })
  const text = await response.text()
  // Whatever it is, the test says what it should be.
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text || '{}') as Body }
}

function collect(child: ChildProcess) {
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  return { stdout: () => stdout, stderr: () => stderr }
}

const exitCode = (child: ChildProcess) =>
  new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
