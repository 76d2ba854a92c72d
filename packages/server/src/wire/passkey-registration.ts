import * as c from './constraints.js'
import { parse } from './parse.js'
import { document, list, required, string, structure } from './shape.js'

/** Longer than any attestation with its certificates. */
const Base64url = string({ min: 1, max: 65536, pattern: '[A-Za-z0-9_-]+' })

/** `RegistrationResponseJSON` of WebAuthn Level 3, as far as it is read. */
export const PasskeyCredential = structure({
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

/**
 * The same, from a field of a form.
 *
 * @throws SerializationException, InvalidParameterException
 */
export function parsePasskeyRegistration(json: string) {
  let given: unknown
  try {
    given = JSON.parse(json)
  } catch {
    given = undefined
  }
  return parse(PasskeyCredential, given)
}
