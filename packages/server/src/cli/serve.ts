import cluster from 'node:cluster'
import type { Logger } from 'pino'
import { createJsonLog, logFailedStart } from './json-log.js'
import { variables } from './read-options.js'
import { serveByWorkers } from './serve-by-workers.js'
import { type ServeOptions, serveOptions } from './serve-options.js'
import { startServing } from './start-serving.js'
import { stopSignal } from './stop-signal.js'
import { WorkerEnded } from './worker-ended.js'
import { WORKER_VARIABLE } from './worker-messages.js'

/** `amulet serve`: serves in production until it is told to stop. */
export async function serve(args: readonly string[]): Promise<void> {
  if (cluster.isWorker && process.env[WORKER_VARIABLE] !== undefined) {
    const { serveAsWorker } = await import('./serve-as-worker.js')
    return await serveAsWorker(args)
  }
  // From here on, so that a signal during the start ends it in good order too.
  const stop = stopSignal()
  const log = createJsonLog()
  const { drainSeconds, close } = await start(args, log).catch((error: unknown) => {
    if (!(error instanceof WorkerEnded)) logFailedStart(log, error)
    throw error
  })
  await stop
  log.info('stopping')
  await close(drainSeconds)
  log.info('stopped')
}

interface Running {
  readonly drainSeconds: number
  close(drainSeconds: number): Promise<void>
}

async function start(args: readonly string[], log: Logger): Promise<Running> {
  const options = serveOptions(args, variables(process.env))
  const { drainSeconds, workers } = options
  return { drainSeconds, close: workers > 1 ? await serveByWorkers(workers, log) : await alone(options, log) }
}

async function alone(options: ServeOptions, log: Logger): Promise<Running['close']> {
  const { server, ready } = await startServing(options, log, { warn: (sentence) => log.warn(sentence) })
  log.info(ready, 'ready')
  return (drainSeconds) => server.close({ drainSeconds })
}
