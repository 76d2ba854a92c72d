import { insertAppClient, newClientId, newClientSecret } from '../clients/create-app-client.js'
import { describeAppClient } from '../clients/describe-app-client.js'
import { validateAppClient } from '../clients/validate-app-client.js'
import { errors } from '../errors.js'
import { providerNamesOf } from '../federation/identity-provider.js'
import { assertClientSettingsSupported } from '../pools/supported-settings.js'
import { getUserPoolForUpdate } from '../pools/user-pool.js'
import { customScopesOf } from '../resource-servers/resource-server.js'
import { CreateUserPoolClientInput } from '../wire/user-pool-settings.js'
import { operation } from './operation.js'

/** App clients of a pool. */
const MAX_CLIENTS = 1000

export const createUserPoolClient = operation({
  name: 'CreateUserPoolClient',
  kind: 'admin',
  input: CreateUserPoolClientInput,
  async run({ context, audit }, input) {
    const { UserPoolId, ClientName, GenerateSecret, ClientSecret, ...settings } = input
    if (GenerateSecret && ClientSecret !== undefined) throw errors.secretAndGenerateSecret()
    const secret = GenerateSecret ? newClientSecret(context) : ClientSecret
    const client = await context.db.transaction().execute(async (tx) => {
      const pool = await getUserPoolForUpdate(tx, UserPoolId)
      const customScopes = await customScopesOf(tx, UserPoolId)
      const providers = await providerNamesOf(tx, UserPoolId)
      validateAppClient(pool, settings, { hasSecret: secret !== undefined, customScopes, providers })
      assertClientSettingsSupported(context, settings)
      const { count } = await tx
        .selectFrom('app_clients')
        .select(({ fn }) => fn.countAll<number | string>().as('count'))
        .where('user_pool_id', '=', UserPoolId)
        .executeTakeFirstOrThrow()
      if (Number(count) >= MAX_CLIENTS) throw errors.tooManyClients()
      return await insertAppClient(context, tx, {
        id: newClientId(context),
        userPoolId: UserPoolId,
        name: ClientName,
        settings,
        ...(secret !== undefined && { secret }),
      })
    })
    audit.note({ clientId: client.id })
    return { UserPoolClient: describeAppClient(context, client) }
  },
})
