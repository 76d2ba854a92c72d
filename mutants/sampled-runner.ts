import { appendFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { type RunnerTask, type RunnerTestCase, TestRunner } from 'vitest'
import { type Plan, planOfRun } from './sampled-plugin.js'

/** What the process knows, whichever file's tests it runs: this is loaded anew for some of them. */
interface Known {
  /** The mutant that is awake. */
  awake?: string | undefined
  /** Those that have been come past since it was last emptied. */
  readonly met: Set<string>
  readonly noticed: Set<string>
  /** How many tests of a file have tried a mutant. */
  readonly tries: Map<string, number>
}

/** Tests of one file that try a mutant at first. Those that do not notice it are much alike. */
const AT_FIRST = 4

const NEXT = new Error('The next mutant is to come.')

/**
 * Runs each test once as it is, and then once with each mutant whose code it has come past, unless a test has noticed
 * that one before. So what takes the time, the loading of a test file and of all that it needs, is done once.
 */
export default class SampledRunner extends TestRunner {
  readonly #plan: Plan
  readonly #known: Known
  readonly #queues = new WeakMap<RunnerTestCase, string[]>()
  readonly #durations = new WeakMap<RunnerTestCase, number>()

  constructor(config: ConstructorParameters<typeof TestRunner>[0]) {
    super(config)
    this.#plan = planOfRun()
    const known: Known = (Reflect.get(globalThis, '__mutants') as Known | undefined) ?? {
      awake: this.#plan.awake,
      met: new Set(),
      noticed: new Set(),
      tries: new Map(),
    }
    this.#known = known
    Reflect.set(globalThis, '__mutants', known)
    Reflect.set(globalThis, '__isMutant', (id: string) => {
      known.met.add(id)
      return id === known.awake
    })
  }

  override async onBeforeRunTask(test: RunnerTask): Promise<void> {
    await super.onBeforeRunTask(test)
    if (this.#plan.awake === undefined) test.retry = Number.MAX_SAFE_INTEGER
  }

  async runTask(test: RunnerTestCase): Promise<void> {
    const known = this.#known
    if (this.#plan.awake !== undefined) return await TestRunner.getTestFn(test)()
    const queue = this.#queues.get(test)
    if (!queue) {
      // What was met before belongs to no test: what runs once, when a file is loaded.
      for (const id of known.met) this.#log({ early: id })
      known.met.clear()
      const start = performance.now()
      await this.#attempt(test, 120_000)
        .then(() => this.#queues.set(test, [...known.met].sort()))
        .catch((error: unknown) => this.#log({ broken: test.name, error: String(error) }))
      this.#durations.set(test, performance.now() - start)
      known.met.clear()
      if (this.#queues.has(test)) throw NEXT
      return
    }
    let id = queue.shift()
    while (id !== undefined && !this.#takes(test, id)) id = queue.shift()
    if (id === undefined) {
      // Whether it can be run again at all, else what it has noticed says nothing.
      await this.#attempt(test, 120_000).catch(() =>
        this.#log({ unrepeatable: test.name, file: test.file.name }),
      )
      known.met.clear()
      return
    }
    this.#log({ trying: id, file: test.file.name, test: test.name })
    known.awake = id
    const patience = 20_000 + 10 * (this.#durations.get(test) ?? 0)
    const missed = () => this.#log({ missed: id, file: test.file.name })
    await this.#attempt(test, patience).then(missed, (error: unknown) => {
      known.noticed.add(id)
      this.#log({ noticed: id, file: test.file.name, test: test.name, error: String(error).slice(0, 200) })
    })
    known.awake = undefined
    known.met.clear()
    throw NEXT
  }

  /** Whether a test tries a mutant, which is counted. */
  #takes({ file }: RunnerTestCase, id: string): boolean {
    const { tries, noticed } = this.#known
    const key = `${file.name} ${id}`
    const before = tries.get(key) ?? 0
    if (noticed.has(id) || (before >= AT_FIRST && !this.#plan.thorough)) return false
    tries.set(key, before + 1)
    return true
  }

  /** A mistake that keeps a test from ending is noticed. */
  async #attempt(test: RunnerTestCase, milliseconds: number): Promise<void> {
    const timer = new AbortController()
    const late = setTimeout(milliseconds, undefined, { signal: timer.signal, ref: false }).then(() => {
      throw new Error('It does not end.')
    })
    late.catch(() => {})
    await Promise.race([TestRunner.getTestFn(test)(), late]).finally(() => timer.abort())
  }

  #log(entry: object): void {
    appendFileSync(this.#plan.log, `${JSON.stringify(entry)}\n`)
  }
}
