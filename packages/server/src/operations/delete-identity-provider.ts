import { errors } from '../errors.js'
import { endSsoSessionsFrom } from '../tokens/sso-session.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

/** Its users stay: another provider of the same name finds them again. What they have begun in browsers ends. */
export const deleteIdentityProvider = operation({
  name: 'DeleteIdentityProvider',
  kind: 'admin',
  input: structure({ UserPoolId: required(c.UserPoolId), ProviderName: required(c.ProviderName) }),
  async run({ context, pool }, { ProviderName }) {
    await context.db.transaction().execute(async (tx) => {
      const { numDeletedRows } = await tx
        .deleteFrom('identity_providers')
        .where('user_pool_id', '=', pool.id)
        .where('name', '=', ProviderName)
        .executeTakeFirst()
      if (numDeletedRows === 0n) throw errors.providerNotFound(ProviderName)
      await endSsoSessionsFrom(tx, ProviderName, { userPoolId: pool.id })
    })
    return undefined
  },
})
