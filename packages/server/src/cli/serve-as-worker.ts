import cluster from 'node:cluster'
import { createJsonLog, logFailedStart } from './json-log.js'
import { variables } from './read-options.js'
import { serveOptions } from './serve-options.js'
import { startServing } from './start-serving.js'
import type { FromWorker, ToWorker } from './worker-messages.js'

/** One of the processes of `amulet serve --workers`. It stops when the one that started it says so; Node ends it when that is gone. */
export async function serveAsWorker(args: readonly string[]): Promise<void> {
  // A terminal sends its signals to all processes. The one that started this decides what they mean.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})
  // A second signal ends that one at once, perhaps while this one takes its leave.
  cluster.worker?.on('error', () => {})
  const log = createJsonLog()
  const stopped = stopMessage()
  try {
    const options = serveOptions(args, variables(process.env))
    const { server, ready } = await startServing(options, log, {
      warn: (sentence) => tell({ is: 'warning', sentence }),
      shareMetrics,
    })
    tell({ is: 'ready', ...ready })
    await stopped
    await server.close({ drainSeconds: options.drainSeconds })
  } catch (error) {
    logFailedStart(log, error)
    throw error
  } finally {
    // The channel would keep the process.
    cluster.worker?.disconnect()
  }
}

/** The channel closes with the process at its other end; what is said then reaches no one. */
function tell(message: FromWorker): void {
  if (process.connected) process.send?.(message)
}

/** Messages on the channel are those of `serve-by-workers.ts`. */
const onMessage = (listener: (message: ToWorker) => void) =>
  process.on('message', (message) => listener(message as ToWorker))

const stopMessage = (): Promise<void> =>
  new Promise((resolve) => onMessage(({ is }) => is === 'stop' && resolve()))

/** Each worker has the metrics of its own requests; whichever is asked answers with those of all. */
function shareMetrics(own: () => string): () => Promise<string> {
  let requests = 0
  const asking = new Map<number, (text: string) => void>()
  onMessage((message) => {
    const { is } = message
    if (is === 'tell metrics') tell({ is: 'own metrics', request: message.request, text: own() })
    if (is === 'all metrics') asking.get(message.request)?.(message.text)
  })
  return async () => {
    const request = ++requests
    const all = new Promise<string>((resolve) => asking.set(request, resolve))
    tell({ is: 'asked for metrics', request })
    try {
      return await all
    } finally {
      asking.delete(request)
    }
  }
}
