import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { DIFFERENCES } from './differences.js'

// A difference that no test shows is a promise.

const page = await readFile(new URL('../../../docs/amplify-differences.md', import.meta.url), 'utf8')

const fixed = page
  .slice(page.indexOf('## Fixed'), page.indexOf('## Kept'))
  .split(/^- /m)
  .slice(1)
  .map((line) => line.replace(/\s+/g, ' ').replaceAll('**', ''))

test('every difference that is called fixed has a test, and every test is about one of them', () => {
  expect(fixed.length).toBeGreaterThan(30)
  const shown = fixed.map((line) => DIFFERENCES.filter(({ words }) => line.startsWith(words)))
  expect(fixed.filter((_, index) => shown[index]?.length !== 1)).toEqual([])
  expect(DIFFERENCES.filter((difference) => !shown.flat().includes(difference))).toEqual([])
})

test('the tests that differences name exist', async () => {
  const files = await readdir(new URL('.', import.meta.url), { recursive: true })
  for (const { words, file, tests } of DIFFERENCES) {
    expect(files, words).toContain(file)
    const source = await readFile(new URL(file, import.meta.url), 'utf8')
    expect(tests.length, words).toBeGreaterThan(0)
    for (const title of tests) expect(source, words).toContain(`'${title}'`)
  }
})
