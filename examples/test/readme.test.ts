import { readFile } from 'node:fs/promises'
import * as auth from '@amulet/auth'
import { expect, test } from 'vitest'

// A table of what works is worth something only while it is true.

const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')

/** The calls in the table of the client that are there today, or not yet. */
function calls(today: 'yes' | 'not yet'): string[] {
  const start = readme.indexOf('| `@amulet/auth`', readme.indexOf('## What works today'))
  const rows = readme.slice(start, readme.indexOf('\n\n', start)).split('\n')
  return rows
    .filter((row) => new RegExp(`\\| ${today} +\\|$`).test(row))
    .flatMap((row) => [...row.matchAll(/`([a-z]\w+)`/gi)].map(([, name = '']) => name))
}

test('the README names every call of the client', () => {
  const notCalls = ['AuthError', 'Hub', 'configure', 'isAuthError']
  const exported = Object.keys(auth).filter((name) => !name.startsWith('create') && !notCalls.includes(name))
  expect(calls('yes').sort()).toEqual(exported.sort())
})

test('the sizes in the README are those that are measured', async () => {
  const performance = await readFile(new URL('../../docs/performance.md', import.meta.url), 'utf8')
  const sizesIn = (page: string, row: string) => {
    const [, ours = '', theirs = ''] =
      new RegExp(`^\\| ${row} +\\| +([\\d.]+ kB) \\| +([\\d.]+ kB) \\|`, 'm').exec(page) ?? []
    return [ours, theirs]
  }
  for (const [row, measured] of [
    ['a page that signs in', '`configure`, `signIn`'],
    ['a page that knows the user', '`getCurrentUser`'],
    ['a page that calls an API', '`fetchAuthSession`'],
    ['every call', 'everything'],
  ] as const) {
    expect(sizesIn(readme, row), row).toEqual(sizesIn(performance, measured))
    expect(sizesIn(readme, row)).not.toContain('')
  }
  const [ratio = ''] = /\d+ to \d+ times/.exec(readme) ?? []
  expect(performance).toContain(`takes Amplify ${ratio} as long`)
})

test('the comparison counts the operations as they are', async () => {
  const read = (name: string) => readFile(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8')
  const [, total, answered] =
    /Of the (\d+) operations .* answers (\d+)\./s.exec(await read('operations')) ?? []
  expect(await read('comparison')).toContain(`| ${answered} of ${total} `)
})

test('the README calls nothing missing that exists', () => {
  expect(readme).toContain('| not yet |')
  expect(calls('not yet').filter((name) => name in auth)).toEqual([])
})
