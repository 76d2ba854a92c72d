import { errors } from '../errors.js'
import { saveUserPool } from '../pools/save-user-pool.js'
import { getUserPoolForUpdate } from '../pools/user-pool.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { sessionConfigMembers } from '../wire/user-pool-settings.js'
import { operation } from './operation.js'

/** Whether a pool tells users of their sessions, and how many of them a user has at most. None ends before a sign-in. */
export const setUserPoolSessionConfiguration = operation({
  name: 'SetUserPoolSessionConfiguration',
  kind: 'admin',
  input: structure({ UserPoolId: required(c.UserPoolId), ...sessionConfigMembers }),
  async run({ context, pool: { settings } }, { UserPoolId, ...sessionConfig }) {
    if (settings.UserPoolTier === 'LITE') throw errors.notForTier('Session configuration', 'LITE')
    await context.db.transaction().execute(async (tx) => {
      const pool = await getUserPoolForUpdate(tx, UserPoolId)
      await saveUserPool(context, tx, { ...pool, sessionConfig })
    })
    return { UserPoolId, ...sessionConfig }
  },
})
