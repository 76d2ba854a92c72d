import { Hub } from '@amulet/auth'
import { useEffect, useState } from 'react'

interface Entry {
  id: number
  event: string
  /** Whether it happened in another tab. */
  crossTab: boolean
  time: string
}

/** The newest events of the library's `auth` channel, as an application would hear them. */
export function Events() {
  const [entries, setEntries] = useState<Entry[]>([])

  useEffect(
    () =>
      Hub.listen(
        'auth',
        ({ payload: { event }, crossTab = false }) => {
          const time = new Date().toLocaleTimeString()
          setEntries((entries) =>
            [{ id: (entries[0]?.id ?? 0) + 1, event, crossTab, time }, ...entries].slice(0, 4),
          )
        },
        { enableCrossTabEvents: true },
      ),
    [],
  )

  if (entries.length === 0) return null
  return (
    <section className="events" aria-labelledby="events">
      <h2 id="events">Events</h2>
      <ul>
        {entries.map(({ id, event, crossTab, time }) => (
          <li key={id}>
            <span>
              <code>{event}</code> {crossTab && 'in another tab'}
            </span>{' '}
            <time>{time}</time>
          </li>
        ))}
      </ul>
    </section>
  )
}
