import { saveUserPool } from '../pools/save-user-pool.js'
import { getTaggedPool } from '../pools/tagged-pool.js'
import { getUserPoolForUpdate } from '../pools/user-pool.js'
import * as c from '../wire/constraints.js'
import { list, required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const untagResource = operation({
  name: 'UntagResource',
  kind: 'none',
  input: structure({ ResourceArn: required(c.Arn), TagKeys: required(list(c.TagKeys)) }),
  async run({ context }, input) {
    const { id } = await getTaggedPool(context, input.ResourceArn)
    await context.db.transaction().execute(async (tx) => {
      const pool = await getUserPoolForUpdate(tx, id)
      const UserPoolTags = Object.fromEntries(
        Object.entries(pool.settings.UserPoolTags ?? {}).filter(([key]) => !input.TagKeys.includes(key)),
      )
      await saveUserPool(context, tx, { ...pool, settings: { ...pool.settings, UserPoolTags } })
    })
    return {}
  },
})
