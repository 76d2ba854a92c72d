import { execFileSync } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from '../amulet.js'

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url))

/**
 * Builds `amulet` as it was at a commit, with the libraries of today, from the repository's history.
 *
 * @returns the program; `undefined` where the history is not at hand
 */
export function earlierProgram(commit: string): string | undefined {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: ROOT, maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'ignore'] })
  try {
    git('cat-file', '-e', `${commit}^{commit}`)
  } catch {
    try {
      // A shallow clone has the last commits only.
      git('fetch', '--quiet', '--depth=1', 'origin', commit)
    } catch {
      return undefined
    }
  }
  const folder = temporaryFolder()
  execFileSync('tar', ['-xf', '-', '-C', folder], {
    input: git('archive', commit, 'packages/server', 'tsconfig.base.json'),
  })
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  const server = join(folder, 'packages/server')
  execFileSync(process.execPath, [join(server, 'build-program.js')], { cwd: server, stdio: 'inherit' })
  return join(server, 'dist/bin/amulet.js')
}
