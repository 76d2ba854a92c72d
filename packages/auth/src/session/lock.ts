/**
 * Runs `run` while no other tab runs under this name, where the platform has Web Locks. It waits five seconds, and a
 * lock that cannot be had is gone without: a frozen tab may hold it, a sandboxed frame is refused it. A tab that goes ahead
 * without it holds a shared one, so that {@link patience} knows.
 */
export const withLock = async <Output>(name: string, run: () => Promise<Output>): Promise<Output> => {
  let running: Promise<Output> | undefined
  const runOnce = () => (running ??= run())
  for (const mode of ['exclusive', 'shared'] as const) {
    try {
      return await navigator.locks.request(name + mode, { mode, signal: AbortSignal.timeout(5000) }, runOnce)
    } catch {
      // No locks here, no lock for us, or `run` failed: then it fails again below.
    }
  }
  return runOnce()
}

/** Seconds that it takes another tab to store what it has, at most. */
export const MOMENT = 2

/**
 * Seconds for which what another tab does under this name is worth waiting for: ten minutes for one that is running, and
 * may be frozen. Without locks a page cannot know, and waits as long as a request takes; without a page there are no tabs.
 */
export const patience = async (name: string): Promise<number> => {
  try {
    return (await navigator.locks.query()).held?.some((lock) => lock.name?.includes(name)) ? 600 : MOMENT
  } catch {
    return globalThis.document ? 30 : MOMENT
  }
}
