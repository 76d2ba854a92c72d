import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { blocksIn, pages, path } from './pages.js'

/** What a reader would type: the lines of shell blocks, and what a sentence has in backticks. */
const commands = [
  ...blocksIn('sh').flatMap(({ code }) => code.replaceAll(/\\\n\s*/g, '').split('\n')),
  ...pages.flatMap(({ text }) => [...text.matchAll(/`([^`\n]+)`/g)].map(([, inline = '']) => inline)),
]

const startingWith = (pattern: RegExp) => commands.flatMap((command) => [...command.matchAll(pattern)])

test('every command of amulet exists, with its options', async () => {
  const amulet = path('packages/server/dist/bin/amulet.js')
  const { stdout: help } = await promisify(execFile)(process.execPath, [amulet, '--help'])
  const found = startingWith(/^(?:(?:npx )?amulet|npx @amulet\/server)(?: ([a-z]+))?(.*)$/g)
  expect(found.length).toBeGreaterThan(10)
  for (const [command, name, rest = ''] of found) {
    if (name) expect(help, command).toMatch(new RegExp(`^ {2}(.*, )?${name} `, 'm'))
    for (const [option] of rest.matchAll(/--[a-z-]+/g)) expect(help, command).toContain(option)
  }
})

test('every command of @amulet/auth exists, with its options', () => {
  const program = readFileSync(path('packages/auth/report/main.ts'), 'utf8')
  const found = startingWith(/^npx @amulet\/auth ([a-z]+)(.*)$/g)
  expect(found.length).toBeGreaterThan(1)
  for (const [command, name = '', rest = ''] of found) {
    expect(program, command).toContain(`Usage: amulet-auth ${name} `)
    for (const [option] of rest.matchAll(/--[a-z-]+/g)) expect(program, command).toContain(option)
  }
})

test('every script and every tool exists', () => {
  const found = [...startingWith(/^(script\/[\w-]+)/g), ...startingWith(/(?<=^npx )(?!amulet\b|@)([\w-]+)/g)]
  expect(found.length).toBeGreaterThan(10)
  // Playwright is there for its project alone.
  for (const [command, name = ''] of found)
    expect(
      [name, `node_modules/.bin/${name}`, `examples/projects/${name}`].some((file) => existsSync(path(file))),
      command,
    ).toBe(true)
})

test('every file that a command is given exists', () => {
  const found = startingWith(/(?<= )((?:packages|examples|bench|apps)\/[\w./-]+)/g)
  expect(found.length).toBeGreaterThan(1)
  for (const [command, name = ''] of found) expect(existsSync(path(name)), command).toBe(true)
})

test('the tables that script/bench measures are named where people look for them', () => {
  const read = (name: string) => readFileSync(path(name), 'utf8')
  const tables = [...read('bench/src/main.ts').matchAll(/^ {2}'?([\w-]+)'?: async/gm)].map(
    ([, name = '']) => name,
  )
  expect(tables).toContain('unknown-users')
  const [, listed = ''] =
    /measures one table: (.*?)\./s.exec(read('script/bench').replaceAll(/\n# /g, ' ')) ?? []
  expect(listed.split(', ')).toEqual(tables)
  for (const table of tables)
    expect(read('docs/performance.md')).toMatch(new RegExp(`\`(--only )?${table}[\`;]`))
})
