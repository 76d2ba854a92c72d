import { readFileSync } from 'node:fs'
import type { Plugin } from 'vitest/config'

/** One edit of a source, made while a test run loads it. The file itself stays as it is. */
export interface Mutant {
  /** From the root of the repository. */
  readonly file: string
  /** Text that occurs once in the file. */
  readonly find: string
  readonly replace: string
}

/** Loads the sources with the mutant in `AMULET_MUTANT`, if there is one. See `run.mjs`. */
export function mutantPlugin(): Plugin | undefined {
  const { AMULET_MUTANT } = process.env
  if (!AMULET_MUTANT) return undefined
  // What `run.mjs` has written.
  const { file, find, replace } = JSON.parse(AMULET_MUTANT) as Mutant
  return {
    name: 'mutant',
    enforce: 'pre',
    load(id) {
      if (!id.endsWith(`/${file}`)) return undefined
      return readFileSync(id, 'utf8').replace(find, () => replace)
    },
  }
}
