import { useEffect, useState } from 'react'
import type { Pool } from '../pool.js'

interface Props {
  pool: Pool
  /** The address or number that the message was sent to. */
  to?: string
  /** The end of it, where no more is known. */
  endsWith?: string
  /** Only messages for one of these purposes: others have codes for something else, or temporary passwords. */
  purposes: readonly string[]
  onUse: (code: string) => void
}

/**
 * The newest code that `amulet dev` "sent", so that trying things out needs no mailbox. A server without the
 * development inbox answers 404, and nothing is shown.
 */
export function DevInbox({ pool, to, endsWith = '', purposes, onUse }: Props) {
  const [code, setCode] = useState<string>()

  useEffect(() => {
    const address = new URL('_amulet/inbox', pool.userPoolEndpoint)
    if (to !== undefined) address.searchParams.set('to', to)
    const aborter = new AbortController()
    let timer: number | undefined

    const look = async () => {
      try {
        const response = await fetch(address, { signal: aborter.signal })
        if (!response.ok) return
        setCode(newestCode(await response.json(), purposes, endsWith))
      } catch {
        // A server that is away for a moment: the form says so when it is used, and the next look may work.
      }
      if (!aborter.signal.aborted) timer = window.setTimeout(look, 1500)
    }
    void look()
    return () => {
      aborter.abort()
      window.clearTimeout(timer)
    }
  }, [pool, to, endsWith, purposes])

  return (
    <div className="inbox">
      <span role="status">
        {code && (
          <>
            Development inbox: your code is <strong className="number">{code}</strong>
          </>
        )}
      </span>
      {code && (
        <button type="button" className="quiet" onClick={() => onUse(code)}>
          Use it
        </button>
      )}
    </div>
  )
}

function newestCode(messages: unknown, purposes: readonly string[], endsWith: string): string | undefined {
  if (!Array.isArray(messages)) return undefined
  // Newest first.
  const code: unknown = messages.find(
    (message) => purposes.includes(message?.purpose) && `${message?.to}`.endsWith(endsWith),
  )?.code
  return typeof code === 'string' ? code : undefined
}
