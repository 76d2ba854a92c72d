import { operation } from '../../operations/operation.js'
import * as c from '../../wire/constraints.js'
import { ArnString } from '../../wire/identity-pool-settings.js'
import { list, required, structure } from '../../wire/shape.js'
import { getIdentityPoolForUpdate } from '../identity-pool.js'
import { saveIdentityPool } from '../save-identity-pool.js'
import { getTaggedIdentityPool } from '../tagged-identity-pool.js'

export const untagResource = operation({
  name: 'UntagResource',
  kind: 'none',
  input: structure({ ResourceArn: required(ArnString), TagKeys: required(list(c.TagKeys)) }),
  async run({ context }, { ResourceArn, TagKeys }) {
    const { id } = await getTaggedIdentityPool(context, ResourceArn)
    await context.db.transaction().execute(async (tx) => {
      const pool = await getIdentityPoolForUpdate(tx, id)
      const kept = Object.entries(pool.settings.IdentityPoolTags ?? {}).filter(
        ([name]) => !TagKeys.includes(name),
      )
      const settings = { ...pool.settings, IdentityPoolTags: Object.fromEntries(kept) }
      await saveIdentityPool(context, tx, { ...pool, settings })
    })
    return {}
  },
})
