import type { ServerContext } from '../context.js'
import type { Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import { type Group, groupOfRow } from './group.js'

/** Groups of a pool. */
const MAX_GROUPS = 10_000

export interface NewGroup {
  readonly name: string
  readonly description: string | undefined
  readonly roleArn: string | undefined
  readonly precedence: number | undefined
}

/**
 * Stores a new group of a pool that was read for update in the same transaction.
 *
 * @throws GroupExistsException, LimitExceededException
 */
export async function insertGroup(
  context: ServerContext,
  tx: Transaction,
  userPoolId: string,
  { name, description, roleArn, precedence }: NewGroup,
): Promise<Group> {
  const { count } = await tx
    .selectFrom('groups')
    .select(({ fn }) => fn.countAll<number | string>().as('count'))
    .where('user_pool_id', '=', userPoolId)
    .executeTakeFirstOrThrow()
  if (Number(count) >= MAX_GROUPS) throw errors.tooManyGroups()
  const now = context.clock.now()
  const row = {
    user_pool_id: userPoolId,
    name,
    description: description ?? null,
    role_arn: roleArn ?? null,
    precedence: precedence ?? null,
    created_at: now,
    updated_at: now,
  }
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('groups')
    .values(row)
    .onConflict((conflict) => conflict.columns(['user_pool_id', 'name']).doNothing())
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows !== 1n) throw errors.groupExists()
  return groupOfRow(row)
}
