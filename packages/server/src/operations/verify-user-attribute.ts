import { checkCode, forgetCodes } from '../codes/verification-code.js'
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
    // Returned and not thrown, so that the guess stays counted.
    const refused = await context.db.transaction().execute(async (tx) => {
      const current = await getUserForUpdate(tx, pool, user.id)
      await spendQuota(context, tx, user.id, 'VerifyUserAttribute')
      const checked = await checkCode(context, tx, user.id, 'verify-attribute', input.Code, {
        attribute,
        use: true,
      })
      if (checked.is === 'wrong') return errors.codeMismatch()
      if (checked.is !== 'right') return errors.codeExpired()
      const { pendingValue } = checked
      if (pendingValue !== null) await forgetCodes(tx, current, attribute)
      const attributes = {
        ...current.attributes,
        ...(pendingValue !== null && { [attribute]: pendingValue }),
        [`${attribute}_verified`]: 'true',
      }
      await saveUniqueAttributes(context, tx, pool, current, attributes, errors.aliasExists)
      return undefined
    })
    if (refused) throw refused
    return {}
  },
})
