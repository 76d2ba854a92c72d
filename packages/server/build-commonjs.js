// Jest runs tests as CommonJS unless it is told otherwise, and cannot load an ES module then. This makes a second build for
// it, of the entry points.
//
// Node.js gets the ES modules for `require` as well: the condition that it knows, and Jest does not, comes first in
// `exports`. No process has two copies.

import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const dist = fileURLToPath(new URL('./dist/', import.meta.url))
const cjs = join(dist, 'cjs')

/** Libraries that have ES modules only. */
const BUNDLED = ['jose', 'openid-client', 'oauth4webapi']
const isBundled = (module) => BUNDLED.some((name) => module === name || module.startsWith(`${name}/`))

rmSync(cjs, { recursive: true, force: true })
await build({
  entryPoints: ['index', 'testing/index'].map((name) =>
    fileURLToPath(new URL(`./src/${name}.ts`, import.meta.url)),
  ),
  outdir: cjs,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  // Without a flag, Jest has no `import()`.
  supported: { 'dynamic-import': false },
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'inline',
  // The threads of functions are started from the ES module.
  define: { 'import.meta.url': 'moduleUrl' },
  banner: {
    js: "const moduleUrl=require('node:url').pathToFileURL(require('node:path').join(__dirname,'../index.js')).href;",
  },
  logLevel: 'warning',
  plugins: [
    {
      name: 'libraries',
      setup({ onResolve }) {
        onResolve({ filter: /^[^./]/ }, ({ path }) => (isBundled(path) ? undefined : { external: true }))
        // The test kit has no server of its own.
        onResolve({ filter: /\/create-server\.js$/ }, ({ importer }) =>
          importer.includes('testing') ? { path: '../index.js', external: true } : undefined,
        )
      },
    },
  ],
})
writeFileSync(join(cjs, 'package.json'), '{ "type": "commonjs" }\n')

/** The declarations that the entry points lead to. */
const declarations = new Set(['index.d.ts', 'testing/index.d.ts'])
for (const name of declarations) {
  const text = readFileSync(join(dist, name), 'utf8')
  for (const [, path] of text.matchAll(/(?:from |import\()['"](\.[^'"]+)\.js['"]/g))
    declarations.add(join(dirname(name), `${path}.d.ts`))
  cpSync(join(dist, name), join(cjs, name))
}
