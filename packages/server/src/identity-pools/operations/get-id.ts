import { countSilent } from '../../delivery/count-messages.js'
import { errors } from '../../errors.js'
import { operation } from '../../operations/operation.js'
import * as s from '../../wire/identity-pool-settings.js'
import { required, structure } from '../../wire/shape.js'
import { getIdentity, type Identity, insertIdentity } from '../identity.js'
import { getIdentityPool } from '../identity-pool.js'
import { linkLogins } from '../link-logins.js'
import { verifyLogins } from '../verify-logins.js'

export const getId = operation({
  name: 'GetId',
  kind: 'anyone',
  input: structure({
    AccountId: s.AccountId,
    IdentityPoolId: required(s.IdentityPoolId),
    Logins: s.LoginsMap,
  }),
  async run(call, { IdentityPoolId, Logins = {} }) {
    const { context, audit } = call
    const pool = await getIdentityPool(context.db, IdentityPoolId)
    audit.note({ identityPoolId: pool.id })
    const found = ({ id }: Identity) => {
      audit.note({ identityId: id })
      return { IdentityId: id }
    }
    if (Object.keys(Logins).length === 0) {
      if (!pool.settings.AllowUnauthenticatedIdentities) throw errors.noGuests()
      const limitedAddress = call.clientAddress
      if (!(await countSilent({ context, limitedAddress }, context.db, 'guest')))
        throw errors.attemptLimitExceeded()
      return found(await insertIdentity(context, context.db, pool.id, { isGuest: true }))
    }
    const { logins, identityId } = await verifyLogins(call, pool, Logins)
    if (logins.length === 0 && identityId !== undefined)
      return found(await getIdentity(context.db, identityId))
    const asked = identityId === undefined ? undefined : { id: identityId, isProven: true }
    const identity = await context.db
      .transaction()
      .execute(async (tx) => await linkLogins(context, tx, pool.id, logins, asked))
    return found(identity)
  },
})
