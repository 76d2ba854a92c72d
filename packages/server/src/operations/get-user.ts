import { canRead } from '../clients/attribute-permissions.js'
import { attributeList } from '../users/attributes.js'
import { describeMfa } from '../users/mfa-preference.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const getUser = operation({
  name: 'GetUser',
  kind: 'user',
  input: structure({ AccessToken: required(c.TokenModel) }),
  async run({ user, client }) {
    return {
      Username: user.username,
      UserAttributes: attributeList(user).filter(({ Name }) => canRead(client, Name)),
      ...describeMfa(user),
    }
  },
})
