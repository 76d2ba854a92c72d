import type { SealPurpose } from '../crypto/root-key.js'
import type { Database } from '../db/schema.js'

type Table = keyof Database
type Column<T extends Table> = Extract<keyof Database[T], string>

/** For what each sealed column is sealed, and the column whose value it is bound to. */
type SealedColumns<T extends Table> = {
  readonly [C in Extract<Column<T>, `sealed_${string}`>]: readonly [SealPurpose, boundTo: Column<T>]
}

type Move<T extends Table> =
  /** Few rows, which the users' refer to. `key` sorts them. */
  | {
      readonly moves: 'before the users'
      readonly key: readonly Column<T>[]
      readonly sealed: SealedColumns<T>
    }
  | { readonly moves: 'with the user'; readonly user: Column<T>; readonly sealed: SealedColumns<T> }
  | { readonly stays: string }

/**
 * What an export takes along: a decision on every table there is. In this order nothing refers to what comes after it.
 */
const MOVED_TABLES: { readonly [T in Table]: Move<T> } = {
  user_pools: { moves: 'before the users', key: ['id'], sealed: {} },
  signing_keys: {
    moves: 'before the users',
    key: ['kid'],
    sealed: { sealed_private_key: ['signing-key', 'kid'] },
  },
  app_clients: { moves: 'before the users', key: ['id'], sealed: {} },
  client_secrets: {
    moves: 'before the users',
    key: ['id'],
    sealed: { sealed_secret: ['client-secret', 'client_id'] },
  },
  groups: { moves: 'before the users', key: ['user_pool_id', 'name'], sealed: {} },
  users: { moves: 'with the user', user: 'id', sealed: { sealed_verifier: ['srp-verifier', 'id'] } },
  password_history: {
    moves: 'with the user',
    user: 'user_id',
    sealed: { sealed_verifier: ['srp-verifier', 'user_id'] },
  },
  login_names: { moves: 'with the user', user: 'user_id', sealed: {} },
  user_search: { moves: 'with the user', user: 'user_id', sealed: {} },
  group_members: { moves: 'with the user', user: 'user_id', sealed: {} },
  // Without these the tokens that were handed out would count as revoked.
  token_families: { moves: 'with the user', user: 'user_id', sealed: {} },
  verification_codes: { stays: 'hashed under the root key; a new code is sent on request' },
  failed_passwords: { stays: 'forgotten after 15 minutes' },
  quotas: { stays: 'forgotten after an hour' },
  consumed_challenges: { stays: 'forgotten after minutes' },
  imports: { stays: 'about this database' },
}

/** A table as the code that moves all of them alike sees it. */
export interface MovedTable {
  readonly name: string
  /** Sorts the rows; for what moves with the user, the column that holds the user's id. */
  readonly key: readonly string[]
  readonly sealed: ReadonlyMap<string, readonly [SealPurpose, boundTo: string]>
}

const moved: { name: string; move: Move<Table> }[] = Object.entries(MOVED_TABLES).map(([name, move]) => ({
  name,
  // Of some table, whichever.
  move: move as Move<Table>,
}))

export const BEFORE_USERS: readonly MovedTable[] = moved.flatMap(({ name, move }) =>
  'moves' in move && move.moves === 'before the users'
    ? [{ name, key: move.key, sealed: new Map(Object.entries(move.sealed)) }]
    : [],
)

/** The users' own table first. */
export const WITH_USERS: readonly MovedTable[] = moved.flatMap(({ name, move }) =>
  'moves' in move && move.moves === 'with the user'
    ? [{ name, key: [move.user], sealed: new Map(Object.entries(move.sealed)) }]
    : [],
)
