import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { pages, path } from './pages.js'

// Sentences about users, requests and pages name them. Pronouns in their place make readers guess.

const VAGUE = /\b(?:nobody|somebody|anybody|everybody|whoever|mended|lies? (?:in|beside))\b/gi

const filesIn = (...folders: string[]) =>
  folders.flatMap((folder) =>
    readdirSync(path(folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(?:[jt]sx?|mjs)$|^[\w-]+$/.test(entry.name))
      .map((entry) => `${entry.parentPath}/${entry.name}`),
  )

/** Everything that is said in these: their text is code and sentences, and no more. */
const sources = filesIn('packages/auth/src', 'packages/auth/report', 'packages/server/src', 'apps/demo/src')

/** Comments and names of tests: users of tests may be called `nobody`. */
const spokenOf = (text: string) =>
  text
    .split('\n')
    .flatMap((line) =>
      /^\s*(?:\/?\*|#)|\/\/ .*|\b(?:test|describe)(?:\.\w+)*\(|^\s*\]\)\(/.test(line) ? [line] : [],
    )
    .map((line) => line.replaceAll(/`\w+`|'\w+'|\w+@[\w.]+/g, ''))
    .join('\n')

const tests = filesIn(
  'packages/auth/test',
  'packages/server/test',
  'apps/demo/test',
  'examples/test',
  'bench/src',
  'script',
).filter((name) => !name.endsWith('plain-words.test.ts'))

test('pages, comments, messages and names of tests name what they are about', () => {
  const texts = [
    ...pages.map(({ name, text }) => ({ name, text })),
    ...sources.map((name) => ({ name, text: readFileSync(name, 'utf8') })),
    ...tests.map((name) => ({ name, text: spokenOf(readFileSync(name, 'utf8')) })),
  ]
  expect(texts.length).toBeGreaterThan(600)
  const found = texts.flatMap(({ name, text }) =>
    [...text.matchAll(VAGUE)].map(([word]) => `${name}: ${word}`),
  )
  expect(found).toEqual([])
})
