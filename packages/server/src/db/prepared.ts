import { type Compilable, type CompiledQuery, type InferResult, sql } from 'kysely'
import type { Queryable } from './schema.js'

/**
 * A query whose text is made once. Building and compiling it takes Kysely about as long as SQLite takes to answer it,
 * which is felt where every sign-in passes; other queries are better written in place.
 *
 * @param build makes the query; its parameters stand for values that come when it is run, so they can be compared and
 *   stored, but not looked at
 *
 * @example
 * ```ts
 * const userById = prepared((db, p: { id: string }) => db.selectFrom('users').selectAll().where('id', '=', p.id))
 * const { rows } = await userById(db, { id })
 * ```
 */
export function prepared<Parameters extends object, Query extends Compilable>(
  build: (db: Queryable, parameters: Parameters) => Query,
) {
  // By database: their languages differ. A transaction has the adapter of the database it is one of.
  const compiled = new WeakMap<object, CompiledQuery>()
  return (db: Queryable, values: Parameters) => {
    const executor = db.getExecutor()
    const { adapter } = executor
    let query = compiled.get(adapter)
    if (!query) {
      query = build(db, placeholders<Parameters>()).compile()
      compiled.set(adapter, query)
    }
    const parameters = query.parameters.map((parameter) =>
      parameter instanceof Placeholder ? parameter.valueIn(values) : parameter,
    )
    const { sql, query: node, queryId } = query
    // Straight to the connection: Kysely's own way there has four promises more for each statement of a transaction. It
    // is for plugins, and there are none.
    return executor.provideConnection((connection) =>
      connection.executeQuery<InferResult<Query>[number]>({ sql, query: node, queryId, parameters }),
    )
  }
}

/** For a query that finds one row at most: a database that is told asks itself for no other. See {@link oneRow}. */
export const ONE = sql.lit(1)

/** Whether a text is that of such a query. */
export const oneRow = (text: string): boolean => / limit 1\s*$/.test(text)

class Placeholder {
  readonly #name: string | symbol
  constructor(name: string | symbol) {
    this.#name = name
  }
  valueIn(values: object): unknown {
    return Reflect.get(values, this.#name)
  }
}

/** One for each name that is asked for. */
const placeholders = <Parameters extends object>(): Parameters =>
  // A query that is built and not run only passes its values on.
  new Proxy({}, { get: (_, name) => new Placeholder(name) }) as Parameters
