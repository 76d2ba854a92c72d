import type { Migration } from 'kysely'

/** The name that a verifier was made with is kept beside it. Verifiers from before were made with the username. */
export const srpIdentity = (): Migration => ({
  async up(db) {
    await db.schema.alterTable('users').addColumn('srp_identity', 'text').execute()
    await db.schema.alterTable('password_history').addColumn('srp_identity', 'text').execute()
  },
})
