import { errors } from '../../errors.js'
import { operation } from '../../operations/operation.js'
import * as s from '../../wire/identity-pool-settings.js'
import { required, structure } from '../../wire/shape.js'
import { developerLogin, findOwner } from '../developer-login.js'
import { disableIdentity, getIdentityForUpdate, loginsOfIdentity } from '../identity.js'
import { getIdentityPool } from '../identity-pool.js'

export const mergeDeveloperIdentities = operation({
  name: 'MergeDeveloperIdentities',
  kind: 'none',
  input: structure({
    SourceUserIdentifier: required(s.DeveloperUserIdentifier),
    DestinationUserIdentifier: required(s.DeveloperUserIdentifier),
    DeveloperProviderName: required(s.DeveloperProviderName),
    IdentityPoolId: required(s.IdentityPoolId),
  }),
  async run({ context }, input) {
    const pool = await getIdentityPool(context.db, input.IdentityPoolId)
    const loginOf = (user: string) => developerLogin(pool, user, input.DeveloperProviderName)
    const destination = await context.db.transaction().execute(async (tx) => {
      const from = await findOwner(tx, pool.id, loginOf(input.SourceUserIdentifier))
      const to = await findOwner(tx, pool.id, loginOf(input.DestinationUserIdentifier))
      if (from === undefined || to === undefined) throw errors.developerUserNotFound()
      if (from === to) return to
      // In one order, so that two merges do not wait for each other.
      for (const id of [from, to].sort()) await getIdentityForUpdate(tx, id)
      const { provider: developer } = loginOf('')
      const theirs = new Set((await loginsOfIdentity(tx, to)).map(({ provider }) => provider))
      const ofBoth = (await loginsOfIdentity(tx, from)).some(
        ({ provider }) => provider !== developer && theirs.has(provider),
      )
      // A person is one user of a public provider.
      if (ofBoth) throw errors.loginOfAnotherIdentity()
      await tx
        .updateTable('identity_logins')
        .set({ identity_id: to })
        .where('identity_id', '=', from)
        .execute()
      await disableIdentity(context, tx, from)
      return to
    })
    return { IdentityId: destination }
  },
})
