import type { Migration } from 'kysely'

export const groups = (): Migration => ({
  async up(db) {
    await db.schema
      .createTable('groups')
      .addColumn('user_pool_id', 'text', (c) => c.notNull().references('user_pools.id').onDelete('cascade'))
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('description', 'text')
      .addColumn('role_arn', 'text')
      .addColumn('precedence', 'bigint')
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('updated_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('groups_key', ['user_pool_id', 'name'])
      .execute()
    await db.schema
      .createTable('group_members')
      .addColumn('user_pool_id', 'text', (c) => c.notNull())
      .addColumn('group_name', 'text', (c) => c.notNull())
      .addColumn('user_id', 'text', (c) => c.notNull().references('users.id').onDelete('cascade'))
      // A user's groups, by the name.
      .addPrimaryKeyConstraint('group_members_key', ['user_id', 'group_name'])
      .addForeignKeyConstraint(
        'group_members_group',
        ['user_pool_id', 'group_name'],
        'groups',
        ['user_pool_id', 'name'],
        (constraint) => constraint.onDelete('cascade'),
      )
      .execute()
    // A group's users, and what goes when the group goes.
    await db.schema
      .createIndex('group_members_group_user')
      .on('group_members')
      .columns(['user_pool_id', 'group_name', 'user_id'])
      .execute()
  },
})
