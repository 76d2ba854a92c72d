import type { Migration } from 'kysely'

/** OAuth: domains, resource servers, authorization codes, SSO sessions, and what a sign-in by redirect was granted. */
export const oauth = (): Migration => ({
  async up(db) {
    await db.schema
      .createTable('domains')
      .addColumn('domain', 'text', (c) => c.primaryKey())
      .addColumn('user_pool_id', 'text', (c) => c.notNull().references('user_pools.id').onDelete('cascade'))
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('settings', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addUniqueConstraint('domains_one_of_a_kind', ['user_pool_id', 'kind'])
      .execute()
    await db.schema
      .createTable('resource_servers')
      .addColumn('user_pool_id', 'text', (c) => c.notNull().references('user_pools.id').onDelete('cascade'))
      .addColumn('identifier', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('scopes', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('resource_servers_key', ['user_pool_id', 'identifier'])
      .execute()
    await db.schema
      .createTable('authorization_codes')
      .addColumn('code_hash', 'text', (c) => c.primaryKey())
      .addColumn('client_id', 'text', (c) => c.notNull().references('app_clients.id').onDelete('cascade'))
      .addColumn('user_id', 'text', (c) => c.notNull().references('users.id').onDelete('cascade'))
      .addColumn('user_stamp', 'text', (c) => c.notNull())
      .addColumn('redirect_uri', 'text')
      .addColumn('code_challenge', 'text')
      .addColumn('scope', 'text', (c) => c.notNull())
      .addColumn('nonce', 'text')
      .addColumn('auth_time', 'bigint', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .addColumn('used_at', 'bigint')
      .addColumn('family_id', 'text')
      .execute()
    await db.schema
      .createIndex('authorization_codes_expiry')
      .on('authorization_codes')
      .column('expires_at')
      .execute()
    await db.schema
      .createIndex('authorization_codes_user')
      .on('authorization_codes')
      .column('user_id')
      .execute()
    await db.schema
      .createIndex('authorization_codes_client')
      .on('authorization_codes')
      .column('client_id')
      .execute()
    await db.schema
      .createTable('sso_sessions')
      .addColumn('secret_hash', 'text', (c) => c.primaryKey())
      .addColumn('user_id', 'text', (c) => c.notNull().references('users.id').onDelete('cascade'))
      .addColumn('provider', 'text', (c) => c.notNull())
      .addColumn('auth_time', 'bigint', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema.createIndex('sso_sessions_expiry').on('sso_sessions').column('expires_at').execute()
    await db.schema.createIndex('sso_sessions_user').on('sso_sessions').column('user_id').execute()
    await db.schema.alterTable('token_families').addColumn('scope', 'text').execute()
  },
})
