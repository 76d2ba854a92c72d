import type { CompiledQuery, DatabaseConnection } from 'kysely'

/**
 * Has a connection store and look for U+FFFD where a text has U+0000: PostgreSQL refuses that character, and what comes
 * after it SQLite's driver does not read. Attributes are kept as JSON, which escapes it, and stay as they were given.
 */
export function replaceNul(connection: DatabaseConnection): void {
  const executeQuery = connection.executeQuery.bind(connection)
  connection.executeQuery = (query) => executeQuery(withoutNul(query))
}

function withoutNul(query: CompiledQuery): CompiledQuery {
  const { parameters } = query
  if (!parameters.some((value) => typeof value === 'string' && value.includes('\0'))) return query
  return {
    ...query,
    parameters: parameters.map((value) =>
      typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : value,
    ),
  }
}
