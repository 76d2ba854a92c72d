import type { Migration } from 'kysely'

/** When each of the last refresh tokens of a sign-in was replaced, so that a stolen one is told from a slow tab's. */
export const earlierRotations = (): Migration => ({
  async up(db) {
    await db.schema.alterTable('token_families').addColumn('earlier_rotations', 'text').execute()
  },
})
