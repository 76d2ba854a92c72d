import { errors } from '../errors.js'
import { SUBJECT } from '../federation/federated-identity.js'
import { unlinkIdentity } from '../federation/link-identity.js'
import { endSsoSessions, endSsoSessionsFrom } from '../tokens/sso-session.js'
import { revokeAllTokens } from '../tokens/token-family.js'
import { saveEnabled } from '../users/save-user.js'
import { getUser, getUserForUpdate } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { ProviderUser } from '../wire/identity-provider-settings.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

/** A link is undone: the person is a new user the next time. Without one, the user can no longer sign in. */
export const adminDisableProviderForUser = operation({
  name: 'AdminDisableProviderForUser',
  kind: 'admin',
  input: structure({ UserPoolId: required(c.UserPoolId), User: required(ProviderUser) }),
  async run({ context, pool, about }, { User }) {
    const { ProviderName: provider, ProviderAttributeName: attribute = SUBJECT } = User
    const { ProviderAttributeValue: subject } = User
    if (!provider) throw errors.linkIncomplete('User.ProviderName')
    if (!subject) throw errors.linkIncomplete('User.ProviderAttributeValue')
    await context.db.transaction().execute(async (tx) => {
      const key = { userPoolId: pool.id, provider, attribute, subject }
      const { user, wasOwn } =
        provider === 'Cognito'
          ? { user: await getUserForUpdate(tx, pool, (await getUser(tx, pool, subject)).id), wasOwn: true }
          : await unlinkIdentity(context, tx, pool, key)
      about(user.id)
      if (!wasOwn) return await endSsoSessionsFrom(tx, provider, { userId: user.id })
      await saveEnabled(context, tx, user, false)
      await revokeAllTokens(context, tx, user.id)
      await endSsoSessions(tx, user.id)
    })
    return {}
  },
})
