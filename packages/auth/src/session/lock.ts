/**
 * Runs `run` while no other tab runs under this name, where the platform has Web Locks. It waits five seconds at
 * most, and a lock that cannot be had stops nobody: a frozen tab may hold it, a sandboxed frame is refused it.
 */
export async function withLock<Output>(name: string, run: () => Promise<Output>): Promise<Output> {
  let running: Promise<Output> | undefined
  const runOnce = () => {
    running ??= run()
    return running
  }
  const waiting = new AbortController()
  const timer = setTimeout(() => waiting.abort(), 5000)
  try {
    return await navigator.locks.request(name, { signal: waiting.signal }, runOnce)
  } catch {
    // No locks here, no lock for us, or `run` failed: then this is its failure again.
    return await runOnce()
  } finally {
    clearTimeout(timer)
  }
}
