import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { pages, path } from './pages.js'

// Sentences about users, requests and pages name them. Pronouns in their place make readers guess.

const VAGUE = /\b(?:nobody|somebody|anybody|everybody|whoever|mended)\b/gi

const sources = ['packages/auth/src', 'packages/auth/report', 'packages/server/src', 'apps/demo/src'].flatMap(
  (folder) =>
    readdirSync(path(folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => `${folder}/${name}`),
)

test('pages, comments and messages name what they are about', () => {
  const texts = [
    ...pages.map(({ name, text }) => ({ name, text })),
    ...sources.map((name) => ({ name, text: readFileSync(path(name), 'utf8') })),
  ]
  expect(texts.length).toBeGreaterThan(300)
  const found = texts.flatMap(({ name, text }) =>
    [...text.matchAll(VAGUE)].map(([word]) => `${name}: ${word}`),
  )
  expect(found).toEqual([])
})
