import { readFile } from 'node:fs/promises'
import { expect, test, vi } from 'vitest'

test('the quick start signs somebody up and in', async () => {
  const log = vi.spyOn(console, 'log')
  await import('./quick-start.js')
  expect(log).toHaveBeenCalledExactlyOnceWith({
    sub: expect.stringMatching(/^[0-9a-f-]{36}$/),
    email: 'ada@example.com',
    email_verified: 'true',
  })
})

test('the quick start of the README is the one that runs', async () => {
  const [readme, example] = await Promise.all(
    ['../README.md', './quick-start.ts'].map((path) => readFile(new URL(path, import.meta.url), 'utf8')),
  )
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\`\n`)
})
