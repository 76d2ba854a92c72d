import type { ReactNode } from 'react'
import { useAction } from '../use-action.js'

interface Props {
  name: string
  /** Of the button, such as `Forget`. */
  verb: string
  hint: string
  /** Beside the name. */
  children?: ReactNode
  remove: () => Promise<void>
}

/** An entry of a list, with a button that removes it. */
export function RemovableItem({ name, verb, hint, children, remove }: Props) {
  const { start, busy, problem } = useAction(remove)

  return (
    <li aria-label={name}>
      <div className="row">
        <span className="grow">
          {name} {children}
          <span className="hint block">{hint}</span>
        </span>
        <button
          type="button"
          className="quiet"
          aria-label={`${verb}: ${name}`}
          aria-disabled={busy}
          onClick={start}
        >
          {verb}
        </button>
      </div>
      <p className="problem" role="alert">
        {problem?.sentence}
      </p>
    </li>
  )
}
