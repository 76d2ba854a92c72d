import { errors } from '../../errors.js'
import { operation } from '../../operations/operation.js'
import * as s from '../../wire/identity-pool-settings.js'
import { required, structure } from '../../wire/shape.js'
import { developerLogin, findOwner } from '../developer-login.js'
import { getIdentityForUpdate, removeLogin } from '../identity.js'
import { getIdentityPool } from '../identity-pool.js'

export const unlinkDeveloperIdentity = operation({
  name: 'UnlinkDeveloperIdentity',
  kind: 'none',
  input: structure({
    IdentityId: required(s.IdentityId),
    IdentityPoolId: required(s.IdentityPoolId),
    DeveloperProviderName: required(s.DeveloperProviderName),
    DeveloperUserIdentifier: required(s.DeveloperUserIdentifier),
  }),
  async run({ context }, input) {
    const pool = await getIdentityPool(context.db, input.IdentityPoolId)
    const login = developerLogin(pool, input.DeveloperUserIdentifier, input.DeveloperProviderName)
    await context.db.transaction().execute(async (tx) => {
      const identity = await getIdentityForUpdate(tx, input.IdentityId)
      if (identity.poolId !== pool.id) throw errors.identityNotFound(identity.id)
      const owner = await findOwner(tx, pool.id, login)
      if (owner === undefined) throw errors.developerUserNotFound()
      if (owner !== identity.id) throw errors.developerUserOfAnother()
      await removeLogin(context, tx, identity, login)
    })
    return undefined
  },
})
