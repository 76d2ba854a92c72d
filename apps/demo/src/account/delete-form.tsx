import { deleteUser } from '@amulet/auth'
import { useAction } from '../use-action.js'

/** Asks once more. The `signedOut` event moves the page on. */
export function DeleteForm({ onCancel }: { onCancel: () => void }) {
  const { start, busy, problem } = useAction(() => deleteUser())
  return (
    <>
      <p>The account and all that belongs to it are deleted at once, and cannot be brought back.</p>
      <p className="problem" role="alert">
        {problem?.sentence}
      </p>
      <div className="row">
        <button type="button" className="danger" aria-disabled={busy} onClick={start}>
          {busy ? 'Deleting…' : 'Delete for good'}
        </button>
        <button type="button" className="secondary" onClick={() => onCancel()}>
          Keep it
        </button>
      </div>
    </>
  )
}
