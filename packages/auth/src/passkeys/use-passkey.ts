import type { RequestContext } from '../context/deadline.js'
import { type Ceremony, perform } from './ceremony.js'
import { canceled, invalid } from './texts.js'
import type { Tools } from './tools.js'

const use: Ceremony = {
  method: 'get',
  parse: 'parseRequestOptionsFromJSON',
  member: 'signature',
  failed: [
    'PasskeyRetrievalFailed',
    'Device failed to retrieve passkey.',
    'Passkeys may not be available on this device. Try an alternative authentication factor like PASSWORD, EMAIL_OTP, or SMS_OTP.',
  ],
  errors: { NotAllowedError: canceled('PasskeyAuthenticationCanceled', 'authentication') },
}

/**
 * Has the platform answer a challenge with a passkey of the user.
 *
 * @param parameters of the challenge
 * @param mediation `conditional` to wait until the user chooses one from a form's suggestions
 * @returns the credential as JSON, and the user handle, in base64url
 */
export const usePasskey = async (
  tools: Tools,
  context: RequestContext,
  { CREDENTIAL_REQUEST_OPTIONS: options }: Record<string, string> = {},
  mediation?: 'conditional',
): Promise<[credential: string, userHandle: string | undefined]> => {
  if (!options) throw tools.authError(...invalid('InvalidPasskeyAuthenticationOptions', 'authentication'))
  const credential = await perform(tools, context, use, JSON.parse(options), mediation)
  // What `perform` gives is the JSON of an assertion.
  return [JSON.stringify(credential), (credential as AuthenticationResponseJSON).response.userHandle]
}
