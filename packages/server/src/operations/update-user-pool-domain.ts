import { managedLoginVersion, targetOfDomains } from '../domains/describe-domain.js'
import { findDomain } from '../domains/domain.js'
import { validateDomain } from '../domains/validate-domain.js'
import { errors } from '../errors.js'
import { getUserPoolForUpdate } from '../pools/user-pool.js'
import * as c from '../wire/constraints.js'
import { mutableDomainMembers } from '../wire/domain-settings.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const updateUserPoolDomain = operation({
  name: 'UpdateUserPoolDomain',
  kind: 'admin',
  input: structure({
    Domain: required(c.Domain),
    UserPoolId: required(c.UserPoolId),
    ...mutableDomainMembers,
  }),
  async run({ context }, { Domain, UserPoolId, ...given }) {
    const { kind, settings } = await context.db.transaction().execute(async (tx) => {
      const pool = await getUserPoolForUpdate(tx, UserPoolId)
      const found = await findDomain(tx, Domain)
      if (found?.userPoolId !== pool.id) throw errors.domainNotFound(Domain)
      // What is not named stays: a domain does not change its kind for want of a certificate.
      const settings = { ...found.settings, ...given }
      if (validateDomain(pool, Domain, settings) !== found.kind) throw errors.domainPrefixInvalid()
      await tx
        .updateTable('domains')
        .set({ settings: JSON.stringify(settings) })
        .where('domain', '=', Domain)
        .execute()
      return { kind: found.kind, settings }
    })
    return {
      ManagedLoginVersion: managedLoginVersion(settings),
      ...(kind === 'custom' && { CloudFrontDomain: targetOfDomains(context) }),
    }
  },
})
