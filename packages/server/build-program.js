// `amulet` is made of some six hundred modules, of ours and of the libraries it starts with. Node.js spends most of a
// start on finding and reading them one by one. In one file they start in a third of the time and in less memory.
//
// Only the program is bundled. Imports of the package get plain modules.

import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const folder = fileURLToPath(new URL('./dist/bin/', import.meta.url))

/** What every start needs. The other libraries are native, or loaded by few. */
const BUNDLED = ['@hono/node-server', 'hono', 'jose', 'kysely']
const isBundled = (module) => BUNDLED.some((name) => module === name || module.startsWith(`${name}/`))

const { outputFiles } = await build({
  entryPoints: {
    amulet: fileURLToPath(new URL('./src/cli/main.ts', import.meta.url)),
    // A thread of its own, which the program starts by the name of this file.
    'function-worker': fileURLToPath(new URL('./src/function-worker.ts', import.meta.url)),
  },
  outdir: folder,
  write: false,
  bundle: true,
  // What few starts need stays in files of its own.
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // Names stay: they are what an error's stack is read by.
  minifySyntax: true,
  minifyWhitespace: true,
  logLevel: 'warning',
  plugins: [
    {
      name: 'libraries',
      setup({ onResolve }) {
        onResolve({ filter: /^[^./]/ }, ({ path }) => (isBundled(path) ? undefined : { external: true }))
      },
    },
  ],
})

mkdirSync(folder, { recursive: true })
const files = new Map(outputFiles.map(({ path, contents }) => [basename(path), contents]))
// Their licences ask to go where the code goes.
for (const name of BUNDLED) {
  const library = fileURLToPath(new URL(`../../node_modules/${name}/`, import.meta.url))
  const licence = readdirSync(library).find((file) => /^licen[cs]e/i.test(file))
  if (!licence) throw new Error(`${name} has no licence to copy.`)
  files.set(`LICENSE-${name.replace(/\W+/g, '-')}`, readFileSync(join(library, licence)))
}
// A program that is running, or starting, does not notice: what is the same stays, what changed is replaced at once,
// and the file that names the others comes last.
const last = 'amulet.js'
for (const name of [...[...files.keys()].filter((name) => name !== last), last]) {
  const path = join(folder, name)
  const contents = files.get(name)
  if (existsSync(path) && readFileSync(path).equals(contents)) continue
  writeFileSync(`${path}.new`, contents, name === last ? { mode: 0o755 } : {})
  renameSync(`${path}.new`, path)
}
// `script/bootstrap` looks when this was last done.
utimesSync(join(folder, last), new Date(), new Date())
for (const name of readdirSync(folder)) if (!files.has(name)) rmSync(join(folder, name), { recursive: true })
