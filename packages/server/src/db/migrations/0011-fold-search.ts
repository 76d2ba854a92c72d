import { type Kysely, type Migration, sql } from 'kysely'

/** Rows that are read at once. */
const BATCH = 1000

/** ListUsers compares the values of attributes without case, so its index holds them in lower case. */
export const foldSearch = (): Migration => ({
  async up(db: Kysely<unknown>) {
    // The databases fold ASCII letters only, or as their locale does; this server folds what it looks for.
    for (let after = ['', '']; ; ) {
      const { rows } = await sql<{ user_id: string; attribute: string; value: string }>`
        select user_id, attribute, value from user_search
        where (user_id, attribute) > (${after[0]}, ${after[1]})
        order by user_id, attribute limit ${sql.lit(BATCH)}`.execute(db)
      for (const { user_id, attribute, value } of rows) {
        const folded = value.toLowerCase()
        if (folded !== value)
          await sql`
            update user_search set value = ${folded}
            where user_id = ${user_id} and attribute = ${attribute}`.execute(db)
      }
      const last = rows.at(-1)
      if (!last || rows.length < BATCH) return
      after = [last.user_id, last.attribute]
    }
  },
})
