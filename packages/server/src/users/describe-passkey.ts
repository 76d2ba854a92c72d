import { timestamp } from '../wire/timestamp.js'
import type { Passkey } from './passkey.js'

/** A passkey on the wire. */
export const describePasskey = (passkey: Passkey) => ({
  CredentialId: passkey.id,
  FriendlyCredentialName: passkey.name,
  RelyingPartyId: passkey.relyingPartyId,
  ...(passkey.attachment !== null && { AuthenticatorAttachment: passkey.attachment }),
  AuthenticatorTransports: passkey.transports,
  CreatedAt: timestamp(passkey.createdAt),
})
