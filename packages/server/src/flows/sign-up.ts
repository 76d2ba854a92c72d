import { assertWritable } from '../clients/attribute-permissions.js'
import { isFlowEnabled } from '../clients/auth-flows.js'
import type { Call } from '../clients/call.js'
import { createCode } from '../codes/verification-code.js'
import { randomUuid } from '../crypto/random.js'
import type { Transaction } from '../db/schema.js'
import { countMessages, countSilent } from '../delivery/count-messages.js'
import { confirmationLink, confirmsByLink, deliverCode } from '../delivery/deliver-code.js'
import { errors } from '../errors.js'
import { passwordPolicyViolation } from '../pools/password-policy.js'
import { rulesOf } from '../pools/rules.js'
import type { UserPool } from '../pools/user-pool.js'
import { runPostConfirmation } from '../triggers/run-post-confirmation.js'
import { runTrigger } from '../triggers/run-trigger.js'
import { type ResponseOf, TRIGGERS } from '../triggers/triggers.js'
import { attributesToStore, validateAttributes } from '../users/attributes.js'
import { autoVerifiedDelivery, type CodeDestination } from '../users/code-destination.js'
import { insertUser, nameNewUser, prepareUser, usernameAttribute } from '../users/create-user.js'
import { poolFactors } from '../users/second-factors.js'
import { aboutHolder, attemptSubject } from '../users/subject.js'
import { takingOverAliases } from '../users/taking-over-aliases.js'
import type { User } from '../users/user.js'
import { besideSignUp } from './decide.js'

/** Whether users of a client may do without a password. */
export const mayDoWithoutPassword = ({ pool, client }: Pick<Call, 'pool' | 'client'>): boolean =>
  rulesOf(pool).passwordless && isFlowEnabled(client, 'USER_AUTH')

const passwordMissing = () =>
  errors.invalidParameter(
    "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must not be null",
  )

/** Where a second factor is required, and only codes could be one that go where that of the sign-up goes. */
const hasNoSecondFactor = (pool: UserPool, attributes: User['attributes']): boolean =>
  rulesOf(pool).mfa.mode === 'ON' && besideSignUp(pool, attributes, poolFactors(pool)).length === 0

/** What a user signs up with. */
export interface SignUp {
  readonly username: string
  readonly password: string | undefined
  readonly attributes: Readonly<Record<string, string>>
}

export interface SignedUp {
  readonly user: User
  /** Whether the user may sign in without a code. */
  readonly confirmed: boolean
  /** Where the code went, if there is one. */
  readonly delivery: CodeDestination | undefined
}

/** @throws ServiceError as the service words it */
export async function signUp(
  call: Call,
  { username: typedName, password, attributes: given }: SignUp,
): Promise<SignedUp> {
  const { context, client, pool, about } = call
  if (!rulesOf(pool).selfSignUp) throw errors.signUpNotPermitted()
  if (password === undefined && !mayDoWithoutPassword(call)) throw passwordMissing()
  const violation = password === undefined ? undefined : passwordPolicyViolation(pool, password)
  if (violation) throw errors.passwordPolicyAtSignUp(violation)

  const attributes = attributesToStore(pool, given)
  assertWritable(pool, client, Object.keys(attributes))
  const named =
    rulesOf(pool).usernameAttributes.length > 0
      ? { ...attributes, [usernameAttribute(pool, typedName)]: typedName }
      : attributes
  validateAttributes(pool, named, { requireRequired: true })
  if (password === undefined && hasNoSecondFactor(pool, named)) throw passwordMissing()

  const chosen = autoVerifiedDelivery(pool, named)
  const id = randomUuid(context)
  const { username } = nameNewUser(pool, id, typedName)
  // There is no user yet for the log to name.
  attemptSubject(call, undefined, typedName)
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
    username: typedName,
    attributes: {
      ...named,
      ...(chosen && { [`${chosen.attribute}_verified`]: 'false' }),
      ...verified,
    },
    password,
    status: confirmed ? 'CONFIRMED' : 'UNCONFIRMED',
  })
  const insert = async (tx: Transaction) => {
    const user = await insertUser(context, tx, pool, prepared, { takeOverAliases })
    const may = delivery
      ? await countMessages(call, tx, [{ to: delivery, asked: 'unproven' }])
      : await countSilent(call, tx, 'sign-up')
    if (!may) throw errors.attemptLimitExceeded()
    if (!delivery) return { user }
    const withLink = confirmsByLink(pool, delivery)
    return { user, made: await createCode(context, tx, user, 'sign-up', delivery.attribute, { withLink }) }
  }
  const inserted = takeOverAliases
    ? takingOverAliases(context, pool, insert)
    : context.db.transaction().execute(insert)
  const { user, made } = await inserted.catch(aboutHolder(call, typedName))
  about(user.id)
  if (confirmed) await runPostConfirmation(call, 'ConfirmSignUp', user)
  if (!delivery || !made) return { user, confirmed, delivery: undefined }
  const { code, linkCode } = made
  const link = linkCode === undefined ? undefined : confirmationLink(call, user, linkCode)
  await deliverCode(call, user, delivery, { purpose: 'sign-up', code, link })
  return { user, confirmed, delivery }
}

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
