import type { AuthWebAuthnCredential } from '@amulet/auth'
import { useAction } from '../use-action.js'

interface Props {
  passkey: AuthWebAuthnCredential
  remove: () => Promise<void>
}

export function Passkey({ passkey, remove }: Props) {
  const { start, busy, problem } = useAction(remove)
  const name = passkey.friendlyCredentialName || 'A passkey'

  return (
    <li aria-label={name}>
      <div className="row">
        <span className="grow">
          {name}
          <span className="hint block">Since {passkey.createdAt?.toLocaleString()}</span>
        </span>
        <button
          type="button"
          className="quiet"
          aria-label={`Delete: ${name}`}
          aria-disabled={busy}
          onClick={start}
        >
          Delete
        </button>
      </div>
      <p className="problem" role="alert">
        {problem?.sentence}
      </p>
    </li>
  )
}
