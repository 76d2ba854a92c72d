import { Worker } from 'node:worker_threads'
import type { Invocation } from '../functions.js'
import { fileVersion } from './file-version.js'
import { RUN_TIME } from './run-handler.js'
import {
  type LoadedFile,
  type RunMessage,
  receiveError,
  type ThreadData,
  type ThreadMessage,
} from './thread-message.js'

/** Milliseconds that a thread may take to load the configuration. */
const LOAD_TIME = 30_000

/** Megabytes of JavaScript objects in a thread. One that has more ends, and nothing else does. */
const MEMORY = 256

/** A thread that has loaded the functions of a configuration file and runs them, one at a time. */
export interface FunctionThread {
  readonly names: ReadonlySet<string>
  /** Why the configuration did not load; then every run comes to that. */
  readonly broken: Error | undefined
  /** Whether the thread has ended, as after a run that took too long. */
  readonly isOver: boolean
  /** Whether a file that the thread has loaded has changed since. */
  isStale(): boolean
  /** Settles in time. */
  run(arn: string, event: string): Promise<Invocation>
  end(): Promise<void>
}

/** How a thread ended by itself. */
type Ended =
  | { readonly is: 'failed'; readonly error: Error }
  | { readonly is: 'exited'; readonly code: number }

/** @param module what the thread runs: it loads the configuration and answers messages */
export async function startThread(module: URL, data: ThreadData): Promise<FunctionThread> {
  const thread = new Worker(module, {
    workerData: data,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY },
    // The standard output is the server's own: programs read it.
    stdout: true,
  })
  thread.stdout.on('data', (chunk) => process.stderr.write(chunk))
  // A server that was not closed does not keep its process.
  thread.unref()
  let isOver = false
  let waiting: ((said: ThreadMessage | Ended) => void) | undefined
  const tell = (said: ThreadMessage | Ended) => {
    waiting?.(said)
    waiting = undefined
  }
  const ended = (how: Ended) => {
    isOver = true
    tell(how)
  }
  thread.on('message', tell)
  thread.on('error', (error: Error) => ended({ is: 'failed', error }))
  thread.on('exit', (code) => ended({ is: 'exited', code }))
  const end = async () => {
    isOver = true
    await thread.terminate()
  }
  /** What the thread says next. One that says nothing in time is ended. */
  const next = async (milliseconds: number): Promise<ThreadMessage | Ended | undefined> => {
    let timer: NodeJS.Timeout | undefined
    const said = await new Promise<ThreadMessage | Ended | undefined>((resolve) => {
      waiting = resolve
      timer = setTimeout(resolve, milliseconds, undefined)
    })
    clearTimeout(timer)
    if (!said) await end()
    return said
  }

  const loaded = await next(LOAD_TIME)
  const { broken, files = [] } = whatLoaded(loaded)
  return {
    names: new Set(loaded?.is === 'loaded' ? loaded.names : []),
    broken,
    get isOver() {
      return isOver
    },
    // Which files a configuration has that does not load is not known.
    isStale: () => broken !== undefined || isChanged(files),
    async run(arn, event) {
      if (broken) return { is: 'threw', text: `${broken.name}: ${broken.message}`, cause: broken }
      const message: RunMessage = { arn, event }
      thread.postMessage(message)
      const said = await next(RUN_TIME)
      if (!said) return { is: 'timed out' }
      switch (said.is) {
        case 'ran':
          return said.error ? { ...said.invocation, cause: receiveError(said.error) } : said.invocation
        case 'failed':
        case 'exited':
          return { is: 'threw', ...whyEnded(said) }
        default:
          throw new Error(`A thread of functions said ${said.is} in place of what a run came to.`)
      }
    },
    end,
  }
}

function whatLoaded(said: ThreadMessage | Ended | undefined): {
  broken?: Error
  files?: readonly LoadedFile[]
} {
  if (!said) return { broken: new Error('The configuration did not load in time.') }
  switch (said.is) {
    case 'loaded':
      return { files: said.files }
    case 'not loaded':
      return { broken: receiveError(said.error) }
    case 'ran':
      return {}
    case 'failed':
    case 'exited':
      return { broken: whyEnded(said).cause }
  }
}

/** In the words of AWS Lambda, whose functions have a process of their own. */
function whyEnded(ended: Ended): { text: string; cause: Error } {
  if (ended.is === 'failed' && !('code' in ended.error && ended.error.code === 'ERR_WORKER_OUT_OF_MEMORY'))
    return { text: ended.error.message, cause: ended.error }
  const how =
    ended.is === 'failed'
      ? 'Runtime exited with error: signal: killed'
      : ended.code === 0
        ? 'Runtime exited without providing a reason'
        : `Runtime exited with error: exit status ${ended.code}`
  const text = `RequestId: ${crypto.randomUUID()} Error: ${how}`
  if (ended.is === 'failed') return { text, cause: ended.error }
  const cause = new Error(how)
  // Its place is in this file, and not where the function ended its thread.
  cause.stack = `Error: ${how}`
  return { text, cause }
}

const isChanged = (files: readonly LoadedFile[]): boolean =>
  files.some(({ path, version }) => fileVersion(path) !== version)
