import { assertWritable } from '../clients/attribute-permissions.js'
import { createCode } from '../codes/verification-code.js'
import { countMessages } from '../delivery/count-messages.js'
import { confirmationLink, confirmsByLink, deliverCode } from '../delivery/deliver-code.js'
import { errors } from '../errors.js'
import { passwordPolicyViolation } from '../pools/password-policy.js'
import { rulesOf } from '../pools/rules.js'
import { attributeRecord, attributesToStore, validateAttributes } from '../users/attributes.js'
import { autoVerifiedDelivery, codeDeliveryDetails } from '../users/code-destination.js'
import { insertUser, prepareUser, usernameAttribute } from '../users/create-user.js'
import * as c from '../wire/constraints.js'
import { list, required, structure } from '../wire/shape.js'
import { AnalyticsMetadata, Attribute, ClientMetadata, UserContextData } from '../wire/shared-members.js'
import { operation } from './operation.js'

export const signUp = operation({
  name: 'SignUp',
  kind: 'client',
  input: structure({
    ClientId: required(c.ClientId),
    SecretHash: c.SecretHash,
    Username: required(c.Username),
    Password: c.Password,
    UserAttributes: list(Attribute),
    ValidationData: list(Attribute),
    AnalyticsMetadata,
    UserContextData,
    ClientMetadata,
  }),
  async run(call, input) {
    const { context, client, pool, about } = call
    if (!rulesOf(pool).selfSignUp) throw errors.signUpNotPermitted()
    if (input.Password === undefined)
      throw errors.invalidParameter(
        "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must not be null",
      )
    const violation = passwordPolicyViolation(pool, input.Password)
    if (violation) throw errors.passwordPolicyAtSignUp(violation)

    const attributes = attributesToStore(pool, attributeRecord(input.UserAttributes))
    assertWritable(pool, client, Object.keys(attributes))
    const named =
      rulesOf(pool).usernameAttributes.length > 0
        ? { ...attributes, [usernameAttribute(pool, input.Username)]: input.Username }
        : attributes
    validateAttributes(pool, named, { requireRequired: true })

    const delivery = autoVerifiedDelivery(pool, named)
    const prepared = prepareUser(context, pool, {
      username: input.Username,
      attributes: delivery ? { ...named, [`${delivery.attribute}_verified`]: 'false' } : named,
      password: input.Password,
      status: 'UNCONFIRMED',
    })
    const { user, made } = await context.db.transaction().execute(async (tx) => {
      const user = await insertUser(context, tx, pool, prepared)
      if (!delivery) return { user }
      const may = await countMessages(call, tx, [{ to: delivery, asked: 'unproven' }])
      if (!may) throw errors.attemptLimitExceeded()
      const withLink = confirmsByLink(pool, delivery)
      return { user, made: await createCode(context, tx, user, 'sign-up', delivery.attribute, { withLink }) }
    })
    about(user.id)
    if (!delivery || !made) return { UserConfirmed: false, UserSub: user.id }
    const { code, linkCode } = made
    const link = linkCode === undefined ? undefined : confirmationLink(call, user, linkCode)
    await deliverCode(call, user, delivery, { purpose: 'sign-up', code, link })
    return { UserConfirmed: false, UserSub: user.id, CodeDeliveryDetails: codeDeliveryDetails(delivery) }
  },
})
