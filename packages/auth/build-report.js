// `npx @amulet/auth report` parses TypeScript. Its parser comes along in one file, so that it is no dependency of the package:
// applications neither install nor bundle it.

import { chmodSync, copyFileSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const folder = fileURLToPath(new URL('./dist/bin/', import.meta.url))
mkdirSync(folder, { recursive: true })
const program = join(folder, 'amulet-auth.js')
await build({
  entryPoints: [fileURLToPath(new URL('./report/main.ts', import.meta.url))],
  outfile: program,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minify: true,
  logLevel: 'warning',
})
chmodSync(program, 0o755)
// Its licence asks to go where the code goes.
const parser = dirname(createRequire(import.meta.url).resolve('@babel/parser/package.json'))
copyFileSync(join(parser, 'LICENSE'), join(folder, 'LICENSE-babel-parser'))
