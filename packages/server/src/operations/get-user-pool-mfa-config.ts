import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const getUserPoolMfaConfig = operation({
  name: 'GetUserPoolMfaConfig',
  kind: 'admin',
  input: structure({ UserPoolId: required(c.UserPoolId) }),
  async run({ pool }) {
    return { MfaConfiguration: 'OFF', ...pool.mfaConfig }
  },
})
