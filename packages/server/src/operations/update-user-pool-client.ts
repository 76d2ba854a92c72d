import { getClientForUpdate } from '../clients/app-client.js'
import { describeAppClient } from '../clients/describe-app-client.js'
import { validateAppClient } from '../clients/validate-app-client.js'
import { providerNamesOf } from '../federation/identity-provider.js'
import { assertClientSettingsSupported } from '../pools/supported-settings.js'
import { customScopesOf } from '../resource-servers/resource-server.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { mutableClientMembers } from '../wire/user-pool-settings.js'
import { operation } from './operation.js'

/** A full replacement: what is not named goes back to its default. Secrets have operations of their own. */
export const updateUserPoolClient = operation({
  name: 'UpdateUserPoolClient',
  kind: 'admin of a client',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    ClientId: required(c.ClientId),
    ClientName: c.ClientName,
    ...mutableClientMembers,
  }),
  async run({ context }, input) {
    const { UserPoolId, ClientId, ClientName, ...given } = input
    const client = await context.db.transaction().execute(async (tx) => {
      const { client: current, pool } = await getClientForUpdate(tx, UserPoolId, ClientId)
      const customScopes = await customScopesOf(tx, UserPoolId)
      const providers = await providerNamesOf(tx, UserPoolId)
      // That has an operation of its own.
      const { SSOSession } = current.settings
      const settings = { ...given, ...(SSOSession && { SSOSession }) }
      validateAppClient(pool, settings, { hasSecret: current.secrets.length > 0, customScopes, providers })
      assertClientSettingsSupported(context, settings)
      const changed = {
        ...current,
        name: ClientName ?? current.name,
        settings,
        updatedAt: context.clock.now(),
      }
      await tx
        .updateTable('app_clients')
        .set({ name: changed.name, settings: JSON.stringify(settings), updated_at: changed.updatedAt })
        .where('id', '=', ClientId)
        .execute()
      return changed
    })
    return { UserPoolClient: describeAppClient(context, client) }
  },
})
