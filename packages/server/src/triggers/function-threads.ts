import type { Invocation } from '../functions.js'
import { StartError } from '../start-error.js'
import { functionName } from './function-name.js'
import { type FunctionThread, startThread } from './function-thread.js'
import { RUN_TIME } from './run-handler.js'

/** Threads that run functions at a time. */
const MAX_THREADS = 16

/** Milliseconds that a thread lives on without a run, if there is another one. */
const IDLE_TIME = 60_000

/** Runs the functions of a configuration file in threads of their own. */
export interface FunctionThreads {
  /** Whether the file has a function of this name. */
  has(name: string): Promise<boolean>
  invoke(arn: string, event: string): Promise<Invocation>
  close(): Promise<void>
}

/**
 * A thread runs one function at a time and is used again, as AWS Lambda does with processes: a run that never ends, exits
 * or has no memory left takes no other run with it.
 *
 * @param options `module`: what threads run. `reloads`: whether a file that changes is loaded again
 * @throws {StartError} the configuration does not load
 */
export async function openFunctionThreads({
  module,
  file,
  reloads,
}: {
  module: URL
  file: string
  reloads: boolean
}): Promise<FunctionThreads> {
  const start = () => startThread(module, { file, listsFiles: reloads })
  /** The one that was used last comes last. */
  const idle: { readonly thread: FunctionThread; readonly since: number }[] = []
  const all = new Set<FunctionThread>()
  /** Threads that run, or are being started for a run. */
  let busy = 0
  const queue: (() => void)[] = []

  const first = await start()
  if (first.broken) {
    await first.end()
    const why = `The functions of ${file} cannot be loaded: ${first.broken.message}`
    throw new StartError(why, { cause: first.broken })
  }
  all.add(first)
  idle.push({ thread: first, since: performance.now() })

  async function end(thread: FunctionThread): Promise<void> {
    all.delete(thread)
    await thread.end()
  }

  /** A thread that has loaded the files as they are. */
  async function take(): Promise<FunctionThread> {
    for (let found = idle.pop(); found; found = idle.pop()) {
      const { thread } = found
      if (!thread.isOver && !(reloads && thread.isStale())) return thread
      await end(thread)
    }
    const thread = await start()
    all.add(thread)
    return thread
  }

  function giveBack(thread: FunctionThread): void {
    const now = performance.now()
    if (thread.isOver) all.delete(thread)
    else idle.push({ thread, since: now })
    const [longest] = idle
    if (longest && idle.length > 1 && now - longest.since > IDLE_TIME) {
      idle.shift()
      void end(longest.thread)
    }
  }

  /** Waits until one more thread may run. @returns whether that came in time */
  async function takeTurn(): Promise<boolean> {
    if (busy < MAX_THREADS) {
      busy++
      return true
    }
    return await new Promise((resolve) => {
      const late = setTimeout(() => {
        queue.splice(queue.indexOf(go), 1)
        resolve(false)
      }, RUN_TIME)
      const go = () => {
        clearTimeout(late)
        resolve(true)
      }
      queue.push(go)
    })
  }

  function endTurn(): void {
    const next = queue.shift()
    if (next) next()
    else busy--
  }

  async function withThread<T>(use: (thread: FunctionThread) => T | Promise<T>): Promise<T | undefined> {
    if (!(await takeTurn())) return undefined
    try {
      const thread = await take()
      try {
        return await use(thread)
      } finally {
        giveBack(thread)
      }
    } finally {
      endTurn()
    }
  }

  return {
    has: async (name) => (await withThread(({ names }) => names.has(name))) ?? false,
    async invoke(arn, event) {
      const invocation = await withThread<Invocation>((thread) =>
        thread.broken || thread.names.has(functionName(arn))
          ? thread.run(arn, event)
          : { is: 'failed', error: 'ResourceNotFoundException', mayRetry: false },
      )
      return invocation ?? { is: 'failed', error: 'TooManyRequestsException', mayRetry: false }
    },
    async close() {
      await Promise.all([...all].map(end))
    },
  }
}
