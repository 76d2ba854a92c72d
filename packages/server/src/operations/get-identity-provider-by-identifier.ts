import { errors } from '../errors.js'
import { describeProvider } from '../federation/describe-provider.js'
import { findProviderByIdentifier } from '../federation/identity-provider.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const getIdentityProviderByIdentifier = operation({
  name: 'GetIdentityProviderByIdentifier',
  kind: 'admin',
  input: structure({ UserPoolId: required(c.UserPoolId), IdpIdentifier: required(c.IdpIdentifier) }),
  async run({ context, pool }, { IdpIdentifier }) {
    const provider = await findProviderByIdentifier(context, pool.id, IdpIdentifier)
    if (!provider) throw errors.providerIdentifierNotFound(IdpIdentifier)
    return { IdentityProvider: await describeProvider(context, provider) }
  },
})
