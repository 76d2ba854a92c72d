import { assertWritable } from '../clients/attribute-permissions.js'
import { deliverCode } from '../delivery/deliver-code.js'
import { changeAttributes } from '../flows/change-attributes.js'
import { attributeRecord, attributesToStore } from '../users/attributes.js'
import { codeDeliveryDetails } from '../users/code-destination.js'
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
  async run(call, input) {
    const { context, user, pool, client } = call
    const changes = attributesToStore(pool, attributeRecord(input.UserAttributes))
    assertWritable(pool, client, Object.keys(changes))
    const { changed, codes } = await context.db
      .transaction()
      .execute((tx) => changeAttributes(call, tx, user.id, changes))
    for (const { code, ...destination } of codes)
      await deliverCode(call, changed, destination, { purpose: 'update-attribute', code })
    return { CodeDeliveryDetailsList: codes.map(codeDeliveryDetails) }
  },
})
