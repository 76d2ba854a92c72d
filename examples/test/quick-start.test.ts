import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { expect, test, vi } from 'vitest'
import { path } from './pages.js'

const readme = readFileSync(path('README.md'), 'utf8')

test('the quick start signs a user up and in', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  await import('../quick-start.js')
  expect(log).toHaveBeenCalledExactlyOnceWith({
    sub: expect.stringMatching(/^[0-9a-f-]{36}$/),
    email: 'ada@example.com',
    email_verified: 'true',
  })
})

test('the quick start of the README is the one that runs', () => {
  expect(readme).toContain(`\`\`\`ts\n${readFileSync(path('examples/quick-start.ts'), 'utf8')}\`\`\`\n`)
})

test('the command of the README runs it', async () => {
  const run = promisify(execFile)
  const [, tool = '', file = ''] = /^npx (\S+) (\S+quick-start\S+)$/m.exec(readme) ?? []
  const { stdout } = await run(path(`node_modules/.bin/${tool}`), [file], { cwd: path('') })
  expect(stdout).toContain("email: 'ada@example.com'")
})
