import { operation } from '../../operations/operation.js'
import * as s from '../../wire/identity-pool-settings.js'
import { required, structure } from '../../wire/shape.js'
import { getIdentityPoolForUpdate } from '../identity-pool.js'

export const deleteIdentityPool = operation({
  name: 'DeleteIdentityPool',
  kind: 'none',
  input: structure({ IdentityPoolId: required(s.IdentityPoolId) }),
  async run({ context }, { IdentityPoolId }) {
    await context.db.transaction().execute(async (tx) => {
      await getIdentityPoolForUpdate(tx, IdentityPoolId)
      // Its identities and their logins go with it.
      await tx.deleteFrom('identity_pools').where('id', '=', IdentityPoolId).execute()
    })
    return undefined
  },
})
