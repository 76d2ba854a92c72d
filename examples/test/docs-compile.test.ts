import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { transform } from 'esbuild'
import { expect, onTestFinished, test } from 'vitest'
import { amplifyOutputs, blocksIn, path } from './pages.js'
import { source } from './run-block.js'

// Readers copy from the documentation.

test('every block of TypeScript compiles, as strictly as the packages themselves', async () => {
  // Inside the repository, so that a block finds what a reader would have installed.
  mkdirSync(path('examples/.cache'), { recursive: true })
  const folder = mkdtempSync(path('examples/.cache/compile-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const blocks = ['ts', 'tsx'].flatMap((language) => blocksIn(language))
  expect(blocks.length).toBeGreaterThan(20)
  for (const { name, code, language } of blocks)
    writeFileSync(`${folder}/${name}.${language}`, source(language, code))
  writeFileSync(`${folder}/amplify_outputs.json`, amplifyOutputs)
  const config = {
    extends: '../../../tsconfig.base.json',
    compilerOptions: {
      composite: false,
      declaration: false,
      noEmit: true,
      module: 'esnext',
      moduleResolution: 'bundler',
      // A block without an import is a module all the same.
      moduleDetection: 'force',
      lib: ['es2023', 'dom', 'dom.iterable'],
      types: ['node'],
      jsx: 'react-jsx',
      jsxImportSource: 'hono/jsx',
      paths: {
        '@amulet/auth': ['../../../packages/auth/src/index.ts'],
        '@amulet/server': ['../../../packages/server/src/index.ts'],
        '@amulet/server/testing': ['../../../packages/server/src/testing/index.ts'],
      },
    },
    files: blocks.map(({ name, language }) => `${name}.${language}`),
  }
  writeFileSync(`${folder}/tsconfig.json`, JSON.stringify(config))
  const tsc = promisify(execFile)(path('node_modules/.bin/tsc'), ['-p', folder])
  const { stdout } = await tsc.catch((error) => error)
  expect(stdout).toBe('')
})

test('every block of JavaScript is JavaScript', async () => {
  const blocks = blocksIn('js')
  expect(blocks.length).toBeGreaterThan(5)
  for (const { code, name } of blocks)
    await expect(transform(code, { loader: 'js', logLevel: 'silent' }), name).resolves.toBeDefined()
})

test('every block of JSON is JSON', () => {
  const blocks = blocksIn('json')
  expect(blocks.length).toBeGreaterThan(2)
  for (const { code, name } of blocks) expect(() => JSON.parse(code), name).not.toThrow()
})

test.each([
  ['sign-up', 'docs/developing.md'],
  ['triggers', 'docs/developing.md'],
  ['passkeys', 'docs/passkeys.md'],
  ['sign-in', 'docs/testing.md'],
])('the test of %s in %s is the one that runs', (name, page) => {
  const example = readFileSync(path(`examples/${name}.test.ts`), 'utf8')
  expect(blocksIn('ts', page).map(({ code }) => code)).toContain(example)
})

test.each([
  ['vitest', 'vitest/sign-in.test.ts'],
  ['vitest', 'vitest/msw.test.ts'],
  ['jest', 'jest/sign-in.test.js'],
  ['jest', 'jest/jsdom-environment.js'],
  ['jest', 'jest/jest.config.js'],
  ['playwright', 'playwright/tests/fixtures.ts'],
  ['playwright', 'playwright/tests/sign-in.spec.ts'],
  ['playwright', 'playwright/tests/shared-server.spec.ts'],
  ['playwright', 'playwright/playwright.config.ts'],
])('docs/testing-%s.md shows %s as it runs', (page, file) => {
  const blocks = ['js', 'typescript'].flatMap((language) => blocksIn(language, `docs/testing-${page}.md`))
  expect(blocks.map(({ code }) => code)).toContain(readFileSync(path(`examples/projects/${file}`), 'utf8'))
})
