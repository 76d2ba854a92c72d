import { getTaggedPool } from '../pools/tagged-pool.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const listTagsForResource = operation({
  name: 'ListTagsForResource',
  kind: 'none',
  input: structure({ ResourceArn: required(c.Arn) }),
  async run({ context }, input) {
    const { settings } = await getTaggedPool(context, input.ResourceArn)
    return { Tags: settings.UserPoolTags ?? {} }
  },
})
