import { operation } from '../../operations/operation.js'
import { ArnString } from '../../wire/identity-pool-settings.js'
import { required, structure } from '../../wire/shape.js'
import { Tags } from '../../wire/user-pool-settings.js'
import { getIdentityPoolForUpdate } from '../identity-pool.js'
import { saveIdentityPool } from '../save-identity-pool.js'
import { getTaggedIdentityPool } from '../tagged-identity-pool.js'

export const tagResource = operation({
  name: 'TagResource',
  kind: 'none',
  input: structure({ ResourceArn: required(ArnString), Tags: required(Tags) }),
  async run({ context }, { ResourceArn, Tags }) {
    const { id } = await getTaggedIdentityPool(context, ResourceArn)
    await context.db.transaction().execute(async (tx) => {
      const pool = await getIdentityPoolForUpdate(tx, id)
      const IdentityPoolTags = { ...pool.settings.IdentityPoolTags, ...Tags }
      await saveIdentityPool(context, tx, { ...pool, settings: { ...pool.settings, IdentityPoolTags } })
    })
    return {}
  },
})
