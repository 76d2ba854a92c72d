import { consumeCode, forgetCodes } from '../codes/verification-code.js'
import { errors } from '../errors.js'
import { spendQuota } from '../users/quota.js'
import { saveUniqueAttributes } from '../users/save-unique-attributes.js'
import { getUserForUpdate } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { operation } from './operation.js'

export const verifyUserAttribute = operation({
  name: 'VerifyUserAttribute',
  kind: 'user',
  input: structure({
    AccessToken: required(c.TokenModel),
    AttributeName: required(c.AttributeName),
    Code: required(c.ConfirmationCode),
  }),
  async run({ context, user, pool }, input) {
    const attribute = input.AttributeName
    if (attribute !== 'email' && attribute !== 'phone_number') throw errors.notVerifiable(attribute)
    await spendQuota(context, context.db, user.id, 'VerifyUserAttribute')
    await context.db.transaction().execute(async (tx) => {
      const current = await getUserForUpdate(tx, pool, user.id)
      const { pendingValue } = await consumeCode(
        context,
        tx,
        current,
        'verify-attribute',
        input.Code,
        attribute,
      )
      if (pendingValue !== null) await forgetCodes(tx, current, attribute)
      const attributes = {
        ...current.attributes,
        ...(pendingValue !== null && { [attribute]: pendingValue }),
        [`${attribute}_verified`]: 'true',
      }
      await saveUniqueAttributes(context, tx, pool, current, attributes, errors.aliasExists)
    })
    return {}
  },
})
