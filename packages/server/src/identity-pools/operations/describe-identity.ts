import { operation } from '../../operations/operation.js'
import * as s from '../../wire/identity-pool-settings.js'
import { required, structure } from '../../wire/shape.js'
import { describeIdentity as describe } from '../describe-identity.js'
import { getIdentity, loginsOfIdentity } from '../identity.js'
import { getIdentityPool } from '../identity-pool.js'

export const describeIdentity = operation({
  name: 'DescribeIdentity',
  kind: 'none',
  input: structure({ IdentityId: required(s.IdentityId) }),
  async run({ context }, { IdentityId }) {
    const identity = await getIdentity(context.db, IdentityId)
    const pool = await getIdentityPool(context.db, identity.poolId)
    const logins = await loginsOfIdentity(context.db, IdentityId)
    return describe(
      context,
      pool,
      identity,
      logins.map(({ provider }) => provider),
    )
  },
})
