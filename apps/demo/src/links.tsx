import type { Pool } from './pool.js'

/** Where more is to be seen. */
export function Links({ pool }: { pool: Pool }) {
  return (
    <nav aria-label="More" className="links">
      <a href="/docs/client.md">Docs</a>
      <a href={`${pool.userPoolEndpoint}_amulet/inbox`}>Inbox</a>
      <a href={pool.userPoolEndpoint}>User pool</a>
    </nav>
  )
}
