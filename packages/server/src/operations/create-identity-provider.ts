import { describeProvider } from '../federation/describe-provider.js'
import { insertProvider } from '../federation/save-provider.js'
import { getUserPoolForUpdate } from '../pools/user-pool.js'
import { CreateIdentityProviderInput } from '../wire/identity-provider-settings.js'
import { operation } from './operation.js'

export const createIdentityProvider = operation({
  name: 'CreateIdentityProvider',
  kind: 'admin',
  input: CreateIdentityProviderInput,
  async run(
    { context },
    { UserPoolId, ProviderName: name, ProviderType: type, ProviderDetails, ...settings },
  ) {
    const provider = await context.db.transaction().execute(async (tx) => {
      const pool = await getUserPoolForUpdate(tx, UserPoolId)
      return await insertProvider(context, tx, pool, { name, type, details: ProviderDetails, settings })
    })
    return { IdentityProvider: await describeProvider(context, provider) }
  },
})
