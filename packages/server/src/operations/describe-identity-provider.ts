import { describeProvider } from '../federation/describe-provider.js'
import { getProvider } from '../federation/identity-provider.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const describeIdentityProvider = operation({
  name: 'DescribeIdentityProvider',
  kind: 'admin',
  input: structure({ UserPoolId: required(c.UserPoolId), ProviderName: required(c.ProviderName) }),
  async run({ context, pool }, { ProviderName }) {
    return {
      IdentityProvider: await describeProvider(
        context,
        await getProvider(context, context.db, pool.id, ProviderName),
      ),
    }
  },
})
