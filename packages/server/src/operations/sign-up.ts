import { assertWritable } from '../clients/attribute-permissions.js'
import { isFlowEnabled } from '../clients/auth-flows.js'
import { createCode } from '../codes/verification-code.js'
import { randomUuid } from '../crypto/random.js'
import type { Transaction } from '../db/schema.js'
import { countMessages } from '../delivery/count-messages.js'
import { confirmationLink, confirmsByLink, deliverCode } from '../delivery/deliver-code.js'
import { errors } from '../errors.js'
import { sealSignUp } from '../flows/sign-up-session.js'
import { passwordPolicyViolation } from '../pools/password-policy.js'
import { rulesOf } from '../pools/rules.js'
import { runPostConfirmation } from '../triggers/run-post-confirmation.js'
import { runTrigger } from '../triggers/run-trigger.js'
import { type ResponseOf, TRIGGERS } from '../triggers/triggers.js'
import { attributeRecord, attributesToStore, validateAttributes } from '../users/attributes.js'
import { autoVerifiedDelivery, codeDeliveryDetails } from '../users/code-destination.js'
import { insertUser, nameNewUser, prepareUser, usernameAttribute } from '../users/create-user.js'
import { attemptSubject } from '../users/subject.js'
import { takingOverAliases } from '../users/taking-over-aliases.js'
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
    const mayChoose = rulesOf(pool).passwordless && isFlowEnabled(client, 'USER_AUTH')
    if (input.Password === undefined && !mayChoose)
      throw errors.invalidParameter(
        "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must not be null",
      )
    const violation = input.Password === undefined ? undefined : passwordPolicyViolation(pool, input.Password)
    if (violation) throw errors.passwordPolicyAtSignUp(violation)

    const attributes = attributesToStore(pool, attributeRecord(input.UserAttributes))
    assertWritable(pool, client, Object.keys(attributes))
    const named =
      rulesOf(pool).usernameAttributes.length > 0
        ? { ...attributes, [usernameAttribute(pool, input.Username)]: input.Username }
        : attributes
    validateAttributes(pool, named, { requireRequired: true })

    const chosen = autoVerifiedDelivery(pool, named)
    const id = randomUuid(context)
    const { username } = nameNewUser(pool, id, input.Username)
    // There is no user yet for the log to name.
    attemptSubject(call, undefined, input.Username)
    const answered = await runTrigger(call, TRIGGERS.PreSignUp, {
      source: 'SignUp',
      user: { userName: username, userAttributes: named },
      request: { validationData: call.validationData, clientMetadata: call.metadata },
    })
    const confirmed = answered.autoConfirmUser === true
    const delivery = confirmed ? undefined : chosen
    const verified = verifiedBy(answered, named)
    // An address that is a name to sign in with moves to who has proven it last.
    const takeOverAliases = rulesOf(pool).aliasAttributes.some((alias) => verified[`${alias}_verified`])
    const prepared = prepareUser(context, pool, {
      id,
      username: input.Username,
      attributes: {
        ...named,
        ...(chosen && { [`${chosen.attribute}_verified`]: 'false' }),
        ...verified,
      },
      password: input.Password,
      status: confirmed ? 'CONFIRMED' : 'UNCONFIRMED',
    })
    const insert = async (tx: Transaction) => {
      const user = await insertUser(context, tx, pool, prepared, { takeOverAliases })
      if (!delivery) return { user }
      const may = await countMessages(call, tx, [{ to: delivery, asked: 'unproven' }])
      if (!may) throw errors.attemptLimitExceeded()
      const withLink = confirmsByLink(pool, delivery)
      return { user, made: await createCode(context, tx, user, 'sign-up', delivery.attribute, { withLink }) }
    }
    const { user, made } = takeOverAliases
      ? await takingOverAliases(context, pool, insert)
      : await context.db.transaction().execute(insert)
    about(user.id)
    if (confirmed) await runPostConfirmation(call, 'ConfirmSignUp', user)
    const answer = {
      UserConfirmed: confirmed,
      UserSub: user.id,
      ...(mayChoose && { Session: await sealSignUp(call, user) }),
    }
    if (!delivery || !made) return answer
    const { code, linkCode } = made
    const link = linkCode === undefined ? undefined : confirmationLink(call, user, linkCode)
    await deliverCode(call, user, delivery, { purpose: 'sign-up', code, link })
    return { ...answer, CodeDeliveryDetails: codeDeliveryDetails(delivery) }
  },
})

/**
 * What the pool's function marks as verified.
 *
 * @throws InvalidLambdaResponseException an attribute that the user does not have
 */
function verifiedBy(
  { autoVerifyEmail, autoVerifyPhone }: ResponseOf<typeof TRIGGERS.PreSignUp>,
  attributes: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if ((autoVerifyEmail && !attributes.email) || (autoVerifyPhone && !attributes.phone_number))
    throw errors.unrecognizableLambdaOutput(new Error('PreSignUp verifies an attribute that has no value.'))
  return {
    ...(autoVerifyEmail && { email_verified: 'true' }),
    ...(autoVerifyPhone && { phone_number_verified: 'true' }),
  }
}
