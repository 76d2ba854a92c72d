import type { Migration } from 'kysely'

/** How far each `amulet import` has come, so that one that was interrupted goes on from there. */
export const imports = (): Migration => ({
  async up(db) {
    await db.schema
      .createTable('imports')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('lines', 'bigint', (c) => c.notNull())
      .addColumn('users', 'bigint', (c) => c.notNull())
      .execute()
  },
})
