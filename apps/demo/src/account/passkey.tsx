import type { AuthWebAuthnCredential } from '@amulet/auth'
import { RemovableItem } from './removable-item.js'

interface Props {
  passkey: AuthWebAuthnCredential
  remove: () => Promise<void>
}

export function Passkey({ passkey, remove }: Props) {
  return (
    <RemovableItem
      name={passkey.friendlyCredentialName || 'A passkey'}
      verb="Delete"
      hint={`Since ${passkey.createdAt?.toLocaleString()}`}
      remove={remove}
    />
  )
}
