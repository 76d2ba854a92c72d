import { getUserPool } from '../pools/user-pool.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const getUserPoolMfaConfig = operation({
  caller: 'admin',
  input: structure({ UserPoolId: required(c.UserPoolId) }),
  async run(context, input) {
    const { mfaConfig } = await getUserPool(context.db, input.UserPoolId)
    return { MfaConfiguration: 'OFF', ...mfaConfig }
  },
})
