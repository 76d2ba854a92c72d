import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { environment } from '../../../packages/server/test/amulet.js'
import { launchBrowser } from './start.js'

// What `script/server` runs after it has built everything. These tests need the built packages, as it does.
const serve = fileURLToPath(new URL('../serve.js', import.meta.url))

let browser: Awaited<ReturnType<typeof launchBrowser>>
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

function startServers(args: string[], env: Record<string, string> = {}) {
  const servers = spawn(process.execPath, [serve, '--database', 'sqlite::memory:', ...args], {
    env: environment({ DEMO_PORT: '0', ...env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => {
    servers.kill()
  })
  return servers
}

/** What the servers have printed once it matches. */
function printed({ stdout }: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let output = ''
    stdout?.on('data', (chunk) => {
      output += chunk
      const match = pattern.exec(output)
      if (match) resolve(match)
    })
    stdout?.on('end', () => reject(new Error(`The servers ended. They had printed: ${output}`)))
  })
}

const announced = /Demo +(\S+)\s+User pool +(\S+)/

/** A port that another process listens on, until it is freed. */
async function takePort() {
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  const free = () => new Promise<unknown>((resolve) => holder.close(resolve))
  onTestFinished(async () => {
    await free()
  })
  const address = holder.address()
  if (typeof address !== 'object' || !address) throw new Error('Listening on a port has an address')
  return { port: `${address.port}`, free }
}

test('the page and the pool start together and know each other', async () => {
  const servers = startServers(['--port', '0'])
  const [, page = '', pool = ''] = await printed(servers, announced)

  const tab = await browser.newPage()
  tab.setDefaultTimeout(20_000)
  await tab.goto(page)
  await tab.getByText(`Pool us-east-1_AmuletDemo at ${pool}`).waitFor()
  await tab.getByLabel('E-mail address').fill('nobody@example.com')
  await tab.getByLabel('Password', { exact: true }).fill('Correct-horse-1')
  await tab.getByRole('button', { name: 'Sign in', exact: true }).click()
  await tab.getByText('The e-mail address and the password do not match.').waitFor()
})

test.each(['SIGINT', 'SIGTERM'] as const)('%s stops both', async (signal) => {
  const servers = startServers(['--port', '0'])
  const exit = once(servers, 'exit')
  const [, page = '', pool = ''] = await printed(servers, announced)
  servers.kill(signal)
  expect(await exit).toEqual([0, null])
  await expect(fetch(pool)).rejects.toThrow()
  await expect(fetch(page)).rejects.toThrow()
})

test('an unforeseen error stops both', async () => {
  // Into the script alone: the pool inherits the environment, and is to be stopped by the script.
  const fault = `if (process.argv[1].endsWith('serve.js')) process.on('SIGUSR2', () => { throw new Error('a fault') })`
  const servers = startServers(['--port', '0'], {
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(fault)}`,
  })
  const exit = once(servers, 'exit')
  const message = text(servers.stderr)
  const [, page = '', pool = ''] = await printed(servers, announced)
  servers.kill('SIGUSR2')
  expect(await exit).toEqual([1, null])
  expect(await message).toContain('a fault')
  await expect(fetch(pool)).rejects.toThrow()
  await expect(fetch(page)).rejects.toThrow()
})

test('a taken port of the pool is named, and nothing is left running', async () => {
  const { port } = await takePort()
  const servers = startServers(['--port', port])
  const [[code], message] = await Promise.all([once(servers, 'exit'), text(servers.stderr)])
  expect(message).toContain(port)
  expect(message).toMatch(/in use/)
  expect(code).toBe(1)
})

test.each([
  ['is taken', async () => (await takePort()).port],
  ['there cannot be', async () => '99999'],
  ['is no number', async () => 'demo'],
])('a port of the page that %s is named, and no pool is left running', async (_, port) => {
  const demoPort = await port()
  const poolPort = await takePort()
  await poolPort.free()
  const servers = startServers(['--port', poolPort.port], { DEMO_PORT: demoPort })
  // The output ends when no process is left that could write to it.
  const [[code], message] = await Promise.all([
    once(servers, 'exit'),
    text(servers.stderr),
    text(servers.stdout),
  ])
  expect(message).toMatch(
    new RegExp(
      `^The demo cannot be served at port ${demoPort}: .+\\. Set DEMO_PORT to a free port, .+\\.\\n$`,
    ),
  )
  expect(code).toBe(1)
})

test('a pool without an app client is reported as such, and stopped', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'amulet-demo-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const config = join(folder, 'amulet.config.json')
  await writeFile(config, JSON.stringify({ userPools: [{ UserPoolId: 'us-east-1_Bare', PoolName: 'Bare' }] }))
  const servers = startServers(['--port', '0', '--config', config])
  const [[code], message] = await Promise.all([
    once(servers, 'exit'),
    text(servers.stderr),
    text(servers.stdout),
  ])
  expect(message).toContain('The user pool us-east-1_Bare has no app client to sign in through.')
  expect(code).toBe(1)
})
