import { operation } from '../../operations/operation.js'
import { ArnString } from '../../wire/identity-pool-settings.js'
import { required, structure } from '../../wire/shape.js'
import { getTaggedIdentityPool } from '../tagged-identity-pool.js'

export const listTagsForResource = operation({
  name: 'ListTagsForResource',
  kind: 'none',
  input: structure({ ResourceArn: required(ArnString) }),
  async run({ context }, { ResourceArn }) {
    const { settings } = await getTaggedIdentityPool(context, ResourceArn)
    return { Tags: settings.IdentityPoolTags ?? {} }
  },
})
