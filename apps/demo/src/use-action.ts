import { useState } from 'react'
import { explain, type Problem } from './problem.js'

/** Runs something that talks to the user pool, once at a time, and keeps what went wrong as a sentence. */
export function useAction<Given extends unknown[]>(
  run: (...given: Given) => Promise<void>,
  explainError: (error: unknown) => Problem = explain,
) {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem>()

  const start = async (...given: Given) => {
    if (busy) return
    setBusy(true)
    setProblem(undefined)
    try {
      await run(...given)
    } catch (error) {
      setProblem(explainError(error))
    } finally {
      setBusy(false)
    }
  }
  /** What went wrong is no news any more. */
  const forget = () => setProblem(undefined)
  return { start, busy, problem, forget }
}
