import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as auth from '@amulet/auth'
import * as esbuild from 'esbuild'
import { expect, test } from 'vitest'
import { bundleBytes } from '../report/bundle-bytes.js'
import { MEASURED_SIZES } from '../report/measured-sizes.js'
import { MEMBERS } from '../report/options.js'

// What the report knows of this package is written down, since it reads applications without loading it.

const read = (path: string) => readFileSync(new URL(`../src/${path}`, import.meta.url), 'utf8')
const index = read('index.ts')

/** Declarations of a file that are exported as types. */
const typesIn = (source: string) =>
  [...source.matchAll(/^export (?:type|interface) (\w+)/gm)].map(([, name = '']) => name)

test('the report knows the names that the package exports, and -u updates them', async () => {
  const named = [...index.matchAll(/\btype (\w+)/g)].map(([, name = '']) => name)
  const listed = [...index.matchAll(/^export type \{([^}]+)\}/gm)].flatMap(([, names = '']) =>
    names.split(',').map((name) => name.trim()),
  )
  const whole = [...index.matchAll(/^export type \* from '\.\/(\w+)\.js'/gm)].flatMap(([, file]) =>
    typesIn(read(`${file}.ts`)),
  )
  const types = [...new Set([...named, ...listed, ...whole])].filter(Boolean).sort()
  expect(types.length).toBeGreaterThan(100)
  const lines = (names: string[]) => names.map((name) => `  '${name}',\n`).join('')
  await expect(`// Written by report-tables.test.ts.

/** What \`@amulet/auth\` exports. */
export const VALUES: readonly string[] = [
${lines(Object.keys(auth).sort())}]

/** Types that it exports. */
export const TYPES: readonly string[] = [
${lines(types)}]
`).toMatchFileSnapshot('../report/names.ts')
})

test('the members of inputs are those of the calls', () => {
  for (const [call, members] of Object.entries(MEMBERS)) {
    const file = call.replaceAll(/WebAuthn|TOTP|MFA|[A-Z]/g, (part) =>
      part === 'WebAuthn' ? '-web-authn' : `-${part.toLowerCase()}`,
    )
    const source = read(`api/${file}.ts`) + read('models.ts') + read('session/get-tokens.ts')
    expect(Object.keys(auth)).toContain(call)
    for (const member of members) {
      const name = member.replace('options.', '')
      expect(source, `${call}: ${member}`).toMatch(new RegExp(`(?:^|[{;]) *${name}\\??:`, 'm'))
    }
  }
})

test('the table has the measured sizes, to a twentieth, and the smallest page first', async () => {
  const here = fileURLToPath(new URL('.', import.meta.url))
  expect(MEASURED_SIZES.length).toBeGreaterThan(4)
  const measured = await Promise.all(
    MEASURED_SIZES.map(async ({ names }) => {
      const list = names.join(', ')
      const amplify = `export { Amplify } from 'aws-amplify'\nexport { ${list} } from 'aws-amplify/auth'`
      return {
        names,
        before: await bundleBytes(esbuild, here, amplify),
        after: await bundleBytes(esbuild, here, `export { configure, ${list} } from '../src/index.ts'`),
      }
    }),
  )
  for (const [row, { names, before, after }] of measured.entries()) {
    const told = MEASURED_SIZES[row]
    expect(Math.abs(before / (told?.before ?? 0) - 1), `${names}: ${before}`).toBeLessThan(0.05)
    expect(Math.abs(after / (told?.after ?? 0) - 1), `${names}: ${after}`).toBeLessThan(0.05)
  }
  const befores = MEASURED_SIZES.map(({ after }) => after)
  expect(befores).toEqual(befores.toSorted((a, b) => a - b))
})

test('the pages and headings that the report links to exist', () => {
  const root = new URL('../../../', import.meta.url)
  const { homepage } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
  const source = (name: string) => readFileSync(new URL(`../report/${name}.ts`, import.meta.url), 'utf8')
  expect(source('report')).toContain(`'${homepage.replace(/#.*/, '')}/blob/main/docs/'`)
  const parts = [...source('report').matchAll(/^ {2}\['([\w-]+)', /gm)].map(([, part]) => part)
  const links = [...source('entry-points').matchAll(/'([\w-]+\.md(?:#[\w-]+)?)'/g)].map(([, link]) => link)
  expect(links.length).toBeGreaterThan(5)
  expect(parts.length).toBeGreaterThan(4)
  for (const link of [...links, ...parts.map((part) => `amplify-differences.md#${part}`)]) {
    const [page = '', anchor] = link?.split('#') ?? []
    const text = readFileSync(new URL(`docs/${page}`, root), 'utf8')
    const anchors = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    )
    if (anchor) expect(anchors, link).toContain(anchor)
  }
})
