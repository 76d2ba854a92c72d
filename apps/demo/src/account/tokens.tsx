import { type AuthTokens, fetchAuthSession, Hub } from '@amulet/auth'
import { useEffect, useState } from 'react'
import { explain } from '../problem.js'
import { useAction } from '../use-action.js'
import { Token } from './token.js'
import { useNow } from './use-now.js'

/** Both tokens, their time left, and a button that gets new ones. */
export function Tokens() {
  const [tokens, setTokens] = useState<AuthTokens>()
  const [status, setStatus] = useState('')
  const [loadProblem, setLoadProblem] = useState('')
  const now = useNow()

  useEffect(() => {
    let current = true
    const load = async () => {
      try {
        const session = await fetchAuthSession()
        if (!current) return
        setTokens(session.tokens)
        setLoadProblem('')
      } catch (error) {
        if (current) setLoadProblem(explain(error).sentence)
      }
    }
    void load()
    // Any refresh: by this button, by another call that met an expired token, or by another tab.
    const stop = Hub.listen(
      'auth',
      ({ payload }) => {
        if (payload.event === 'tokenRefresh') void load()
      },
      { enableCrossTabEvents: true },
    )
    return () => {
      current = false
      stop()
    }
  }, [])

  const refresh = useAction(async () => {
    setStatus('')
    const session = await fetchAuthSession({ forceRefresh: true })
    if (!session.tokens) return
    setTokens(session.tokens)
    setLoadProblem('')
    setStatus(`Fresh tokens since ${new Date().toLocaleTimeString()}.`)
  })

  return (
    <section aria-labelledby="tokens">
      <h2 id="tokens">Tokens</h2>
      {tokens && <Token name="Access token" jwt={tokens.accessToken} now={now} />}
      {tokens?.idToken && <Token name="ID token" jwt={tokens.idToken} now={now} />}
      <p className="problem" role="alert">
        {refresh.problem?.sentence ?? loadProblem}
      </p>
      <div className="row">
        <button type="button" className="secondary" aria-disabled={refresh.busy} onClick={refresh.start}>
          {refresh.busy ? 'Refreshing…' : 'Refresh now'}
        </button>
        <span className="hint" role="status">
          {status}
        </span>
      </div>
    </section>
  )
}
