/** How long to wait for another tab's refresh. */
const patience = 5000

/**
 * Runs `run` while no other tab runs under this name, where the platform has Web Locks. It does not wait
 * long, and a lock that cannot be had stops nobody: a frozen tab may hold it, a sandboxed frame is refused it.
 */
export async function withLock<Output>(name: string, run: () => Promise<Output>): Promise<Output> {
  const locks = globalThis.navigator?.locks
  if (!locks) return run()
  let running: Promise<Output> | undefined
  const waiting = new AbortController()
  const timer = setTimeout(() => waiting.abort(), patience)
  try {
    return await locks.request(name, { signal: waiting.signal }, () => {
      clearTimeout(timer)
      running = run()
      return running
    })
  } catch {
    // Either the lock was not to be had, or `run` failed: then this is its failure again.
    return await (running ?? run())
  } finally {
    clearTimeout(timer)
  }
}
