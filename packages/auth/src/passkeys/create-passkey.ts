import type { RequestContext } from '../context/deadline.js'
import { perform } from './ceremony.js'
import type { OptionsJson } from './codec.js'
import { passkeyError } from './passkey-error.js'

/** Has the platform make a passkey by the options of the service. */
export const createPasskey = (context: RequestContext, options: unknown): Promise<object> => {
  const { challenge, user, rp, pubKeyCredParams } = (options ?? {}) as Record<string, unknown>
  if (!(challenge && user && rp && pubKeyCredParams)) throw passkeyError('InvalidPasskeyRegistrationOptions')
  return perform(
    context,
    {
      method: 'create',
      parse: 'parseCreationOptionsFromJSON',
      member: 'attestationObject',
      failed: 'PasskeyRegistrationFailed',
      errors: {
        NotAllowedError: 'PasskeyRegistrationCanceled',
        InvalidStateError: 'PasskeyAlreadyExists',
      },
    },
    // They are there, and the platform looks at each.
    options as OptionsJson,
  )
}
