import { vi } from 'vitest'

// Time that moves on only when nothing is left to do, and then by as much as the next timer needs: a test of waits that
// lasts no longer than its work.

/** Work under way that takes real time, such as the server's. */
let working = 0

/** Lets virtual time stand still until `work` is done. */
export async function realWork<Output>(work: Promise<Output>): Promise<Output> {
  working++
  try {
    return await work
  } finally {
    working--
  }
}

/** From here to the end of the test time stands still, except {@link inVirtualTime}. */
export function useVirtualTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(new DOMException('', 'TimeoutError')), milliseconds)
    return controller.signal
  })
}

export function useRealTime(): void {
  vi.restoreAllMocks()
  vi.useRealTimers()
}

/** Runs `script` to its end, however much virtual time it takes. Afterwards it is as late as before. */
export async function inVirtualTime<Output>(script: () => Promise<Output>): Promise<Output> {
  let isDone = false
  const result = script().finally(() => {
    isDone = true
  })
  // It is awaited below.
  result.catch(() => {})
  for (;;) {
    do await new Promise((resolve) => setImmediate(resolve))
    while (working)
    if (isDone) break
    if (!vi.getTimerCount()) throw new Error('Nothing is left to happen, and the script has not ended')
    vi.advanceTimersToNextTimer()
  }
  vi.clearAllTimers()
  return await result
}

/** Lets virtual time pass. */
export const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))
