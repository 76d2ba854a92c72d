import { canRead } from '../clients/attribute-permissions.js'
import { authorize } from '../tokens/access-token.js'
import { attributeList } from '../users/attributes.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const getUser = operation({
  caller: 'client',
  input: structure({ AccessToken: required(c.TokenModel) }),
  async run(context, input) {
    const { user, client } = await authorize(context, input.AccessToken)
    return {
      Username: user.username,
      UserAttributes: attributeList(user).filter(({ Name }) => canRead(client, Name)),
    }
  },
})
