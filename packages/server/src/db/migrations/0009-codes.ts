import type { Migration } from 'kysely'
import type { ColumnTypes } from '../open-database.js'

/** Codes in links, wrong guesses and use of a code, and how many messages were sent. */
export const codes = (types: ColumnTypes): Migration => ({
  async up(db) {
    // One column at a time: SQLite adds no more.
    await db.schema.alterTable('verification_codes').addColumn('link_mac', types.blob).execute()
    await db.schema
      .alterTable('verification_codes')
      .addColumn('wrong_guesses', 'integer', (c) => c.notNull().defaultTo(0))
      .execute()
    await db.schema.alterTable('verification_codes').addColumn('used_at', 'bigint').execute()
    await db.schema
      .createTable('message_counts')
      .addColumn('subject', 'text', (c) => c.notNull())
      .addColumn('budget', 'text', (c) => c.notNull())
      .addColumn('used', 'integer', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('message_counts_key', ['subject', 'budget'])
      .execute()
    await db.schema.createIndex('message_counts_expiry').on('message_counts').column('expires_at').execute()
  },
})
