import { domainsOfPool } from '../domains/domain.js'
import { errors } from '../errors.js'
import { forgetKeys } from '../keys/signing-keys.js'
import { rulesOf } from '../pools/rules.js'
import { getUserPoolForUpdate } from '../pools/user-pool.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const deleteUserPool = operation({
  name: 'DeleteUserPool',
  kind: 'admin',
  input: structure({ UserPoolId: required(c.UserPoolId) }),
  async run({ context }, { UserPoolId }) {
    await context.db.transaction().execute(async (tx) => {
      const pool = await getUserPoolForUpdate(tx, UserPoolId)
      if (rulesOf(pool).deletionProtected) throw errors.deletionProtected()
      if ((await domainsOfPool(tx, UserPoolId)).length > 0) throw errors.poolHasDomains()
      // Users, clients, keys and what hangs on them go with their pool.
      await tx.deleteFrom('user_pools').where('id', '=', UserPoolId).execute()
    })
    forgetKeys(context, UserPoolId)
    return undefined
  },
})
