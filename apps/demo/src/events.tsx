import { Hub } from '@amulet/auth'
import { useEffect, useState } from 'react'

interface Entry {
  id: number
  event: string
  time: string
}

/** The newest events of the library's `auth` channel, as an application would hear them. */
export function Events() {
  const [entries, setEntries] = useState<Entry[]>([])

  useEffect(
    () =>
      Hub.listen('auth', ({ payload: { event } }) => {
        const time = new Date().toLocaleTimeString()
        setEntries((entries) => [{ id: (entries[0]?.id ?? 0) + 1, event, time }, ...entries].slice(0, 4))
      }),
    [],
  )

  if (entries.length === 0) return null
  return (
    <section className="events" aria-labelledby="events">
      <h2 id="events">Events</h2>
      <ul>
        {entries.map(({ id, event, time }) => (
          <li key={id}>
            <code>{event}</code> <time>{time}</time>
          </li>
        ))}
      </ul>
    </section>
  )
}
