// Makes each edit of `edits.mjs` in turn and runs the tests that should notice it: `script/campaign mutants`.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { transformSync } from 'esbuild'
import { edits } from './edits.mjs'

const [only = ''] = process.argv.slice(2)
const chosen = edits.filter(({ file }) => file.includes(only))
if (chosen.length === 0) {
  console.error(`No edit is of a file whose path has "${only}" in it.`)
  process.exit(2)
}

// An edit that no longer applies would seem to survive.
const stale = chosen.filter(({ file, find }) => readFileSync(file, 'utf8').split(find).length !== 2)
for (const { file, find } of stale) console.error(`${file} does not have this exactly once: ${find}`)
if (stale.length > 0) process.exit(2)

// One that does not parse would fail every test.
for (const { file, find, replace } of chosen)
  transformSync(
    readFileSync(file, 'utf8').replace(find, () => replace),
    { loader: file.endsWith('.tsx') ? 'tsx' : 'ts', sourcefile: file },
  )

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
      env: { ...process.env, ...(mutant && { AMULET_MUTANT: JSON.stringify(mutant) }) },
    },
  )
  if (error) throw error
  return status === 0
}
