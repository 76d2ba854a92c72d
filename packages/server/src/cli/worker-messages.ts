import type { Ready } from './start-serving.js'

/** What a worker tells the process that started it. */
export type FromWorker =
  | ({ readonly is: 'ready' } & Ready)
  | { readonly is: 'warning'; readonly sentence: string }
  /** It was asked for metrics, which all workers have a part of. */
  | { readonly is: 'asked for metrics'; readonly request: number }
  | { readonly is: 'own metrics'; readonly request: number; readonly text: string }

/** What a worker is told. */
export type ToWorker =
  | { readonly is: 'stop' }
  | { readonly is: 'tell metrics'; readonly request: number }
  | { readonly is: 'all metrics'; readonly request: number; readonly text: string }

/** Which worker this process is, from 1; `undefined` in any other process, another program's worker included. */
export const WORKER_VARIABLE = 'AMULET_WORKER'
