import type { ServerContext } from '../context.js'
import type { Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import type { UserPool } from '../pools/user-pool.js'
import { saveAttributes } from '../users/save-user.js'
import { getUserForUpdate, type User } from '../users/user.js'
import {
  findIdentity,
  hasNamedAttributes,
  type IdentityKey,
  identitiesOf,
  identityOf,
  insertIdentity,
  SUBJECT,
  withIdentities,
} from './federated-identity.js'
import type { IdentityProvider } from './identity-provider.js'

/** Identities that a user is linked to. */
const MAX_LINKS = 5

/**
 * Links an identity at a provider to a user. The identity has not signed in before.
 *
 * @throws InvalidParameterException, LimitExceededException, UserNotFoundException
 */
export async function linkIdentity(
  context: ServerContext,
  tx: Transaction,
  pool: UserPool,
  provider: IdentityProvider,
  { userId, attribute, subject }: { userId: string; attribute: string; subject: string },
): Promise<void> {
  const user = await getUserForUpdate(tx, pool, userId)
  if (attribute !== SUBJECT && !hasNamedAttributes(provider.type))
    throw errors.linkAttribute(provider.name, SUBJECT)
  const key = { userPoolId: pool.id, provider: provider.name, attribute, subject }
  const holder = await findIdentity(tx, key)
  if (holder?.userId === user.id && !holder.isOwn) return
  if (holder) throw errors.linkSourceIsUser()
  const identities = identitiesOf(user)
  if (identities.filter(({ primary }) => !primary).length >= MAX_LINKS) throw errors.tooManyLinks(MAX_LINKS)
  const now = context.clock.now()
  await insertIdentity(tx, key, { userId: user.id, isOwn: false, now })
  const linked = identityOf(provider, subject, { primary: false, dateCreated: now })
  await saveIdentities(context, tx, pool, user, [...identities, linked])
}

/**
 * Undoes a link: the person is a new user the next time. A user who came of the provider has no link to undo.
 *
 * @throws UserNotFoundException
 */
export async function unlinkIdentity(
  context: ServerContext,
  tx: Transaction,
  pool: UserPool,
  key: IdentityKey,
): Promise<{ readonly user: User; readonly wasOwn: boolean }> {
  const found = await findIdentity(tx, key)
  if (!found) throw errors.userNotFound()
  const user = await getUserForUpdate(tx, pool, found.userId)
  if (found.isOwn) return { user, wasOwn: true }
  await tx
    .deleteFrom('federated_identities')
    .where('user_pool_id', '=', key.userPoolId)
    .where('provider', '=', key.provider)
    .where('attribute', '=', key.attribute)
    .where('subject', '=', key.subject)
    .execute()
  const others = identitiesOf(user).filter(
    ({ providerName, userId, primary }) => primary || providerName !== key.provider || userId !== key.subject,
  )
  await saveIdentities(context, tx, pool, user, others)
  return { user, wasOwn: false }
}

const saveIdentities = (
  context: ServerContext,
  tx: Transaction,
  pool: UserPool,
  user: User,
  identities: ReturnType<typeof identitiesOf>,
): Promise<User> => saveAttributes(context, tx, pool, user, withIdentities(user.attributes, identities))
