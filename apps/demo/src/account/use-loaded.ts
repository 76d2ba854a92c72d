import { Hub } from '@amulet/auth'
import { useCallback, useEffect, useState } from 'react'
import { explain, type Problem } from '../problem.js'

/** What the server says: asked at the start, whenever `reload` is called, and when tokens are refreshed. */
export function useLoaded<T>(load: () => Promise<T>) {
  const [value, setValue] = useState<T>()
  const [problem, setProblem] = useState<Problem>()
  const [asked, setAsked] = useState(0)
  const reload = useCallback(() => setAsked((count) => count + 1), [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: another count asks again
  useEffect(() => {
    let current = true
    load().then(
      (value) => {
        if (!current) return
        setValue(() => value)
        setProblem(undefined)
      },
      (error: unknown) => {
        if (current) setProblem(explain(error))
      },
    )
    return () => {
      current = false
    }
  }, [load, asked])

  useEffect(
    // A server that was away is back.
    () =>
      Hub.listen(
        'auth',
        ({ payload }) => {
          if (payload.event === 'tokenRefresh') reload()
        },
        { enableCrossTabEvents: true },
      ),
    [reload],
  )
  return { value, problem, reload }
}
