import { saveUserPool } from '../pools/save-user-pool.js'
import { getTaggedPool } from '../pools/tagged-pool.js'
import { getUserPoolForUpdate } from '../pools/user-pool.js'
import { assertTags } from '../pools/validate-user-pool.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { Tags } from '../wire/user-pool-settings.js'
import { operation } from './operation.js'

export const tagResource = operation({
  name: 'TagResource',
  kind: 'none',
  input: structure({ ResourceArn: required(c.Arn), Tags: required(Tags) }),
  async run({ context }, input) {
    assertTags(input.Tags)
    const { id } = await getTaggedPool(context, input.ResourceArn)
    await context.db.transaction().execute(async (tx) => {
      const pool = await getUserPoolForUpdate(tx, id)
      const UserPoolTags = { ...pool.settings.UserPoolTags, ...input.Tags }
      await saveUserPool(context, tx, { ...pool, settings: { ...pool.settings, UserPoolTags } })
    })
    return {}
  },
})
