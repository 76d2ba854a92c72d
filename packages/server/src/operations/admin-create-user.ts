import type { PoolCall } from '../clients/call.js'
import type { Transaction } from '../db/schema.js'
import { countMessages } from '../delivery/count-messages.js'
import { deliverInvitation, invitationDestinations } from '../delivery/deliver-invitation.js'
import { errors } from '../errors.js'
import { passwordPolicyViolation } from '../pools/password-policy.js'
import { runTrigger } from '../triggers/run-trigger.js'
import { TRIGGERS } from '../triggers/triggers.js'
import {
  assertVerifiable,
  assertWrittenByCallers,
  attributeRecord,
  attributesToStore,
  validateAttributes,
} from '../users/attributes.js'
import { insertUser, type NewUser, prepareUser } from '../users/create-user.js'
import { describeUser } from '../users/describe-user.js'
import { needsNoPassword } from '../users/first-factors.js'
import { temporaryPassword } from '../users/password.js'
import { preparePassword, savePassword } from '../users/save-password.js'
import { aboutHolder, attemptSubject } from '../users/subject.js'
import { takingOverAliases } from '../users/taking-over-aliases.js'
import { getUser, getUserForUpdate, type User } from '../users/user.js'
import * as c from '../wire/constraints.js'
import { boolean, list, oneOf, required, structure } from '../wire/shape.js'
import { Attribute, ClientMetadata } from '../wire/shared-members.js'
import { operation } from './operation.js'

export const adminCreateUser = operation({
  name: 'AdminCreateUser',
  kind: 'admin',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    Username: required(c.Username),
    UserAttributes: list(Attribute),
    ValidationData: list(Attribute),
    TemporaryPassword: c.Password,
    ForceAliasCreation: boolean,
    MessageAction: oneOf('RESEND', 'SUPPRESS'),
    DesiredDeliveryMediums: list(oneOf('SMS', 'EMAIL')),
    ClientMetadata,
  }),
  async run(call, input) {
    const { context, pool, about } = call
    const given = attributesToStore(pool, attributeRecord(input.UserAttributes))
    if (
      input.MessageAction !== 'RESEND' &&
      input.TemporaryPassword === undefined &&
      needsNoPassword(pool, given)
    ) {
      const user = await createWithoutPassword(call, input.Username, given, input.ForceAliasCreation ?? false)
      about(user.id)
      return { User: describeUser(user) }
    }
    const password = input.TemporaryPassword ?? temporaryPassword(context, pool)
    const violation = passwordPolicyViolation(pool, password)
    if (violation) throw errors.passwordPolicyAtCreate(violation)

    const destinations = (attributes: Readonly<Record<string, string>>) =>
      input.MessageAction === 'SUPPRESS'
        ? []
        : invitationDestinations(attributes, input.DesiredDeliveryMediums)
    const { user, sendTo } =
      input.MessageAction === 'RESEND'
        ? await renew(call, input.Username, password, destinations)
        : await create(
            call,
            {
              username: input.Username,
              attributes: given,
              password,
              status: 'FORCE_CHANGE_PASSWORD',
            },
            destinations,
            input.ForceAliasCreation ?? false,
          )
    about(user.id)
    for (const destination of sendTo) await deliverInvitation(call, user, destination, password)
    return { User: describeUser(user) }
  },
})

/** An invitation tells a password. A user without one gets no invitation. */
const createWithoutPassword = async (
  call: PoolCall,
  username: string,
  attributes: Readonly<Record<string, string>>,
  takeOverAliases: boolean,
): Promise<User> => {
  const user: NewUser = { username, attributes, password: undefined, status: 'CONFIRMED' }
  return (await create(call, user, () => [], takeOverAliases)).user
}

type Destinations = (
  attributes: Readonly<Record<string, string>>,
) => ReturnType<typeof invitationDestinations>

async function create(
  call: PoolCall,
  newUser: NewUser,
  destinations: Destinations,
  takeOverAliases: boolean,
) {
  const { context, pool, metadata: clientMetadata, validationData } = call
  const { attributes } = newUser
  assertWrittenByCallers(Object.keys(attributes))
  const prepared = prepareUser(context, pool, newUser)
  validateAttributes(pool, prepared.attributes, { requireRequired: false })
  assertVerifiable(prepared.attributes)
  // Asked before the user is stored: no user is created that the invitation could not reach.
  const sendTo = destinations(prepared.attributes)
  attemptSubject(call, undefined, newUser.username)
  // The function may refuse the user. What it fills in is for users who sign up themselves.
  await runTrigger(call, TRIGGERS.PreSignUp, {
    source: 'AdminCreateUser',
    user: { userName: prepared.row.username, userAttributes: prepared.attributes },
    request: { validationData, clientMetadata },
  })
  const insert = async (tx: Transaction) => {
    const created = await insertUser(context, tx, pool, prepared, {
      taken: errors.userAccountExists,
      takeOverAliases,
    })
    await assertMayInvite(call, tx, created, sendTo)
    return created
  }
  const inserted = takeOverAliases
    ? takingOverAliases(context, pool, insert)
    : context.db.transaction().execute(insert)
  return { user: await inserted.catch(aboutHolder(call, newUser.username)), sendTo }
}

/** The first temporary password cannot be sent again, since it is not stored: there is a new one, and its days start anew. */
async function renew(
  call: PoolCall,
  typedName: string,
  password: string,
  destinations: Destinations,
): Promise<{ user: User; sendTo: ReturnType<Destinations> }> {
  const { context, pool } = call
  const found = await getUser(context.db, pool, typedName)
  const prepared = await preparePassword(context, pool, found, password)
  return await context.db.transaction().execute(async (tx) => {
    const user = await getUserForUpdate(tx, pool, found.id)
    if (user.status !== 'FORCE_CHANGE_PASSWORD') throw errors.resendNotPossible(typedName)
    const sendTo = destinations(user.attributes)
    await savePassword(context, tx, pool, user, prepared, 'FORCE_CHANGE_PASSWORD')
    await assertMayInvite(call, tx, user, sendTo)
    return { user: { ...user, updatedAt: context.clock.now() }, sendTo }
  })
}

/** @throws LimitExceededException a destination has had too many messages: the user is not made, or stays as before */
async function assertMayInvite(
  call: PoolCall,
  tx: Transaction,
  { attributes }: User,
  sendTo: ReturnType<Destinations>,
): Promise<void> {
  const messages = sendTo.map((to) => ({
    to,
    asked: attributes[`${to.attribute}_verified`] === 'true' ? ('proven' as const) : ('unproven' as const),
  }))
  if (!(await countMessages(call, tx, messages))) throw errors.attemptLimitExceeded()
}
