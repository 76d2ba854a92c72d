import type { Migration } from 'kysely'
import type { ColumnTypes } from '../open-database.js'

/** Second factors: what users have turned on, their software tokens, and wrong codes. */
export const secondFactors = (types: ColumnTypes): Migration => ({
  async up(db) {
    await db.schema.alterTable('users').addColumn('mfa', 'text').execute()
    await db.schema
      .createTable('software_tokens')
      .addColumn('user_id', 'text', (c) => c.notNull().references('users.id').onDelete('cascade'))
      .addColumn('verified', 'integer', (c) => c.notNull())
      .addColumn('sealed_secret', types.blob, (c) => c.notNull())
      .addColumn('device_name', 'text')
      .addColumn('last_step', 'bigint')
      .addPrimaryKeyConstraint('software_tokens_key', ['user_id', 'verified'])
      .execute()
    await db.schema
      .createTable('wrong_codes')
      .addColumn('subject', 'text', (c) => c.notNull())
      .addColumn('budget', 'text', (c) => c.notNull())
      .addColumn('used', 'integer', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('wrong_codes_key', ['subject', 'budget'])
      .execute()
    await db.schema.createIndex('wrong_codes_expiry').on('wrong_codes').column('expires_at').execute()
  },
})
