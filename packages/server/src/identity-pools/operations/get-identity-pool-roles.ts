import { operation } from '../../operations/operation.js'
import * as s from '../../wire/identity-pool-settings.js'
import { required, structure } from '../../wire/shape.js'
import { getIdentityPool } from '../identity-pool.js'

export const getIdentityPoolRoles = operation({
  name: 'GetIdentityPoolRoles',
  kind: 'none',
  input: structure({ IdentityPoolId: required(s.IdentityPoolId) }),
  async run({ context }, { IdentityPoolId }) {
    const { id, roles } = await getIdentityPool(context.db, IdentityPoolId)
    return { IdentityPoolId: id, ...roles }
  },
})
