// Makes a mistake in the program as it is built, for the tests that run it: commands are processes of their own, in which
// the mistakes of a test run are not.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'

/** Of test files, those that run the program. */
export const testsOfProgram = (tests) =>
  tests.filter((test) => readFileSync(test, 'utf8').includes("from './amulet.js'"))

/**
 * Runs something while a mistake is in the built program.
 *
 * @template T
 * @param {import('./candidates.mjs').Candidate & { file: string }} mutant
 * @param {() => Promise<T>} run
 * @returns {Promise<T>}
 */
export async function inProgram({ file, start, end, replace }, run) {
  const text = readFileSync(file, 'utf8')
  try {
    writeFileSync(file, `${text.slice(0, start)}(${replace})${text.slice(end)}`)
    build()
  } finally {
    writeFileSync(file, text)
  }
  try {
    return await run()
  } finally {
    build()
  }
}

const build = () => execFileSync(process.execPath, ['packages/server/build-program.js'])
