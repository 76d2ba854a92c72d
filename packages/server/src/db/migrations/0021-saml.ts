import { type Kysely, type Migration, sql } from 'kysely'
import type { ColumnTypes } from '../open-database.js'

/**
 * Keys of SAML have a purpose, and they and those of identity pools can be followed by newer ones; a browser's session knows what it is called at a provider
 * of SAML; and assertions that a provider sent of its own accord count once.
 */
export const saml = ({ blob: bytes }: ColumnTypes): Migration => ({
  async up(db) {
    await db.schema.alterTable('saml_keys').renameTo('former_saml_keys').execute()
    await db.schema
      .createTable('saml_keys')
      .addColumn('user_pool_id', 'text', (c) => c.notNull().references('user_pools.id').onDelete('cascade'))
      .addColumn('purpose', 'text', (c) => c.notNull())
      .addColumn('number', 'integer', (c) => c.notNull())
      .addColumn('sealed_private_key', bytes, (c) => c.notNull())
      .addColumn('certificate', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('saml_keys_key', ['user_pool_id', 'purpose', 'number'])
      .execute()
    await takeOver(db)
    await db.schema.dropTable('former_saml_keys').execute()
    await db.schema
      .alterTable('identity_keys')
      .addColumn('signs_from', 'bigint', (c) => c.notNull().defaultTo(0))
      .execute()
    await db.schema.alterTable('identity_keys').addColumn('verifies_until', 'bigint').execute()
    await db.schema.alterTable('sso_sessions').addColumn('provider_session', 'text').execute()
    await db.schema
      .createTable('used_assertions')
      .addColumn('assertion_hash', 'text', (c) => c.primaryKey())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema.createIndex('used_assertions_expiry').on('used_assertions').column('expires_at').execute()
  },
})

async function takeOver(db: Kysely<unknown>): Promise<void> {
  await sql`
    insert into saml_keys (user_pool_id, purpose, number, sealed_private_key, certificate, created_at)
    select user_pool_id, 'signing', 1, sealed_private_key, certificate, created_at from former_saml_keys`.execute(
    db,
  )
}
