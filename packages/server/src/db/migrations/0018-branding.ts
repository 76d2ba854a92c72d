import type { Migration } from 'kysely'

/** What the pages of managed login look like, by pool and client, and the terms that they link to. */
export const branding = (): Migration => ({
  async up(db) {
    await db.schema
      .createTable('ui_customizations')
      .addColumn('user_pool_id', 'text', (c) => c.notNull().references('user_pools.id').onDelete('cascade'))
      .addColumn('scope', 'text', (c) => c.notNull())
      .addColumn('client_id', 'text', (c) => c.references('app_clients.id').onDelete('cascade'))
      .addColumn('css', 'text')
      .addColumn('image', 'text')
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('updated_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('ui_customizations_key', ['user_pool_id', 'scope'])
      .execute()
    await db.schema
      .createIndex('ui_customizations_client')
      .on('ui_customizations')
      .column('client_id')
      .execute()
    await db.schema
      .createTable('managed_login_brandings')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('user_pool_id', 'text', (c) => c.notNull().references('user_pools.id').onDelete('cascade'))
      .addColumn('client_id', 'text', (c) =>
        c.notNull().unique().references('app_clients.id').onDelete('cascade'),
      )
      .addColumn('provided_values', 'integer', (c) => c.notNull())
      .addColumn('settings', 'text')
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('updated_at', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema
      .createIndex('managed_login_brandings_pool')
      .on('managed_login_brandings')
      .column('user_pool_id')
      .execute()
    await db.schema
      .createTable('managed_login_assets')
      .addColumn('branding_id', 'text', (c) =>
        c.notNull().references('managed_login_brandings.id').onDelete('cascade'),
      )
      .addColumn('position', 'integer', (c) => c.notNull())
      .addColumn('category', 'text', (c) => c.notNull())
      .addColumn('color_mode', 'text', (c) => c.notNull())
      .addColumn('extension', 'text', (c) => c.notNull())
      .addColumn('bytes', 'text')
      .addColumn('resource_id', 'text')
      .addPrimaryKeyConstraint('managed_login_assets_key', ['branding_id', 'position'])
      .execute()
    await db.schema
      .createTable('terms')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('user_pool_id', 'text', (c) => c.notNull().references('user_pools.id').onDelete('cascade'))
      .addColumn('client_id', 'text', (c) => c.notNull().references('app_clients.id').onDelete('cascade'))
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('settings', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('updated_at', 'bigint', (c) => c.notNull())
      .addUniqueConstraint('terms_name', ['client_id', 'name'])
      .execute()
    await db.schema.createIndex('terms_pool').on('terms').columns(['user_pool_id', 'id']).execute()
  },
})
