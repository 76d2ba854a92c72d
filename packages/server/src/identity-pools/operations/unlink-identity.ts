import { errors } from '../../errors.js'
import { operation } from '../../operations/operation.js'
import * as s from '../../wire/identity-pool-settings.js'
import { list, required, structure } from '../../wire/shape.js'
import { getIdentity, getIdentityForUpdate, loginsOfIdentity, removeLogin } from '../identity.js'
import { getIdentityPool } from '../identity-pool.js'
import { canonicalProvider } from '../provider-name.js'
import { verifyLogins } from '../verify-logins.js'

export const unlinkIdentity = operation({
  name: 'UnlinkIdentity',
  kind: 'anyone',
  input: structure({
    IdentityId: required(s.IdentityId),
    Logins: required(s.LoginsMap),
    LoginsToRemove: required(list(s.IdentityProviderName)),
  }),
  async run(call, { IdentityId, Logins, LoginsToRemove }) {
    const { context } = call
    const { poolId } = await getIdentity(context.db, IdentityId)
    const pool = await getIdentityPool(context.db, poolId)
    call.audit.note({ identityPoolId: pool.id, identityId: IdentityId })
    const { logins: proven, identityId } = await verifyLogins(call, pool, Logins)
    const removed = LoginsToRemove.map((name) => canonicalProvider(context, name))
    await context.db.transaction().execute(async (tx) => {
      const identity = await getIdentityForUpdate(tx, IdentityId)
      const logins = await loginsOfIdentity(tx, IdentityId)
      const isTheirs = proven.some((login) =>
        logins.some(({ provider, subject }) => provider === login.provider && subject === login.subject),
      )
      if (!isTheirs && identityId !== IdentityId) throw errors.loginsDoNotMatch()
      for (const login of logins)
        if (removed.includes(login.provider)) await removeLogin(context, tx, identity, login)
    })
    return undefined
  },
})
