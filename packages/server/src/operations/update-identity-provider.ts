import { describeProvider } from '../federation/describe-provider.js'
import { getProvider } from '../federation/identity-provider.js'
import { updateProvider } from '../federation/save-provider.js'
import { getUserPoolForUpdate } from '../pools/user-pool.js'
import { UpdateIdentityProviderInput } from '../wire/identity-provider-settings.js'
import { operation } from './operation.js'

/** What is not named stays as it is. */
export const updateIdentityProvider = operation({
  name: 'UpdateIdentityProvider',
  kind: 'admin',
  input: UpdateIdentityProviderInput,
  async run({ context }, { UserPoolId, ProviderName, ProviderDetails, ...settings }) {
    const provider = await context.db.transaction().execute(async (tx) => {
      const pool = await getUserPoolForUpdate(tx, UserPoolId)
      const current = await getProvider(context, tx, UserPoolId, ProviderName)
      return await updateProvider(context, tx, pool, {
        ...current,
        details: ProviderDetails ?? current.details,
        settings: { ...current.settings, ...settings },
      })
    })
    return { IdentityProvider: await describeProvider(context, provider) }
  },
})
