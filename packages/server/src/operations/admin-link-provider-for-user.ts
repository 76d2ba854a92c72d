import { errors } from '../errors.js'
import { SUBJECT } from '../federation/federated-identity.js'
import { getProvider } from '../federation/identity-provider.js'
import { linkIdentity } from '../federation/link-identity.js'
import { getUser } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { ProviderUser } from '../wire/identity-provider-settings.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

/** The destination is a user of the pool, or one who came of another provider. */
export const adminLinkProviderForUser = operation({
  name: 'AdminLinkProviderForUser',
  kind: 'admin',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    DestinationUser: required(ProviderUser),
    SourceUser: required(ProviderUser),
  }),
  async run({ context, pool, about }, { DestinationUser, SourceUser }) {
    const { ProviderName, ProviderAttributeName = SUBJECT, ProviderAttributeValue: subject } = SourceUser
    const { ProviderAttributeValue: username } = DestinationUser
    if (!ProviderName) throw errors.linkIncomplete('SourceUser.ProviderName')
    if (ProviderName === 'Cognito') throw errors.linkSourceIsNative()
    if (!subject) throw errors.linkIncomplete('SourceUser.ProviderAttributeValue')
    if (!username) throw errors.linkIncomplete('DestinationUser.ProviderAttributeValue')
    const provider = await getProvider(context, context.db, pool.id, ProviderName)
    const { id: userId } = await getUser(context.db, pool, username)
    about(userId)
    await context.db
      .transaction()
      .execute((tx) =>
        linkIdentity(context, tx, pool, provider, { userId, attribute: ProviderAttributeName, subject }),
      )
    return {}
  },
})
