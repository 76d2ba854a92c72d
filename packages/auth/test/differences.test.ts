import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

// A difference that no test shows is a promise.

const page = await readFile(new URL('../../../docs/amplify-differences.md', import.meta.url), 'utf8')

const mended = page
  .slice(page.indexOf('## Fixed'), page.indexOf('## Kept'))
  .split(/^- /m)
  .slice(1)
  .map((line) => line.replace(/\s+/g, ' '))

test('every difference that is called fixed names a test, and the test is there', async () => {
  const files = await readdir(new URL('.', import.meta.url), { recursive: true })
  expect(mended.length).toBeGreaterThan(30)
  for (const line of mended) {
    const [, file = '', titles = ''] = /`([\w-]+(?:\/[\w-]+)?\.test\.ts)`: (".*")/.exec(line) ?? []
    expect(files, line).toContain(file)
    const source = await readFile(new URL(file, import.meta.url), 'utf8')
    for (const [, title] of titles.matchAll(/"([^"]+)"/g)) expect(source, line).toContain(`'${title}'`)
  }
})
