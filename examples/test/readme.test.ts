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

test('the README names every call of the client that there is', () => {
  const notCalls = ['AuthError', 'Hub', 'configure', 'isAuthError']
  const exported = Object.keys(auth).filter((name) => !name.startsWith('create') && !notCalls.includes(name))
  expect(calls('yes').sort()).toEqual(exported.sort())
})

test('the README calls nothing missing that is there', () => {
  expect(readme).toContain('| not yet |')
  expect(calls('not yet').filter((name) => name in auth)).toEqual([])
})
