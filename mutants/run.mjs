// Makes each edit of `edits.mjs` in turn and runs the tests that should notice it: `script/campaign mutants`. With
// `--check` it only looks whether all of them can still be made, as `script/test` does.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { transformSync } from 'esbuild'
import { edits } from './edits.mjs'
import { harmless } from './harmless.mjs'
import { FOLDERS, filesOf } from './sampled-folders.mjs'

const { check, only } = parseArgs({
  options: { check: { type: 'boolean', default: false }, only: { type: 'string', default: '' } },
}).values
const chosen = edits.filter(({ file }) => file.includes(only))
if (chosen.length === 0) {
  console.error(`No edit is of a file whose path has "${only}" in it.`)
  process.exit(2)
}

// An edit that no longer applies would seem to survive, and one whose tests are gone would seem to be noticed.
const stale = chosen.flatMap(({ file, find, tests }) => [
  ...(readFileSync(file, 'utf8').split(find).length === 2
    ? []
    : [`${file} does not have this exactly once: ${find}`]),
  ...tests.filter((test) => !existsSync(test)).map((test) => `There is no ${test}.`),
])
for (const line of new Set(stale)) console.error(line)
if (stale.length > 0) process.exit(2)

const twice = chosen.filter(
  (edit, index) =>
    chosen.findIndex(
      ({ file, find, replace }) =>
        file === edit.file && find.trim() === edit.find.trim() && replace === edit.replace,
    ) < index,
)
for (const { file, what } of twice) console.error(`${file}: this is made two times: ${what}`)
if (twice.length > 0) process.exit(2)

// One that does not parse would fail every test.
for (const { file, find, replace } of chosen)
  transformSync(
    readFileSync(file, 'utf8').replace(find, () => replace),
    { loader: file.endsWith('.tsx') ? 'tsx' : 'ts', sourcefile: file },
  )

if (check) {
  // Code that has changed may be harmless no more.
  const sources = Object.keys(FOLDERS).flatMap(filesOf)
  const gone = harmless.filter(
    ({ file, code }) =>
      !sources.some((source) => source.endsWith(`/${file}`) && readFileSync(source, 'utf8').includes(code)),
  )
  for (const { file, code } of gone)
    console.error(`${file} does not have this, which is listed as harmless: ${code}`)
  if (gone.length > 0) process.exit(2)
  console.log(`All ${chosen.length} mistakes can be made.`)
  process.exit()
}

// Tests that fail without an edit would seem to notice everything.
const tests = [...new Set(chosen.flatMap((edit) => edit.tests))]
console.log(`Running ${tests.length} test files as they are`)
if (!passes(tests)) {
  console.error('They fail without an edit. Fix that first: script/test says how.')
  process.exit(2)
}

const survivors = chosen.filter((edit, index) => {
  const survives = passes(edit.tests, edit)
  console.log(
    `${index + 1}/${chosen.length} ${survives ? 'SURVIVED' : 'noticed '} ${edit.file}: ${edit.what}`,
  )
  return survives
})

const noticed = chosen.length - survivors.length
const percent = Math.floor((100 * noticed) / chosen.length)
console.log(`\n${noticed} of ${chosen.length} noticed (${percent} %)`)
for (const { file, what } of survivors) console.log(`  survived: ${file}: ${what}`)
process.exit(percent >= 90 ? 0 : 1)

function passes(files, mutant) {
  const { status, error } = spawnSync(
    'node_modules/.bin/vitest',
    ['run', '--project', 'node', '--bail=1', ...files],
    {
      stdio: 'ignore',
      // A mistake that keeps a test from ending is noticed.
      timeout: 900_000,
      env: { ...process.env, ...(mutant && { AMULET_MUTANT: JSON.stringify(mutant) }) },
    },
  )
  if (error && error.code !== 'ETIMEDOUT') throw error
  return status === 0
}
