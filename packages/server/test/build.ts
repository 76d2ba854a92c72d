import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/**
 * Some tests run `amulet` or an example as people do, as a process of its own: that is what is built. Built only: whether
 * the types are right is a check of its own.
 */
export default function build(): void {
  // A run with a mistake in it comes after one without, which has built.
  if (process.env.AMULET_MUTANT || process.env.AMULET_MUTANTS) return
  const root = fileURLToPath(new URL('../../..', import.meta.url))
  const run = (...args: string[]) => execFileSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
  run('node_modules/typescript/bin/tsc', '-b', 'packages/auth', 'packages/server', '--noCheck')
  run('packages/server/build-program.js')
}
