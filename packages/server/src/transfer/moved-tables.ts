import type { SealPurpose } from '../crypto/root-key.js'
import { tables } from '../db/tables.js'

/** A table as the code that moves all of them alike sees it. */
export interface MovedTable {
  readonly name: string
  /** Sorts the rows; for what moves with the user, the column that holds the user's id. */
  readonly key: readonly string[]
  readonly sealed: ReadonlyMap<string, readonly [SealPurpose, boundTo: string]>
}

/** Few rows, which those of users refer to. */
export const BEFORE_USERS: readonly MovedTable[] = tables.flatMap(({ name, rules: { moves, sealed } }) =>
  'beforeUsers' in moves ? [{ name, key: moves.beforeUsers, sealed: new Map(Object.entries(sealed)) }] : [],
)

/** The table of users first. */
export const WITH_USERS: readonly MovedTable[] = tables.flatMap(({ name, rules: { moves, sealed } }) =>
  'withUser' in moves ? [{ name, key: [moves.withUser], sealed: new Map(Object.entries(sealed)) }] : [],
)
