import type { Migration } from 'kysely'
import type { ColumnTypes } from '../open-database.js'

/**
 * Signing keys are rotated, and a public key is no longer stored beside its private one. A key of before signs access
 * tokens, and ID tokens until the pool has a second one for them.
 */
export const signingKeys = (types: ColumnTypes): Migration => ({
  async up(db) {
    const alter = () => db.schema.alterTable('signing_keys')
    await alter()
      .addColumn('token_use', 'text', (c) => c.notNull().defaultTo('access'))
      .execute()
    await alter()
      .addColumn('signs_from', 'bigint', (c) => c.notNull().defaultTo(0))
      .execute()
    await alter().addColumn('verifies_until', 'bigint').execute()
    await alter().dropColumn('public_jwk').execute()
    await db.schema
      .createTable('kept_keys')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('purpose', 'text', (c) => c.notNull())
      .addColumn('sealed_key', types.blob, (c) => c.notNull())
      .addColumn('expires_at', 'bigint')
      .execute()
  },
})
