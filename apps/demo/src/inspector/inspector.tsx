import { useSyncExternalStore } from 'react'
import type { Step } from '../state.js'
import { clearExchanges, type Exchange, listExchanges, subscribe } from './exchanges.js'

/** The code of each step: files that are compiled like any other, shown as they are. */
const samples = import.meta.glob<string>('../samples/*.ts', { query: '?raw', import: 'default', eager: true })

/** What happens behind the step that the person sees: the code that an application has there, and what it sends. */
export function Inspector({ step }: { step: Step['name'] | undefined }) {
  const exchanges = useSyncExternalStore(subscribe, listExchanges)
  const sample = step && samples[`../samples/${step}.ts`]

  return (
    <aside aria-label="Behind this step">
      {sample && (
        <section className="panel" aria-labelledby="sample">
          <h2 id="sample">In your application</h2>
          {/* It can be scrolled, so it can be reached by the keyboard. */}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
          <pre tabIndex={0}>
            <code>{sample.trim()}</code>
          </pre>
        </section>
      )}
      <section className="panel" aria-labelledby="requests">
        <div className="row spread">
          <h2 id="requests">Requests</h2>
          {exchanges.length > 0 && (
            <button type="button" className="quiet" onClick={clearExchanges}>
              Clear
            </button>
          )}
        </div>
        {exchanges.length === 0 ? (
          <p className="hint">What the library sends is listed here.</p>
        ) : (
          <ul className="exchanges">
            {exchanges.map((exchange) => (
              <Entry key={exchange.id} exchange={exchange} />
            ))}
          </ul>
        )}
      </section>
    </aside>
  )
}

function Entry({ exchange: { name, status, milliseconds, sent, received } }: { exchange: Exchange }) {
  const isDone = milliseconds !== undefined
  return (
    <li>
      <details>
        <summary>
          <code>{name}</code>{' '}
          <span className={isDone && status !== 200 ? 'status bad' : 'status'}>
            {status ?? (isDone ? 'failed' : '…')}
          </span>{' '}
          <span className="number">{isDone && `${milliseconds} ms`}</span>
        </summary>
        <Body title="Sent" text={sent} />
        <Body title="Received" text={received} />
      </details>
    </li>
  )
}

const Body = ({ title, text }: { title: string; text: string }) =>
  text === '' ? null : (
    <>
      <h3>{title}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
    </>
  )
