import type { RequestContext } from '../context/deadline.js'
import { perform } from './ceremony.js'
import { passkeyError } from './passkey-error.js'

/**
 * Has the platform answer a challenge with a passkey of the user.
 *
 * @param options `CREDENTIAL_REQUEST_OPTIONS` of the challenge
 * @param mediation `conditional` to wait until the user chooses one from a form's suggestions
 */
export const usePasskey = async (
  context: RequestContext,
  options: string | undefined,
  mediation?: 'conditional',
): Promise<string> => {
  if (!options) throw passkeyError('InvalidPasskeyAuthenticationOptions')
  const credential = await perform(
    context,
    {
      method: 'get',
      parse: 'parseRequestOptionsFromJSON',
      member: 'signature',
      failed: 'PasskeyRetrievalFailed',
      errors: { NotAllowedError: 'PasskeyAuthenticationCanceled' },
    },
    JSON.parse(options),
    mediation,
  )
  return JSON.stringify(credential)
}
