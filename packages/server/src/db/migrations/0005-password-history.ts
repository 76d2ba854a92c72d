import type { Migration } from 'kysely'
import type { ColumnTypes } from '../open-database.js'

export const passwordHistory = (types: ColumnTypes): Migration => ({
  async up(db) {
    await db.schema
      .createTable('password_history')
      .addColumn('user_id', 'text', (c) => c.notNull().references('users.id').onDelete('cascade'))
      .addColumn('salt', 'text', (c) => c.notNull())
      .addColumn('sealed_verifier', types.blob, (c) => c.notNull())
      .addColumn('set_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('password_history_key', ['user_id', 'salt'])
      .execute()
  },
})
