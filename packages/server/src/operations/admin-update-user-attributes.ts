import { deliverCode } from '../delivery/deliver-code.js'
import { changeAttributes } from '../flows/change-attributes.js'
import { attributeRecord, attributesToStore } from '../users/attributes.js'
import * as c from '../wire/constraints.js'
import { list, required, structure } from '../wire/shape.js'
import { Attribute, ClientMetadata } from '../wire/shared-members.js'
import { operation } from './operation.js'

export const adminUpdateUserAttributes = operation({
  name: 'AdminUpdateUserAttributes',
  kind: 'admin about a user',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    Username: required(c.Username),
    UserAttributes: required(list(Attribute)),
    ClientMetadata,
  }),
  async run({ context, pool, user }, input) {
    const changes = attributesToStore(pool, attributeRecord(input.UserAttributes))
    const codes = await context.db
      .transaction()
      .execute((tx) => changeAttributes(context, tx, pool, user.id, changes))
    for (const code of codes) await deliverCode(context, pool, user, { ...code, purpose: 'update-attribute' })
    return {}
  },
})
