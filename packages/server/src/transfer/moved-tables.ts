import type { SealPurpose } from '../crypto/root-key.js'
import { tables } from '../db/tables.js'

type Sealing = readonly [SealPurpose, boundTo: string]

/** A table as the code that reseals all of them alike sees it. */
export interface SealedTable {
  readonly name: string
  readonly sealed: ReadonlyMap<string, Sealing>
}

/** A table as the code that moves all of them alike sees it. */
export interface MovedTable extends SealedTable {
  /** Sorts the rows; for what moves with the user, the column that holds the user's id. */
  readonly key: readonly string[]
}

/** Few rows, which those of users refer to. */
export const BEFORE_USERS: readonly MovedTable[] = tables.flatMap(({ name, rules: { moves, sealed } }) =>
  'beforeUsers' in moves ? [{ name, key: moves.beforeUsers, sealed: new Map(Object.entries(sealed)) }] : [],
)

/** The table of users first. */
export const WITH_USERS: readonly MovedTable[] = tables.flatMap(({ name, rules: { moves, sealed } }) =>
  'withUser' in moves ? [{ name, key: [moves.withUser], sealed: new Map(Object.entries(sealed)) }] : [],
)

/** Every table with something in it that is sealed under the root key. */
export const SEALED_TABLES: readonly SealedTable[] = tables.flatMap(({ name, rules: { sealed } }) => {
  const columns = new Map<string, Sealing>(Object.entries(sealed))
  return columns.size > 0 ? [{ name, sealed: columns }] : []
})
