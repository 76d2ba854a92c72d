import { operation } from '../../operations/operation.js'
import { CreateIdentityPoolInput } from '../../wire/identity-pool-settings.js'
import { describeIdentityPool, newIdentityId } from '../identity-pool.js'
import { insertIdentityPool } from '../save-identity-pool.js'
import { validateIdentityPool } from '../validate-identity-pool.js'

export const createIdentityPool = operation({
  name: 'CreateIdentityPool',
  kind: 'none',
  input: CreateIdentityPoolInput,
  async run({ context, audit }, { IdentityPoolName: name, ...settings }) {
    validateIdentityPool(settings)
    const pool = { id: newIdentityId(context), name, settings, roles: {}, principalTags: {} }
    await context.db.transaction().execute((tx) => insertIdentityPool(context, tx, pool))
    audit.note({ identityPoolId: pool.id })
    return describeIdentityPool(pool)
  },
})
