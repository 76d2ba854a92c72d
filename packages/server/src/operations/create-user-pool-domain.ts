import { createDomain } from '../domains/create-domain.js'
import { managedLoginVersion, targetOfDomains } from '../domains/describe-domain.js'
import { getUserPoolForUpdate } from '../pools/user-pool.js'
import * as c from '../wire/constraints.js'
import { mutableDomainMembers } from '../wire/domain-settings.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const createUserPoolDomain = operation({
  name: 'CreateUserPoolDomain',
  kind: 'admin',
  input: structure({
    Domain: required(c.Domain),
    UserPoolId: required(c.UserPoolId),
    ...mutableDomainMembers,
  }),
  async run({ context }, { Domain, UserPoolId, ...settings }) {
    const { kind } = await context.db.transaction().execute(async (tx) => {
      const pool = await getUserPoolForUpdate(tx, UserPoolId)
      return await createDomain(context, tx, pool, Domain, settings)
    })
    return {
      ManagedLoginVersion: managedLoginVersion(settings),
      ...(kind === 'custom' && { CloudFrontDomain: targetOfDomains(context) }),
    }
  },
})
