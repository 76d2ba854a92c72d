import { operation } from '../../operations/operation.js'
import * as s from '../../wire/identity-pool-settings.js'
import { required, structure } from '../../wire/shape.js'
import { getIdentityPool } from '../identity-pool.js'

export const getPrincipalTagAttributeMap = operation({
  name: 'GetPrincipalTagAttributeMap',
  kind: 'none',
  input: structure({
    IdentityPoolId: required(s.IdentityPoolId),
    IdentityProviderName: required(s.IdentityProviderName),
  }),
  async run({ context }, { IdentityPoolId, IdentityProviderName }) {
    const { principalTags } = await getIdentityPool(context.db, IdentityPoolId)
    const attributes = new Map(Object.entries(principalTags)).get(IdentityProviderName)
    return { IdentityPoolId, IdentityProviderName, ...attributes }
  },
})
