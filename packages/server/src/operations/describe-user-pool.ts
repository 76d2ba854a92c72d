import type { DomainKind } from '../db/schema.js'
import { domainsOfPool } from '../domains/domain.js'
import { describeUserPool as describePool } from '../pools/describe-user-pool.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const describeUserPool = operation({
  name: 'DescribeUserPool',
  kind: 'admin',
  input: structure({ UserPoolId: required(c.UserPoolId) }),
  async run({ context, pool }) {
    const domains = await domainsOfPool(context.db, pool.id)
    const named = (kind: DomainKind) => domains.find((domain) => domain.kind === kind)?.domain
    return {
      UserPool: {
        ...(await describePool(context, context.db, pool)),
        Domain: named('prefix'),
        CustomDomain: named('custom'),
      },
    }
  },
})
