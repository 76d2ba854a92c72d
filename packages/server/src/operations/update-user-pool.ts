import { saveUserPool } from '../pools/save-user-pool.js'
import { assertPoolSettingsSupported } from '../pools/supported-settings.js'
import { getUserPoolForUpdate } from '../pools/user-pool.js'
import { assertFunctionsRun, validateUserPool } from '../pools/validate-user-pool.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { mutableUserPoolMembers } from '../wire/user-pool-settings.js'
import { operation } from './operation.js'

/**
 * A replacement: what can change and is not named goes back to its default. Not so the policies, each by itself, the MFA
 * mode and the tier, which stay, as measured on the service: https://github.com/go-to-k/cdkd/pull/1982
 */
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
    await assertFunctionsRun(context, mutable)
    await context.db.transaction().execute(async (tx) => {
      const pool = await getUserPoolForUpdate(tx, UserPoolId)
      const { Schema, CustomAttributes, AliasAttributes, UsernameAttributes, UsernameConfiguration } =
        pool.settings
      const { MfaConfiguration = pool.settings.MfaConfiguration } = mutable
      const { UserPoolTier = pool.settings.UserPoolTier } = mutable
      const settings = {
        ...mutable,
        Policies: mutable.Policies
          ? { ...pool.settings.Policies, ...mutable.Policies }
          : pool.settings.Policies,
        MfaConfiguration,
        UserPoolTier,
        Schema,
        CustomAttributes,
        AliasAttributes,
        UsernameAttributes,
        UsernameConfiguration,
      }
      // A mode that the pool has already is not asked for.
      validateUserPool({ ...settings, MfaConfiguration: mutable.MfaConfiguration }, pool.mfaConfig)
      assertPoolSettingsSupported(context, settings)
      await saveUserPool(context, tx, {
        ...pool,
        name: PoolName ?? pool.name,
        settings,
        mfaConfig: mutable.MfaConfiguration
          ? { ...pool.mfaConfig, MfaConfiguration: mutable.MfaConfiguration }
          : pool.mfaConfig,
      })
    })
    return {}
  },
})
