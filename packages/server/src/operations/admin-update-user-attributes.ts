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
  async run(call, input) {
    const { context, pool, user } = call
    const changes = attributesToStore(pool, attributeRecord(input.UserAttributes))
    const { changed, codes } = await context.db
      .transaction()
      .execute((tx) => changeAttributes(call, tx, user.id, changes))
    for (const { code, ...destination } of codes)
      await deliverCode(call, changed, destination, { purpose: 'update-attribute', code })
    return {}
  },
})
