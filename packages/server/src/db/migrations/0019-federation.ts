import type { Migration } from 'kysely'
import type { ColumnTypes } from '../open-database.js'

/** Identity providers of pools, who users are with them, and sign-ins that are under way at one. */
export const federation = ({ blob: bytes }: ColumnTypes): Migration => ({
  async up(db) {
    await db.schema
      .createTable('identity_providers')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('user_pool_id', 'text', (c) => c.notNull().references('user_pools.id').onDelete('cascade'))
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('type', 'text', (c) => c.notNull())
      .addColumn('settings', 'text', (c) => c.notNull())
      .addColumn('sealed_details', bytes, (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('updated_at', 'bigint', (c) => c.notNull())
      .addUniqueConstraint('identity_providers_name', ['user_pool_id', 'name'])
      .execute()
    await db.schema
      .createTable('saml_keys')
      .addColumn('user_pool_id', 'text', (c) =>
        c.primaryKey().references('user_pools.id').onDelete('cascade'),
      )
      .addColumn('sealed_private_key', bytes, (c) => c.notNull())
      .addColumn('certificate', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('federated_identities')
      .addColumn('user_pool_id', 'text', (c) => c.notNull())
      .addColumn('provider', 'text', (c) => c.notNull())
      .addColumn('attribute', 'text', (c) => c.notNull())
      .addColumn('subject', 'text', (c) => c.notNull())
      .addColumn('user_id', 'text', (c) => c.notNull().references('users.id').onDelete('cascade'))
      .addColumn('is_own', 'integer', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('federated_identities_key', [
        'user_pool_id',
        'provider',
        'attribute',
        'subject',
      ])
      .execute()
    await db.schema
      .createIndex('federated_identities_user')
      .on('federated_identities')
      .column('user_id')
      .execute()
    await db.schema
      .createTable('provider_requests')
      .addColumn('state_hash', 'text', (c) => c.primaryKey())
      .addColumn('browser_hash', 'text', (c) => c.notNull())
      .addColumn('sealed_request', bytes, (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema
      .createIndex('provider_requests_expiry')
      .on('provider_requests')
      .column('expires_at')
      .execute()
  },
})
