import { operation } from '../../operations/operation.js'
import * as s from '../../wire/identity-pool-settings.js'
import { list, required, structure } from '../../wire/shape.js'

export const deleteIdentities = operation({
  name: 'DeleteIdentities',
  kind: 'none',
  input: structure({ IdentityIdsToDelete: required(list(s.IdentityId, { min: 1, max: 60 })) }),
  async run({ context }, { IdentityIdsToDelete }) {
    await context.db.deleteFrom('identities').where('id', 'in', IdentityIdsToDelete).execute()
    // What was not there is gone as well.
    return { UnprocessedIdentityIds: [] }
  },
})
