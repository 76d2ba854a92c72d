import { Hub } from '@amulet/auth'
import { useCallback, useEffect, useRef, useState } from 'react'
import { explain, type Problem } from '../problem.js'

/** What the server says: asked at the start, whenever `reload` is called, and when tokens are refreshed. */
export function useLoaded<T>(load: () => Promise<T>) {
  const [value, setValue] = useState<T>()
  const [problem, setProblem] = useState<Problem>()
  // Only the last request has a say.
  const latest = useRef(0)

  const reload = useCallback(() => {
    const asked = ++latest.current
    load().then(
      (value) => {
        if (asked !== latest.current) return
        setValue(() => value)
        setProblem(undefined)
      },
      (error: unknown) => {
        if (asked === latest.current) setProblem(explain(error))
      },
    )
  }, [load])

  useEffect(() => {
    reload()
    return () => {
      latest.current++
    }
  }, [reload])

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
