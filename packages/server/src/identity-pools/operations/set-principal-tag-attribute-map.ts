import { operation } from '../../operations/operation.js'
import * as s from '../../wire/identity-pool-settings.js'
import { boolean, required, structure } from '../../wire/shape.js'
import { getIdentityPoolForUpdate } from '../identity-pool.js'
import { saveIdentityPool } from '../save-identity-pool.js'

export const setPrincipalTagAttributeMap = operation({
  name: 'SetPrincipalTagAttributeMap',
  kind: 'none',
  input: structure({
    IdentityPoolId: required(s.IdentityPoolId),
    IdentityProviderName: required(s.IdentityProviderName),
    UseDefaults: boolean,
    PrincipalTags: s.PrincipalTags,
  }),
  async run({ context }, { IdentityPoolId, IdentityProviderName, ...attributes }) {
    await context.db.transaction().execute(async (tx) => {
      const pool = await getIdentityPoolForUpdate(tx, IdentityPoolId)
      // Entries and not an assignment: `__proto__` is a name like any other here.
      const principalTags = Object.fromEntries([
        ...Object.entries(pool.principalTags),
        [IdentityProviderName, attributes],
      ])
      await saveIdentityPool(context, tx, { ...pool, principalTags })
    })
    return { IdentityPoolId, IdentityProviderName, ...attributes }
  },
})
