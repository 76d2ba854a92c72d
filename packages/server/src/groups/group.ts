import type { Queryable, Transaction } from '../db/schema.js'
import { errors } from '../errors.js'
import { timestamp } from '../wire/timestamp.js'

export interface Group {
  readonly userPoolId: string
  readonly name: string
  readonly description: string | null
  readonly roleArn: string | null
  /** The lower, the more it counts; a group without one counts least. */
  readonly precedence: number | null
  readonly createdAt: number
  readonly updatedAt: number
}

export const groupOfRow = (row: {
  user_pool_id: string
  name: string
  description: string | null
  role_arn: string | null
  precedence: number | null
  created_at: number
  updated_at: number
}): Group => ({
  userPoolId: row.user_pool_id,
  name: row.name,
  description: row.description,
  roleArn: row.role_arn,
  precedence: row.precedence,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** @throws ResourceNotFoundException */
export async function getGroupOfPool(db: Queryable, userPoolId: string, name: string): Promise<Group> {
  const row = await db
    .selectFrom('groups')
    .selectAll()
    .where('user_pool_id', '=', userPoolId)
    .where('name', '=', name)
    .executeTakeFirst()
  if (!row) throw errors.groupNotFound()
  return groupOfRow(row)
}

/**
 * The group as it is now, held until the transaction ends. Writing the row's own value is the lock that every
 * database has.
 *
 * @throws ResourceNotFoundException
 */
export async function getGroupForUpdate(tx: Transaction, userPoolId: string, name: string): Promise<Group> {
  const row = await tx
    .updateTable('groups')
    .set((groups) => ({ name: groups.ref('name') }))
    .where('user_pool_id', '=', userPoolId)
    .where('name', '=', name)
    .returningAll()
    .executeTakeFirst()
  if (!row) throw errors.groupNotFound()
  return groupOfRow(row)
}

/** A group on the wire. */
export const describeGroup = (group: Group) => ({
  GroupName: group.name,
  UserPoolId: group.userPoolId,
  Description: group.description ?? undefined,
  RoleArn: group.roleArn ?? undefined,
  Precedence: group.precedence ?? undefined,
  LastModifiedDate: timestamp(group.updatedAt),
  CreationDate: timestamp(group.createdAt),
})
