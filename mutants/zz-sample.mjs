// Takes every so-manieth of all mistakes that `candidates.mjs` finds in a folder, whether or not a test is about it, makes it, and runs the
// tests of `sampled-folders.mjs`: `script/campaign mutants --sample`. All mistakes of a folder are in one test run, each
// awake for one test at a time; see `sampled-runner.ts`. `--kind 'no where' --every 1` makes all mistakes of a kind instead.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { candidatesOf } from './candidates.mjs'
import { harmless } from './harmless.mjs'
import { inProgram, testsOfProgram } from './in-program.mjs'
import { FOLDERS, filesOf } from './zz-folders.mjs'

const { only, kind, every, list } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    kind: { type: 'string', default: '' },
    every: { type: 'string', default: '13' },
    list: { type: 'boolean', default: false },
  },
}).values
/** A test run that tells nothing for so long is caught in a loop. A test alone may take nearly as long. */
const SILENCE = 150_000

const scratch = mkdtempSync(join(tmpdir(), 'amulet-mutants-'))
const scores = []
for (const [folder, tests] of Object.entries(FOLDERS)) {
  const mutants = sampleOf(folder).filter(({ file }) => file.includes(only))
  if (mutants.length === 0) continue
  if (list) {
    for (const mutant of mutants) console.log(nameOf(mutant))
    continue
  }
  const noticed = await noticedOf(mutants, tests)
  const survivors = mutants.filter(({ id }) => !noticed.has(id))
  const excused = survivors.filter((mutant) => reasonFor(mutant))
  console.log(`${folder}: ${noticed.size} of ${mutants.length} noticed, ${excused.length} harmless`)
  for (const mutant of survivors)
    console.log(`  ${reasonFor(mutant) ? `harmless: ${reasonFor(mutant)}` : 'SURVIVED'}: ${nameOf(mutant)}`)
  scores.push({ folder, all: mutants.length, noticed: noticed.size, excused: excused.length })
}
rmSync(scratch, { recursive: true })
console.table(scores)
if (scores.length === 0 && !list) {
  console.error(`No mistake "${kind}" of the sample is in a file whose path has "${only}" in it.`)
  process.exit(2)
}

function sampleOf(folder) {
  const all = filesOf(folder).flatMap((file) =>
    candidatesOf(file, readFileSync(file, 'utf8')).map((candidate) => ({ ...candidate, file })),
  )
  return all
    .filter(({ what }) => what.startsWith(kind))
    .filter((_, index) => index % Number(every) === 0)
    .map((mutant, id) => ({ ...mutant, id: `${id}` }))
}

function nameOf({ file, line, code, what }) {
  return `${file}:${line}: ${what}: ${code.replace(/\s+/g, ' ').slice(0, 100)}`
}

function reasonFor({ file, code, what }) {
  return harmless.find((one) => file.endsWith(one.file) && one.code === code && one.what === what)?.reason
}

async function noticedOf(mutants, tests) {
  const noticed = new Set()
  const early = new Set()
  // What survives the first tests of each file is tried with all of them.
  let thorough = false
  for (;;) {
    const left = mutants.filter(({ id }) => !noticed.has(id) && !early.has(id))
    if (left.length === 0) break
    const { log, hung } = await run(tests, { mutants: left, thorough })
    for (const entry of log) {
      if (entry.noticed !== undefined) noticed.add(entry.noticed)
      if (entry.early !== undefined) early.add(entry.early)
      if (entry.broken !== undefined)
        console.error(`Fails without a mistake: ${entry.broken}: ${entry.error}`)
      if (entry.unrepeatable !== undefined)
        console.error(`Cannot be run again: ${entry.file}: ${entry.unrepeatable}`)
    }
    if (!hung) {
      if (thorough) break
      thorough = true
      continue
    }
    // Tests cannot end what does not pause. What a file was trying last has no outcome then.
    const stuck = new Map()
    for (const entry of log)
      if (entry.trying !== undefined) stuck.set(entry.file, entry.trying)
      else if (entry.missed !== undefined || entry.noticed !== undefined) stuck.delete(entry.file)
    if (stuck.size === 0) break
    for (const id of stuck.values()) noticed.add(id)
  }
  // What is done as a file is loaded needs a run of its own.
  for (const mutant of mutants)
    if (early.has(mutant.id) && !noticed.has(mutant.id)) {
      const { status, hung } = await run(tests, { mutants: [mutant], awake: mutant.id })
      console.log(`${status === 0 && !hung ? 'SURVIVED' : 'noticed '} ${nameOf(mutant)}`)
      if (status !== 0 || hung) noticed.add(mutant.id)
    }
  const left = mutants.filter((mutant) => !noticed.has(mutant.id) && !reasonFor(mutant))
  const ofProgram = testsOfProgram(tests)
  if (left.length === 0 || ofProgram.length === 0) return noticed
  // No mutant is in the tests themselves.
  const pass = async () => (await run(ofProgram, { mutants: [], awake: 'none' })).status === 0
  if (!(await pass())) {
    console.error(`Some of these fail without a mistake: ${ofProgram.join(' ')}`)
    return noticed
  }
  for (const mutant of left) if (!(await inProgram(mutant, pass))) noticed.add(mutant.id)
  return noticed
}

async function run(tests, plan) {
  const log = join(scratch, 'log')
  writeFileSync(log, '')
  const planFile = join(scratch, 'plan.json')
  writeFileSync(planFile, JSON.stringify({ ...plan, log }))
  const child = spawn(
    'node_modules/.bin/vitest',
    ['run', '--project', 'node', '--maxWorkers=1', ...(plan.awake ? ['--bail=1'] : []), ...tests],
    {
      stdio: 'ignore',
      detached: true,
      env: { ...process.env, AMULET_MUTANTS: planFile },
    },
  )
  const ended = new Promise((resolve) => child.on('close', resolve))
  let status
  ended.then((code) => {
    status = code
  })
  const started = Date.now()
  let hung = false
  while (status === undefined) {
    await Promise.race([ended, setTimeout(1000)])
    const lastWord = Math.max(started, statSync(log).mtimeMs)
    if (status !== undefined || Date.now() - lastWord < SILENCE * (plan.awake ? 4 : 1)) continue
    hung = true
    process.kill(-child.pid, 'SIGKILL')
    await ended
  }
  const lines = readFileSync(log, 'utf8').split('\n').filter(Boolean)
  return { status, hung, log: lines.map((line) => JSON.parse(line)) }
}
