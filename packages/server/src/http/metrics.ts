import { type Histogram as Delays, monitorEventLoopDelay } from 'node:perf_hooks'
import type { LogEntry } from './log.js'

/** Counts what happens, in the text format that Prometheus scrapes. */
export interface Metrics {
  record(entry: Pick<LogEntry, 'operation' | 'status' | 'exception' | 'milliseconds'>): void
  /** https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
  text(): string
  stop(): void
}

export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** Upper bounds in seconds: around the few milliseconds of a sign-in, up to a mail server that does not answer. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Milliseconds between two looks at the event loop; Node's figures include them. */
const LOOP_RESOLUTION = 20

interface Histogram {
  readonly counts: number[]
  sum: number
  total: number
}

/**
 * Written here because the text is simple and the usual library brings a tracing API along. Label values come from
 * tables of this server (operations, routes, exceptions), never from a request, so their number is bounded.
 */
export function createMetrics(): Metrics {
  const requests = new Map<string, number>()
  const durations = new Map<string, Histogram>()
  const loopDelay = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION })
  loopDelay.enable()
  return {
    record({ operation, status, exception = '', milliseconds }) {
      const labels = `operation="${operation}",status="${status}",exception="${exception}"`
      requests.set(labels, (requests.get(labels) ?? 0) + 1)
      const histogram = durations.get(operation) ?? { counts: BUCKETS.map(() => 0), sum: 0, total: 0 }
      durations.set(operation, histogram)
      const seconds = milliseconds / 1000
      histogram.sum += seconds
      histogram.total += 1
      BUCKETS.forEach((bound, index) => {
        if (seconds <= bound) histogram.counts[index] = (histogram.counts[index] ?? 0) + 1
      })
    },
    text: () =>
      [...requestLines(requests), ...durationLines(durations), ...processLines(loopDelay), ''].join('\n'),
    stop: () => void loopDelay.disable(),
  }
}

function* requestLines(requests: ReadonlyMap<string, number>): Generator<string> {
  yield* head(
    'amulet_requests_total',
    'counter',
    'Requests answered, by operation, HTTP status and exception.',
  )
  for (const [labels, count] of requests) yield `amulet_requests_total{${labels}} ${count}`
}

function* durationLines(durations: ReadonlyMap<string, Histogram>): Generator<string> {
  const name = 'amulet_request_duration_seconds'
  yield* head(name, 'histogram', 'Time from the first byte of a request to its answer, by operation.')
  for (const [operation, { counts, sum, total }] of durations) {
    for (const [index, bound] of BUCKETS.entries())
      yield `${name}_bucket{operation="${operation}",le="${bound}"} ${counts[index]}`
    yield `${name}_bucket{operation="${operation}",le="+Inf"} ${total}`
    yield `${name}_sum{operation="${operation}"} ${sum}`
    yield `${name}_count{operation="${operation}"} ${total}`
  }
}

/**
 * Under the names that dashboards for Node.js and for processes at large expect.
 *
 * @param loopDelay nanoseconds between two looks at the event loop
 */
export function* processLines(loopDelay: Delays): Generator<string> {
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed } = process.memoryUsage()
  const started = Math.round(Date.now() / 1000 - process.uptime())
  // Not a number before the first look.
  const lag = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - LOOP_RESOLUTION / 1000) || 0
  const gauges: [name: string, type: string, help: string, value: number][] = [
    ['process_cpu_seconds_total', 'counter', 'CPU time of the process.', (user + system) / 1e6],
    ['process_resident_memory_bytes', 'gauge', 'Resident memory.', rss],
    ['process_start_time_seconds', 'gauge', 'Start of the process since the epoch.', started],
    ['nodejs_heap_size_used_bytes', 'gauge', 'Heap in use.', heapUsed],
    [
      'nodejs_eventloop_lag_mean_seconds',
      'gauge',
      'Mean delay of the event loop since the start.',
      lag(loopDelay.mean),
    ],
    [
      'nodejs_eventloop_lag_p99_seconds',
      'gauge',
      '99th percentile of the delay.',
      lag(loopDelay.percentile(99)),
    ],
  ]
  for (const [name, type, help, value] of gauges) {
    yield* head(name, type, help)
    yield `${name} ${value}`
  }
}

function* head(name: string, type: string, help: string): Generator<string> {
  yield `# HELP ${name} ${help}`
  yield `# TYPE ${name} ${type}`
}
