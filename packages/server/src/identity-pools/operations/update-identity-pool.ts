import { errors } from '../../errors.js'
import { operation } from '../../operations/operation.js'
import * as s from '../../wire/identity-pool-settings.js'
import { required, structure } from '../../wire/shape.js'
import { describeIdentityPool, getIdentityPoolForUpdate } from '../identity-pool.js'
import { saveIdentityPool } from '../save-identity-pool.js'
import { validateIdentityPool } from '../validate-identity-pool.js'

/** Replaces a pool: what the input leaves out is removed, except tags and the developer provider, whose name is in identities. */
export const updateIdentityPool = operation({
  name: 'UpdateIdentityPool',
  kind: 'none',
  input: structure({ IdentityPoolId: required(s.IdentityPoolId), ...s.CreateIdentityPoolInput.members }),
  async run({ context }, { IdentityPoolId, IdentityPoolName: name, ...given }) {
    validateIdentityPool(given)
    const saved = await context.db.transaction().execute(async (tx) => {
      const pool = await getIdentityPoolForUpdate(tx, IdentityPoolId)
      const { DeveloperProviderName = given.DeveloperProviderName, IdentityPoolTags } = pool.settings
      if (given.DeveloperProviderName !== undefined && given.DeveloperProviderName !== DeveloperProviderName)
        throw errors.developerProviderFixed()
      const settings = { IdentityPoolTags, ...given, DeveloperProviderName }
      const changed = { ...pool, name, settings }
      await saveIdentityPool(context, tx, changed)
      return changed
    })
    return describeIdentityPool(saved)
  },
})
