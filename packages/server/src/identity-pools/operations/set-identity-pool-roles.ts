import { operation } from '../../operations/operation.js'
import * as s from '../../wire/identity-pool-settings.js'
import { required, structure } from '../../wire/shape.js'
import { getIdentityPoolForUpdate } from '../identity-pool.js'
import { saveIdentityPool } from '../save-identity-pool.js'
import { validateRoles } from '../validate-identity-pool.js'

export const setIdentityPoolRoles = operation({
  name: 'SetIdentityPoolRoles',
  kind: 'none',
  input: structure({ IdentityPoolId: required(s.IdentityPoolId), ...s.roleMembers }),
  async run({ context }, { IdentityPoolId, ...roles }) {
    validateRoles(roles)
    await context.db.transaction().execute(async (tx) => {
      const pool = await getIdentityPoolForUpdate(tx, IdentityPoolId)
      await saveIdentityPool(context, tx, { ...pool, roles })
    })
    return undefined
  },
})
