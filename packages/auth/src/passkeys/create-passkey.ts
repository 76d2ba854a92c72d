import type { RequestContext } from '../context/deadline.js'
import { authError } from '../errors.js'
import { type Ceremony, perform } from './ceremony.js'
import type { OptionsJson } from './codec.js'
import { canceled, insecure, invalid } from './texts.js'
import { tools } from './tools.js'

const creation: Ceremony = {
  method: 'create',
  parse: 'parseCreationOptionsFromJSON',
  member: 'attestationObject',
  failed: ['PasskeyRegistrationFailed', 'Device failed to create passkey.', insecure],
  errors: {
    NotAllowedError: canceled('PasskeyRegistrationCanceled', 'registration'),
    InvalidStateError: [
      'PasskeyAlreadyExists',
      'Passkey already exists in authenticator.',
      'Proceed with existing passkey or try again after deleting the credential.',
    ],
  },
}

/** Has the platform make a passkey by the options of the service. */
export const createPasskey = (context: RequestContext, options: unknown): Promise<object> => {
  const { challenge, user, rp, pubKeyCredParams } = (options ?? {}) as Record<string, unknown>
  if (!(challenge && user && rp && pubKeyCredParams)) {
    throw authError(...invalid('InvalidPasskeyRegistrationOptions', 'registration'))
  }
  // They are there, and the platform looks at each.
  return perform(tools, context, creation, options as OptionsJson)
}
