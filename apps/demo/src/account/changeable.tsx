import { type ReactNode, useRef, useState } from 'react'

interface Props {
  name: string
  /** What it is now. */
  value: ReactNode
  /** Of the button that opens the form. */
  verb?: string
  /** The form, which closes itself when it is done, with a sentence about it or without one. */
  children: (close: (sentence?: string) => void) => ReactNode
}

/** An entry of a list, with a form that changes it. */
export function Changeable({ name, value, verb = 'Change', children }: Props) {
  const [isOpen, setOpen] = useState(false)
  const [news, setNews] = useState('')
  const button = useRef<HTMLButtonElement>(null)
  const close = (sentence = '') => {
    setOpen(false)
    setNews(sentence)
    // What had the focus is gone.
    button.current?.focus()
  }

  return (
    <li aria-label={name}>
      <div className="row">
        <span className="grow">
          {name} <span className="hint block">{value}</span>
        </span>
        <button
          ref={button}
          type="button"
          className="quiet"
          aria-label={`${isOpen ? 'Cancel' : verb}: ${name}`}
          aria-expanded={isOpen}
          onClick={() => {
            setNews('')
            setOpen(!isOpen)
          }}
        >
          {isOpen ? 'Cancel' : verb}
        </button>
      </div>
      <p className="done" role="status">
        {news}
      </p>
      {isOpen && <div className="inset">{children(close)}</div>}
    </li>
  )
}
