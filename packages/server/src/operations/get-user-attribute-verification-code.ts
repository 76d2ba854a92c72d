import { createCode, findPendingValue } from '../codes/verification-code.js'
import { countMessages } from '../delivery/count-messages.js'
import { deliverCode } from '../delivery/deliver-code.js'
import { errors } from '../errors.js'
import { type CodeDestination, codeDeliveryDetails } from '../users/code-destination.js'
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
  async run(call, input) {
    const { context, pool, user } = call
    const attribute = input.AttributeName
    if (attribute !== 'email' && attribute !== 'phone_number') throw errors.notVerifiable(attribute)
    await spendQuota(context, context.db, user.id, 'GetUserAttributeVerificationCode')
    const { code, destination } = await context.db.transaction().execute(async (tx) => {
      // As it is now: a code that goes to an address must not prove another one that took its place meanwhile.
      const current = await getUserForUpdate(tx, pool, user.id)
      // A change that waits for its proof is what the next code is for as well.
      const pendingValue = (await findPendingValue(context, tx, current, attribute)) ?? null
      const to = pendingValue ?? current.attributes[attribute]
      if (!to) throw errors.nothingToVerify(attribute)
      const destination: CodeDestination = { attribute, destination: to }
      const verified = pendingValue === null && current.attributes[`${attribute}_verified`] === 'true'
      const asked = verified ? 'proven' : 'unproven'
      if (!(await countMessages(call, tx, [{ to: destination, asked }]))) throw errors.attemptLimitExceeded()
      const { code } = await createCode(context, tx, current, 'verify-attribute', attribute, { pendingValue })
      return { code, destination }
    })
    await deliverCode(call, user, destination, { purpose: 'verify-attribute', code })
    return { CodeDeliveryDetails: codeDeliveryDetails(destination) }
  },
})
