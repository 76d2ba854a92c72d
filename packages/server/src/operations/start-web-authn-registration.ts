import { startPasskeyRegistration } from '../flows/register-passkey.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const startWebAuthnRegistration = operation({
  name: 'StartWebAuthnRegistration',
  kind: 'user',
  input: structure({ AccessToken: required(c.TokenModel) }),
  async run(call) {
    return { CredentialCreationOptions: await startPasskeyRegistration(call, call.user) }
  },
})
