import { readFileSync } from 'node:fs'
import type { Plugin } from 'vitest/config'
import { type Candidate, withMutants } from './candidates.mjs'

/** What `sample.mjs` tells a test run. */
export interface Plan {
  readonly mutants: readonly (Candidate & { readonly id: string; readonly file: string })[]
  /** The only one of this run, if it is in its code as it is loaded. */
  readonly awake?: string
  /** Whether each test tries each mutant that it comes past, and not only the first few of a file. */
  readonly thorough?: boolean
  /** The file for what comes of it, a line each. */
  readonly log: string
}

// What `sample.mjs` has written.
export const planOfRun = (): Plan =>
  JSON.parse(readFileSync(process.env.AMULET_MUTANTS ?? '', 'utf8')) as Plan

/** Loads the sources with the mutants of the plan asleep in them, if there is a plan. See `sample.mjs`. */
export function sampledPlugin(): Plugin | undefined {
  if (!process.env.AMULET_MUTANTS) return undefined
  const { mutants } = planOfRun()
  return {
    name: 'sampled mutants',
    enforce: 'pre',
    load(id) {
      const inFile = mutants.filter(({ file }) => id.endsWith(`/${file}`))
      if (inFile.length > 0) return withMutants(readFileSync(id, 'utf8'), inFile)
      return undefined
    },
  }
}
