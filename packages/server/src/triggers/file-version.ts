import { statSync } from 'node:fs'

/** Changes when a file does; empty for one that is not there. */
export function fileVersion(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false })
  return found ? `${found.mtimeMs} ${found.size} ${found.ino}` : ''
}
