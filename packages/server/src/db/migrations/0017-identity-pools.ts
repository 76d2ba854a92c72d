import type { Migration } from 'kysely'
import type { ColumnTypes } from '../open-database.js'

/** Identity pools, the identities in them, the logins that identities have, and the keys of their tokens. */
export const identityPools = (types: ColumnTypes): Migration => ({
  async up(db) {
    await db.schema
      .createTable('identity_pools')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('settings', 'text', (c) => c.notNull())
      .addColumn('roles', 'text', (c) => c.notNull())
      .addColumn('principal_tags', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('updated_at', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('identities')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('identity_pool_id', 'text', (c) =>
        c.notNull().references('identity_pools.id').onDelete('cascade'),
      )
      .addColumn('enabled', 'integer', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('updated_at', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema
      .createIndex('identities_pool')
      .on('identities')
      .columns(['identity_pool_id', 'id'])
      .execute()
    await db.schema
      .createTable('identity_logins')
      .addColumn('identity_pool_id', 'text', (c) =>
        c.notNull().references('identity_pools.id').onDelete('cascade'),
      )
      .addColumn('provider', 'text', (c) => c.notNull())
      .addColumn('subject', 'text', (c) => c.notNull())
      .addColumn('identity_id', 'text', (c) => c.notNull().references('identities.id').onDelete('cascade'))
      .addPrimaryKeyConstraint('identity_logins_key', ['identity_pool_id', 'provider', 'subject'])
      .execute()
    await db.schema
      .createIndex('identity_logins_identity')
      .on('identity_logins')
      .columns(['identity_id', 'provider', 'subject'])
      .execute()
    await db.schema
      .createTable('identity_keys')
      .addColumn('kid', 'text', (c) => c.primaryKey())
      .addColumn('sealed_private_key', types.blob, (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .execute()
  },
})
