import { type Migration, sql } from 'kysely'

/** What is known of each session, for pools that track them, and when guests were last there. */
export const sessionTracking = (): Migration => ({
  async up(db) {
    await db.schema.alterTable('user_pools').addColumn('session_config', 'text').execute()
    await db.schema
      .alterTable('user_pools')
      .addColumn('longest_sso_minutes', 'integer', (c) => c.notNull().defaultTo(0))
      .execute()
    const { rows } = await sql<{ id: string; settings: string }>`select id, settings from user_pools`.execute(
      db,
    )
    for (const { id, settings } of rows) {
      // Written by this server.
      const { LongestSsoMinutes, ...others } = JSON.parse(settings) as { LongestSsoMinutes?: number }
      if (LongestSsoMinutes === undefined) continue
      await sql`
        update user_pools set settings = ${JSON.stringify(others)}, longest_sso_minutes = ${LongestSsoMinutes}
        where id = ${id}`.execute(db)
    }
    for (const table of ['token_families', 'sso_sessions'])
      for (const [column, type] of [
        ['created_at', 'bigint'],
        ['last_used_at', 'bigint'],
        ['last_address', 'text'],
        ['device_type', 'text'],
      ] as const)
        await db.schema.alterTable(table).addColumn(column, type).execute()
    await db.schema.alterTable('sso_sessions').addColumn('client_id', 'text').execute()
    for (const table of ['token_families', 'authorization_codes'])
      await db.schema.alterTable(table).addColumn('sso_hash', 'text').execute()
    await db.schema.alterTable('identities').addColumn('guest_used_at', 'bigint').execute()
    await sql`
      update identities set guest_used_at = updated_at
      where enabled = 1 and id not in (select identity_id from identity_logins)`.execute(db)
    await db.schema.createIndex('identities_guest_use').on('identities').column('guest_used_at').execute()
  },
})
