import { assertWritable } from '../clients/attribute-permissions.js'
import { deliverCode } from '../delivery/deliver-code.js'
import { changeAttributes } from '../flows/change-attributes.js'
import { attributeRecord, attributesToStore } from '../users/attributes.js'
import * as c from '../wire/constraints.js'
import { list, required, structure } from '../wire/shape.js'
import { Attribute, ClientMetadata } from '../wire/shared-members.js'
import { operation } from './operation.js'

export const updateUserAttributes = operation({
  name: 'UpdateUserAttributes',
  kind: 'user',
  input: structure({
    UserAttributes: required(list(Attribute)),
    AccessToken: required(c.TokenModel),
    ClientMetadata,
  }),
  async run({ context, user, pool, client }, input) {
    const changes = attributesToStore(pool, attributeRecord(input.UserAttributes))
    assertWritable(pool, client, Object.keys(changes))
    const codes = await context.db
      .transaction()
      .execute((tx) => changeAttributes(context, tx, pool, user.id, changes))
    const CodeDeliveryDetailsList = []
    for (const code of codes)
      CodeDeliveryDetailsList.push(
        await deliverCode(context, pool, user, { ...code, purpose: 'update-attribute' }),
      )
    return { CodeDeliveryDetailsList }
  },
})
