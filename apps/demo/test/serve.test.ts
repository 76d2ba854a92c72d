import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { launchBrowser } from './start.js'

// What `script/server` runs after it has built everything. These tests need the built packages, as it does.
const serve = fileURLToPath(new URL('../serve.js', import.meta.url))

let browser: Awaited<ReturnType<typeof launchBrowser>>
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

function startServers(...args: string[]) {
  const servers = spawn(process.execPath, [serve, '--database', 'sqlite::memory:', ...args], {
    env: { ...process.env, DEMO_PORT: '0' },
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

test('the page and the pool start together, know each other, and stop together', async () => {
  const servers = startServers('--port', '0')
  const exit = once(servers, 'exit')
  const [, page = '', pool = ''] = await printed(servers, /Demo +(\S+)\s+User pool +(\S+)/)

  const tab = await browser.newPage()
  tab.setDefaultTimeout(10_000)
  await tab.goto(page)
  await tab.getByText(`Pool us-east-1_AmuletDev at ${pool}`).waitFor()
  await tab.getByLabel('E-mail address').fill('nobody@example.com')
  await tab.getByLabel('Password', { exact: true }).fill('Correct-horse-1')
  await tab.getByRole('button', { name: 'Sign in', exact: true }).click()
  await tab.getByText('The e-mail address and the password do not match.').waitFor()

  servers.kill('SIGINT')
  expect(await exit).toEqual([0, null])
  await expect(fetch(pool)).rejects.toThrow()
  await expect(fetch(page)).rejects.toThrow()
})

test('a port that is taken is named, and nothing is left running', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const address = other.address()
  if (typeof address !== 'object' || !address) throw new Error('Listening on a port has an address')

  const servers = startServers('--port', String(address.port))
  const [[code], message] = await Promise.all([once(servers, 'exit'), text(servers.stderr)])
  other.close()
  expect(message).toContain(`${address.port}`)
  expect(message).toMatch(/in use/)
  expect(code).toBe(1)
})
