import { saveUserPool } from '../pools/save-user-pool.js'
import { getUserPoolForUpdate } from '../pools/user-pool.js'
import { validateUserPool } from '../pools/validate-user-pool.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { mutableUserPoolMembers } from '../wire/user-pool-settings.js'
import { operation } from './operation.js'

/** A full replacement: what can change and is not named goes back to its default. */
export const updateUserPool = operation({
  name: 'UpdateUserPool',
  kind: 'admin',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    ...mutableUserPoolMembers,
    PoolName: c.UserPoolName,
  }),
  async run({ context }, input) {
    const { UserPoolId, PoolName, ...mutable } = input
    await context.db.transaction().execute(async (tx) => {
      const pool = await getUserPoolForUpdate(tx, UserPoolId)
      const { Schema, CustomAttributes, AliasAttributes, UsernameAttributes, UsernameConfiguration } =
        pool.settings
      const settings = {
        ...mutable,
        Schema,
        CustomAttributes,
        AliasAttributes,
        UsernameAttributes,
        UsernameConfiguration,
      }
      validateUserPool(settings)
      await saveUserPool(context, tx, {
        ...pool,
        name: PoolName ?? pool.name,
        settings,
        mfaConfig: { ...pool.mfaConfig, MfaConfiguration: settings.MfaConfiguration ?? 'OFF' },
      })
    })
    return {}
  },
})
