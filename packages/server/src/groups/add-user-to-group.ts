import type { Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import type { User } from '../users/user.js'
import { getGroupForUpdate } from './group.js'

/** Groups of a user. */
const MAX_GROUPS_OF_USER = 100

/**
 * Adds a user, who was read for update in the same transaction, to a group of the pool. Adding a user who is there
 * already changes nothing.
 *
 * @throws ResourceNotFoundException, LimitExceededException
 */
export async function addUserToGroup(tx: Transaction, user: User, groupName: string): Promise<void> {
  const group = await getGroupForUpdate(tx, user.userPoolId, groupName)
  const groups = await tx
    .selectFrom('group_members')
    .select('group_name')
    .where('user_id', '=', user.id)
    .execute()
  if (groups.some((member) => member.group_name === group.name)) return
  if (groups.length >= MAX_GROUPS_OF_USER) throw errors.tooManyGroupsOfUser()
  await tx
    .insertInto('group_members')
    .values({ user_pool_id: user.userPoolId, group_name: group.name, user_id: user.id })
    .execute()
}
