import type { Notice as Content } from './state.js'

/** What just happened. Both kinds are always in the page, so that screen readers watch them when a sentence comes. */
export function Notice({ notice }: { notice: Content | undefined }) {
  return (
    <>
      <p className="notice success" role="status">
        {notice?.kind === 'success' && notice.sentence}
      </p>
      <p className="notice warning" role="alert">
        {notice?.kind === 'warning' && notice.sentence}
      </p>
    </>
  )
}
