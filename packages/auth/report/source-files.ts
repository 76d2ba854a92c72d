import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** What holds code of others, or what a build has made. */
const IGNORED = new Set(['node_modules', 'dist', 'build', 'out', 'coverage', 'public', 'storybook-static'])

const SOURCE = /\.(?:[cm]?[jt]sx?|vue|svelte|astro)$/

/** The source files of an application, by path; declarations and hidden folders are left out. */
export function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => a.name.localeCompare(b.name, 'en'))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.name.startsWith('.')) return []
      if (entry.isDirectory()) return IGNORED.has(entry.name) ? [] : sourceFiles(path)
      return entry.isFile() && SOURCE.test(entry.name) && !/\.d\.[cm]?ts$/.test(entry.name) ? [path] : []
    })
}
