import { clientsOfPool, getClientForUpdate } from '../clients/app-client.js'
import { errors } from '../errors.js'
import { saveUserPool } from '../pools/save-user-pool.js'
import { getUserPoolForUpdate } from '../pools/user-pool.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { SsoSession } from '../wire/user-pool-settings.js'
import { operation } from './operation.js'

/** For how long a client takes a sign-in on the pages as its own. Sessions that have begun keep their end. */
export const setUserPoolClientSessionConfiguration = operation({
  name: 'SetUserPoolClientSessionConfiguration',
  kind: 'admin of a client',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    ClientId: required(c.ClientId),
    SSOSession: required(SsoSession),
  }),
  async run({ context, pool: { settings } }, { UserPoolId, ClientId, SSOSession }) {
    if (settings.UserPoolTier === 'LITE') throw errors.notForTier('Session configuration', 'LITE')
    await context.db.transaction().execute(async (tx) => {
      const pool = await getUserPoolForUpdate(tx, UserPoolId)
      const { client } = await getClientForUpdate(tx, UserPoolId, ClientId)
      await tx
        .updateTable('app_clients')
        .set({
          settings: JSON.stringify({ ...client.settings, SSOSession }),
          updated_at: context.clock.now(),
        })
        .where('id', '=', ClientId)
        .execute()
      const minutes = (await clientsOfPool(tx, UserPoolId)).map(
        ({ settings }) => settings.SSOSession?.MaxValidityMinutes ?? 0,
      )
      // Known without the other clients, whenever a user signs in.
      await saveUserPool(context, tx, { ...pool, longestSsoMinutes: Math.max(...minutes) })
    })
    return { UserPoolId, ClientId, SSOSession }
  },
})
