import { prepared } from '../db/prepared.js'
import type { Queryable } from '../db/schema.js'

/** What the tokens of a user say about groups: nothing for a user who is in none. */
export interface GroupClaims {
  /** By precedence, then by name. */
  readonly 'cognito:groups'?: readonly string[]
  readonly 'cognito:roles'?: readonly string[]
  /** The role that counts most; absent where two count the same. */
  readonly 'cognito:preferred_role'?: string
}

const groupsOfUser = prepared((db, p: { userId: string }) =>
  db
    .selectFrom('group_members as m')
    .innerJoin('groups as g', (join) =>
      join.onRef('g.user_pool_id', '=', 'm.user_pool_id').onRef('g.name', '=', 'm.group_name'),
    )
    .select(['g.name', 'g.role_arn', 'g.precedence'])
    .where('m.user_id', '=', p.userId),
)

export async function groupClaims(db: Queryable, userId: string): Promise<GroupClaims> {
  const { rows: groups } = await groupsOfUser(db, { userId })
  if (groups.length === 0) return {}
  const precedenceOf = (group: { precedence: number | null }) => group.precedence ?? Number.POSITIVE_INFINITY
  const sorted = groups.toSorted((a, b) =>
    precedenceOf(a) === precedenceOf(b) ? (a.name < b.name ? -1 : 1) : precedenceOf(a) - precedenceOf(b),
  )
  const withRole = sorted.flatMap((group) =>
    group.role_arn === null ? [] : [{ ...group, role: group.role_arn }],
  )
  const [first] = withRole
  const roles = [...new Set(withRole.map(({ role }) => role))]
  const preferred = new Set(
    withRole.filter((group) => first && precedenceOf(group) === precedenceOf(first)).map(({ role }) => role),
  )
  return {
    'cognito:groups': sorted.map(({ name }) => name),
    ...(roles.length > 0 && { 'cognito:roles': roles }),
    ...(first && preferred.size === 1 && { 'cognito:preferred_role': first.role }),
  }
}
