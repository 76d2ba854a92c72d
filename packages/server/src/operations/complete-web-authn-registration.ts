import { completePasskeyRegistration } from '../flows/register-passkey.js'
import * as c from '../wire/constraints.js'
import { PasskeyCredential } from '../wire/passkey-registration.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const completeWebAuthnRegistration = operation({
  name: 'CompleteWebAuthnRegistration',
  kind: 'user',
  input: structure({ AccessToken: required(c.TokenModel), Credential: required(PasskeyCredential) }),
  async run(call, { Credential }) {
    await completePasskeyRegistration(call, call.user, Credential)
    return {}
  },
})
