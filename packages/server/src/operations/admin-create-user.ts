import type { ServerContext } from '../context.js'
import type { Transaction } from '../db/schema.js'
import { deliverInvitation, invitationDestinations } from '../delivery/deliver-invitation.js'
import { errors } from '../errors.js'
import { passwordPolicyViolation } from '../pools/password-policy.js'
import type { UserPool } from '../pools/user-pool.js'
import {
  assertVerifiable,
  assertWrittenByCallers,
  attributeRecord,
  attributesToStore,
  validateAttributes,
} from '../users/attributes.js'
import { insertUser, type NewUser, prepareUser } from '../users/create-user.js'
import { describeUser } from '../users/describe-user.js'
import { passwordColumns, temporaryPassword } from '../users/password.js'
import { savePassword } from '../users/save-password.js'
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
  async run({ context, pool, about }, input) {
    const password = input.TemporaryPassword ?? temporaryPassword(context, pool)
    const violation = passwordPolicyViolation(pool, password)
    if (violation) throw errors.passwordPolicyAtCreate(violation)

    const destinations = (attributes: Readonly<Record<string, string>>) =>
      input.MessageAction === 'SUPPRESS'
        ? []
        : invitationDestinations(attributes, input.DesiredDeliveryMediums)
    const { user, sendTo } =
      input.MessageAction === 'RESEND'
        ? await renew(context, pool, input.Username, password, destinations)
        : await create(
            context,
            pool,
            {
              username: input.Username,
              attributes: attributesToStore(pool, attributeRecord(input.UserAttributes)),
              password,
              status: 'FORCE_CHANGE_PASSWORD',
            },
            destinations,
            input.ForceAliasCreation ?? false,
          )
    about(user.id)
    for (const destination of sendTo) await deliverInvitation(context, pool, user, destination, password)
    return { User: describeUser(user) }
  },
})

type Destinations = (
  attributes: Readonly<Record<string, string>>,
) => ReturnType<typeof invitationDestinations>

async function create(
  context: ServerContext,
  pool: UserPool,
  newUser: NewUser,
  destinations: Destinations,
  takeOverAliases: boolean,
) {
  const { attributes } = newUser
  assertWrittenByCallers(Object.keys(attributes))
  const prepared = prepareUser(context, pool, newUser)
  validateAttributes(pool, prepared.attributes, { requireRequired: false })
  assertVerifiable(prepared.attributes)
  // Asked before the user is stored: nobody is created whom the invitation could not reach.
  const sendTo = destinations(prepared.attributes)
  const insert = (tx: Transaction) =>
    insertUser(context, tx, pool, prepared, { taken: errors.userAccountExists, takeOverAliases })
  const user = takeOverAliases
    ? await takingOverAliases(context, pool, insert)
    : await context.db.transaction().execute(insert)
  return { user, sendTo }
}

/** The first temporary password cannot be sent again, nobody knows it: there is a new one, and its days start anew. */
async function renew(
  context: ServerContext,
  pool: UserPool,
  typedName: string,
  password: string,
  destinations: Destinations,
): Promise<{ user: User; sendTo: ReturnType<Destinations> }> {
  const { id, username } = await getUser(context.db, pool, typedName)
  const columns = passwordColumns(context, pool, { id, username }, password)
  return await context.db.transaction().execute(async (tx) => {
    const user = await getUserForUpdate(tx, pool, id)
    if (user.status !== 'FORCE_CHANGE_PASSWORD') throw errors.resendNotPossible(typedName)
    const sendTo = destinations(user.attributes)
    await savePassword(context, tx, pool, user, { text: password, columns }, 'FORCE_CHANGE_PASSWORD')
    return { user: { ...user, updatedAt: context.clock.now() }, sendTo }
  })
}
