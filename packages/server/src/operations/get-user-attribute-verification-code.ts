import { createCode, findCode } from '../codes/verification-code.js'
import { deliverCode } from '../delivery/deliver-code.js'
import { errors } from '../errors.js'
import { spendQuota } from '../users/quota.js'
import { getUserForUpdate } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { ClientMetadata } from '../wire/shared-members.js'
import { operation } from './operation.js'

export const getUserAttributeVerificationCode = operation({
  name: 'GetUserAttributeVerificationCode',
  kind: 'user',
  input: structure({
    AccessToken: required(c.TokenModel),
    AttributeName: required(c.AttributeName),
    ClientMetadata,
  }),
  async run({ context, user, pool }, input) {
    const attribute = input.AttributeName
    if (attribute !== 'email' && attribute !== 'phone_number') throw errors.notVerifiable(attribute)
    await spendQuota(context, context.db, user.id, 'GetUserAttributeVerificationCode')
    const { code, destination } = await context.db.transaction().execute(async (tx) => {
      // As it is now: a code that goes to an address must not prove another one that took its place meanwhile.
      const current = await getUserForUpdate(tx, pool, user.id)
      // A change that waits for its proof is what the next code is for as well.
      const pending = await findCode(tx, current, 'verify-attribute', attribute)
      const pendingValue = pending?.pendingValue ?? null
      const to = pendingValue ?? current.attributes[attribute]
      if (!to) throw errors.nothingToVerify(attribute)
      return {
        code: await createCode(context, tx, current, 'verify-attribute', attribute, pendingValue),
        destination: to,
      }
    })
    return {
      CodeDeliveryDetails: await deliverCode(context, pool, user, {
        attribute,
        destination,
        purpose: 'verify-attribute',
        code,
      }),
    }
  },
})
