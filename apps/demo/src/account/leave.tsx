import { signOut } from '@amulet/auth'
import { useAction } from '../use-action.js'

/** Both ways out. The `signedOut` event moves the page on. */
export function Leave() {
  const here = useAction(() => signOut())
  const everywhere = useAction(() => signOut({ global: true }))
  const busy = here.busy || everywhere.busy

  return (
    <section aria-labelledby="leave">
      <h2 id="leave">Sign out</h2>
      <p className="problem" role="alert">
        {(here.problem ?? everywhere.problem)?.sentence}
      </p>
      <div className="row">
        <button type="button" className="primary" aria-disabled={busy} onClick={() => !busy && here.start()}>
          Sign out
        </button>
        <button
          type="button"
          className="secondary"
          aria-disabled={busy}
          aria-describedby="everywhere"
          onClick={() => !busy && everywhere.start()}
        >
          Sign out everywhere
        </button>
      </div>
      <p className="hint" id="everywhere">
        Everywhere means every browser and device of this account.
      </p>
    </section>
  )
}
