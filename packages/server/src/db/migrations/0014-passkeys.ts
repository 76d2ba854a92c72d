import type { Migration } from 'kysely'

/** Passkeys of users. */
export const passkeys = (): Migration => ({
  async up(db) {
    await db.schema
      .createTable('passkeys')
      .addColumn('user_pool_id', 'text', (c) => c.notNull())
      .addColumn('id', 'text', (c) => c.notNull())
      .addColumn('user_id', 'text', (c) => c.notNull().references('users.id').onDelete('cascade'))
      .addColumn('relying_party_id', 'text', (c) => c.notNull())
      .addColumn('public_key', 'text', (c) => c.notNull())
      .addColumn('sign_count', 'bigint', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('attachment', 'text')
      .addColumn('transports', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('passkeys_key', ['user_pool_id', 'id'])
      .execute()
    await db.schema
      .createIndex('passkeys_of_user')
      .on('passkeys')
      .columns(['user_id', 'created_at', 'id'])
      .execute()
  },
})
