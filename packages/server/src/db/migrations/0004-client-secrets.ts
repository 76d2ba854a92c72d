import { type Migration, sql } from 'kysely'
import type { ColumnTypes } from '../open-database.js'

/** A client has up to two secrets, so that one can be replaced while the other is still in use. */
export const clientSecrets = (types: ColumnTypes): Migration => ({
  async up(db) {
    await db.schema
      .createTable('client_secrets')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('client_id', 'text', (c) => c.notNull().references('app_clients.id').onDelete('cascade'))
      .addColumn('sealed_secret', types.blob, (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema.createIndex('client_secrets_client').on('client_secrets').column('client_id').execute()
    await sql`
      insert into client_secrets (id, client_id, sealed_secret, created_at)
      select id || '--' || cast(created_at as text), id, sealed_secret, created_at
      from app_clients where sealed_secret is not null
    `.execute(db)
    await db.schema.alterTable('app_clients').dropColumn('sealed_secret').execute()
  },
})
