import { completePasskeyRegistration } from '../flows/register-passkey.js'
import * as c from '../wire/constraints.js'
import { document, list, required, string, structure } from '../wire/shape.js'
import { operation } from './operation.js'

/** Longer than any attestation with its certificates. */
const Base64url = string({ min: 1, max: 65536, pattern: '[A-Za-z0-9_-]+' })

/** `RegistrationResponseJSON` of WebAuthn Level 3, as far as it is read. */
const Credential = structure({
  id: required(c.PasskeyId),
  rawId: required(c.PasskeyId),
  type: required(string()),
  response: required(
    structure({
      clientDataJSON: required(Base64url),
      attestationObject: required(Base64url),
      transports: list(string({ max: 32 }), { max: 16 }),
    }),
  ),
  authenticatorAttachment: string({ max: 32 }),
  clientExtensionResults: document,
})

export const completeWebAuthnRegistration = operation({
  name: 'CompleteWebAuthnRegistration',
  kind: 'user',
  input: structure({ AccessToken: required(c.TokenModel), Credential: required(Credential) }),
  async run(call, { Credential }) {
    await completePasskeyRegistration(call, call.user, Credential)
    return {}
  },
})
