import type { Migration } from 'kysely'
import type { ColumnTypes } from '../open-database.js'

/** What of a sign-in is too long for its session. */
export const attemptStates = (types: ColumnTypes): Migration => ({
  async up(db) {
    await db.schema
      .createTable('attempt_states')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('attempt_id', 'text', (c) => c.notNull())
      .addColumn('sealed_state', types.blob, (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema.createIndex('attempt_states_attempt').on('attempt_states').column('attempt_id').execute()
    await db.schema.createIndex('attempt_states_expiry').on('attempt_states').column('expires_at').execute()
  },
})
