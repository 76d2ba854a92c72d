import { deletePasskey } from '../users/passkey.js'
import { getUserForUpdate } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const deleteWebAuthnCredential = operation({
  name: 'DeleteWebAuthnCredential',
  kind: 'user',
  input: structure({ AccessToken: required(c.TokenModel), CredentialId: required(c.AnyString) }),
  async run({ context, pool, user }, { CredentialId }) {
    await context.db.transaction().execute(async (tx) => {
      await getUserForUpdate(tx, pool, user.id)
      await deletePasskey(tx, pool.id, user.id, CredentialId)
    })
    return {}
  },
})
