import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/**
 * Some tests run `amulet` as people do, as a process of its own: that is the compiled program. Compiled only: whether
 * the types are right is a check of its own.
 */
export default function build(): void {
  const root = fileURLToPath(new URL('../../..', import.meta.url))
  const tsc = ['node_modules/typescript/bin/tsc', '-b', 'packages/server', '--noCheck']
  execFileSync(process.execPath, tsc, { cwd: root, stdio: 'inherit' })
}
