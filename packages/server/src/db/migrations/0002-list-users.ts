import type { Migration } from 'kysely'

/** The two filters of ListUsers that the first tables have no index for: by username, and by enabled or disabled. */
export const listUsers = (): Migration => ({
  async up(db) {
    await db.schema
      .createIndex('login_names_kind')
      .on('login_names')
      .columns(['user_pool_id', 'kind', 'name', 'user_id'])
      .execute()
    await db.schema
      .createIndex('users_pool_enabled')
      .on('users')
      .columns(['user_pool_id', 'enabled', 'id'])
      .execute()
  },
})
