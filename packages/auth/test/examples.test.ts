import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as auth from '@amulet/auth'
import { expect, onTestFinished, test } from 'vitest'

// An example that does not compile teaches the wrong thing.

const root = fileURLToPath(new URL('..', import.meta.url))

const sources = await Promise.all(
  (await readdir(`${root}src`, { recursive: true }))
    .filter((name) => name.endsWith('.ts'))
    .map(async (name) => ({ name, text: await readFile(`${root}src/${name}`, 'utf8') })),
)

const docs = sources.flatMap(({ name, text }) =>
  [...text.matchAll(/^\/\*\*\n(?: \*(?!\/).*\n)+ \*\/\n(?:export \w+ (\w+))?/gm)].map(([doc, exported]) => ({
    name,
    exported,
    doc,
  })),
)

const exampleOf = (doc: string) =>
  / \* @example\n \* ```ts\n((?: \*.*\n)+?) \* ```\n/.exec(doc)?.[1]?.replace(/^ \* ?/gm, '')

test('every public function and class has an example', () => {
  const withExample = docs.filter(({ doc }) => exampleOf(doc)).map(({ exported }) => exported)
  expect(withExample).toEqual(expect.arrayContaining(Object.keys(auth)))
})

test('the documentation of every call leads to the names of its errors', () => {
  const calls = docs.filter(({ name, exported }) => name.startsWith('api/') && exported && exported in auth)
  expect(calls.length).toBeGreaterThan(15)
  for (const { exported, doc } of calls) {
    expect(doc).toContain(`@throws AuthError (\`AuthErrorNames['${exported}']\`)`)
  }
})

test('every example compiles, as strictly as the package itself', async () => {
  // Inside the package, so that it finds what an application would have installed.
  await mkdir(`${root}.cache`, { recursive: true })
  const folder = await mkdtemp(`${root}.cache/examples-`)
  onTestFinished(() => rm(folder, { recursive: true }))
  const examples = docs.flatMap(({ doc, ...of }) => {
    const example = exampleOf(doc)
    return example ? [{ ...of, example }] : []
  })
  expect(examples.length).toBeGreaterThan(20)
  for (const { name, exported = 'type', example } of examples) {
    const file = `${name.replace(/\W+/g, '-')}-${exported}.ts`
    await writeFile(`${folder}/${file}`, example)
  }
  const config = {
    extends: '../../../../tsconfig.base.json',
    compilerOptions: {
      composite: false,
      declaration: false,
      noEmit: true,
      module: 'esnext',
      moduleResolution: 'bundler',
      lib: ['es2023', 'dom', 'dom.iterable'],
      paths: { '@amulet/auth': ['../../src/index.ts'] },
    },
    include: ['*.ts'],
  }
  await writeFile(`${folder}/tsconfig.json`, JSON.stringify(config))
  const tsc = fileURLToPath(new URL('../../../node_modules/.bin/tsc', import.meta.url))
  const { stdout } = await promisify(execFile)(tsc, ['-p', folder]).catch((error) => error)
  expect(stdout).toBe('')
})
