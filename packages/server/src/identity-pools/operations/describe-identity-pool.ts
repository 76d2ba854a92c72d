import { operation } from '../../operations/operation.js'
import * as s from '../../wire/identity-pool-settings.js'
import { required, structure } from '../../wire/shape.js'
import { describeIdentityPool as describe, getIdentityPool } from '../identity-pool.js'

export const describeIdentityPool = operation({
  name: 'DescribeIdentityPool',
  kind: 'none',
  input: structure({ IdentityPoolId: required(s.IdentityPoolId) }),
  async run({ context }, { IdentityPoolId }) {
    return describe(await getIdentityPool(context.db, IdentityPoolId))
  },
})
