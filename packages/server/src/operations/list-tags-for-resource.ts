import { getTaggedPool } from '../pools/tagged-pool.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const listTagsForResource = operation({
  caller: 'admin',
  input: structure({ ResourceArn: required(c.Arn) }),
  async run(context, input) {
    const { settings } = await getTaggedPool(context, input.ResourceArn)
    return { Tags: settings.UserPoolTags ?? {} }
  },
})
