// Jest runs tests as CommonJS unless it is told otherwise, and cannot load an ES module then. This makes a second build for
// it, module by module, so that the entry points share their state as those of the first do.
//
// Node.js and bundlers get the ES modules for `require` as well: the conditions that they know come first in `exports`. No
// process has two copies of the default context.

import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const path = (name) => fileURLToPath(new URL(name, import.meta.url))
const sources = readdirSync(path('src'), { recursive: true }).filter((name) => name.endsWith('.ts'))

rmSync(path('dist/cjs'), { recursive: true, force: true })
await build({
  entryPoints: sources.map((name) => path(`src/${name}`)),
  outdir: path('dist/cjs'),
  outbase: path('src'),
  bundle: true,
  format: 'cjs',
  target: 'es2022',
  // Modules that are loaded on demand are loaded by `require`: without a flag, Jest has no `import()`.
  supported: { 'dynamic-import': false },
  logLevel: 'warning',
  plugins: [
    {
      name: 'modules stay apart',
      setup({ onResolve }) {
        // What comes of packages is part of the module that imports it: @noble/hashes has ES modules only.
        onResolve({ filter: /^\./ }, ({ path, importer }) =>
          importer.includes('node_modules') ? undefined : { path, external: true },
        )
      },
    },
  ],
})
writeFileSync(path('dist/cjs/package.json'), '{ "type": "commonjs" }\n')
for (const name of sources) {
  const declarations = name.replace(/\.ts$/, '.d.ts')
  cpSync(path(`dist/${declarations}`), path(`dist/cjs/${declarations}`))
}
