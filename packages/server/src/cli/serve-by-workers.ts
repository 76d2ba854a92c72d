import cluster, { type Worker } from 'node:cluster'
import { setTimeout } from 'node:timers/promises'
import type { Logger } from 'pino'
import { mergeMetrics } from '../http/merge-metrics.js'
import type { Ready } from './start-serving.js'
import { WorkerEnded } from './worker-ended.js'
import { type FromWorker, type ToWorker, WORKER_VARIABLE } from './worker-messages.js'

/** Milliseconds before a worker that ended is replaced: twice as many each time, unless it ran for a while. */
const PAUSE = { first: 100, longest: 10_000, runsWell: 60_000 }

/** Milliseconds that a worker has to tell its metrics. */
const PATIENCE = 1000

/**
 * Serves by several processes that share a port: this one accepts connections and hands them out, and answers nothing. A
 * worker that ends is replaced.
 *
 * @returns stops all of them
 * @throws {WorkerEnded} the first one does not start; it has said why
 */
export async function serveByWorkers(count: number, log: Logger): Promise<() => Promise<void>> {
  const workers = new Map<number, Worker>()
  const ended = new Map<number, Promise<void>>()
  const told = new Set<string>()
  const stopping = new AbortController()
  const { signal: stop } = stopping

  /** Starts one, and tells once it answers or has ended. */
  function fork(slot: number): Promise<Ready | undefined> {
    const worker = cluster.fork({ [WORKER_VARIABLE]: String(slot) })
    workers.set(slot, worker)
    return new Promise((resolve) => {
      ended.set(
        slot,
        new Promise((over) => {
          worker.once('exit', (code, signal) => {
            workers.delete(slot)
            resolve(undefined)
            over()
            if (!stop.aborted)
              log.error({ worker: slot, ...(signal ? { signal } : { code }) }, 'worker ended')
          })
        }),
      )
      // The channel breaks when a worker is killed; that it ended is noticed by itself.
      worker.on('error', () => {})
      // What workers send is in `worker-messages.ts`.
      worker.on('message', (message: FromWorker) => {
        switch (message.is) {
          case 'ready':
            log.info({ worker: slot, pid: worker.process.pid }, 'worker ready')
            return resolve(message)
          case 'warning':
            // Each of them says the same.
            if (!told.has(message.sentence)) log.warn(message.sentence)
            return told.add(message.sentence)
          case 'asked for metrics':
            return void allMetrics().then((text) =>
              send(worker, { is: 'all metrics', request: message.request, text }),
            )
        }
      })
    })
  }

  let requests = 0
  async function allMetrics(): Promise<string> {
    const request = ++requests
    const asked = [...workers].map(async ([slot, worker]): Promise<[string, string] | undefined> => {
      const answer = new Promise<[string, string]>((resolve) => {
        const listener = (message: FromWorker) => {
          if (message.is !== 'own metrics' || message.request !== request) return
          worker.off('message', listener)
          resolve([String(slot), message.text])
        }
        worker.on('message', listener)
        // One that starts tells nothing yet.
        setTimeout(PATIENCE).then(() => worker.off('message', listener))
      })
      send(worker, { is: 'tell metrics', request })
      return await Promise.race([answer, setTimeout(PATIENCE, undefined)])
    })
    return mergeMetrics(new Map((await Promise.all(asked)).filter((told) => told !== undefined)))
  }

  async function keep(slot: number): Promise<void> {
    let pause = PAUSE.first
    for (;;) {
      const since = performance.now()
      await ended.get(slot)
      if (performance.now() - since > PAUSE.runsWell) pause = PAUSE.first
      // A server that is told to stop does not wait to replace what has ended.
      await setTimeout(pause, undefined, { signal: stop }).catch(() => {})
      if (stop.aborted) return
      pause = Math.min(2 * pause, PAUSE.longest)
      fork(slot)
    }
  }

  // One first: it brings the database up to date, and finds out what keeps all of them from starting.
  const ready = await fork(1)
  if (!ready) throw new WorkerEnded()
  const others = Array.from({ length: count - 1 }, (_, index) => fork(index + 2))
  for (const slot of workers.keys()) keep(slot)
  await Promise.all(others)
  const { listening, url } = ready
  log.info({ listening, url, workers: count }, 'ready')
  return async () => {
    stopping.abort()
    for (const worker of workers.values()) send(worker, { is: 'stop' })
    await Promise.all(ended.values())
  }
}

/** It may have ended meanwhile. */
const send = (worker: Worker, message: ToWorker): void => {
  if (worker.isConnected()) worker.send(message, () => {})
}
