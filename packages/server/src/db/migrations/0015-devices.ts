import type { Migration } from 'kysely'
import type { ColumnTypes } from '../open-database.js'

/** Devices of users, and the device that each sign-in was made from. */
export const devices = (types: ColumnTypes): Migration => ({
  async up(db) {
    await db.schema
      .createTable('devices')
      .addColumn('key', 'text', (c) => c.notNull())
      .addColumn('user_id', 'text', (c) => c.notNull().references('users.id').onDelete('cascade'))
      .addColumn('name', 'text')
      .addColumn('salt', 'text', (c) => c.notNull())
      .addColumn('sealed_verifier', types.blob, (c) => c.notNull())
      .addColumn('remembered', 'integer', (c) => c.notNull())
      .addColumn('last_address', 'text')
      .addColumn('last_used_at', 'bigint', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('updated_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('devices_key', ['user_id', 'key'])
      .execute()
    await db.schema.alterTable('token_families').addColumn('device_key', 'text').execute()
  },
})
