import type { SealPurpose } from '../crypto/root-key.js'
import type { Database } from './schema.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** The clocks of two nodes may differ by so much: a row is kept until it is old for both. */
const SKEW = 5 * MINUTE

type Table = keyof Database
type Column<T extends Table> = Extract<keyof Database[T], string>

/** For what each sealed column is sealed, and the column whose value it is bound to. */
type SealedColumns<T extends Table> = {
  readonly [C in Extract<Column<T>, `sealed_${string}`>]: readonly [SealPurpose, boundTo: Column<T>]
}

/** What has to be decided about every table. */
export interface TableRules<T extends Table = Table> {
  readonly sealed: SealedColumns<T>
  /** What an export takes along. */
  readonly moves:
    | {
        /** Few rows, which those of users refer to; sorted by these columns. */
        readonly beforeUsers: readonly Column<T>[]
      }
    | {
        /** The rows of a user, whose id is in this column. */
        readonly withUser: Column<T>
      }
    /** The reason. */
    | { readonly stays: string }
  /** When rows are removed: this many milliseconds after the time in the column. */
  readonly expires: { readonly column: Column<T>; readonly after: number } | 'never'
}

/**
 * Every table, in an order in which none refers to one that comes after it. Exports, the exchange of the root key, the
 * removal of what has expired, and the reset of `dev` follow from it; a table that is missing here does not compile.
 */
const TABLES: { readonly [T in Table]: TableRules<T> } = {
  user_pools: { sealed: {}, moves: { beforeUsers: ['id'] }, expires: 'never' },
  signing_keys: {
    sealed: { sealed_private_key: ['signing-key', 'kid'] },
    moves: { beforeUsers: ['kid'] },
    expires: { column: 'verifies_until', after: SKEW },
  },
  // Without these, refresh tokens of an earlier root key would end with a move. They stay as long as their tokens are told
  // that they have expired.
  kept_keys: {
    sealed: { sealed_key: ['kept-key', 'id'] },
    moves: { beforeUsers: ['id'] },
    expires: { column: 'expires_at', after: 7 * DAY },
  },
  app_clients: { sealed: {}, moves: { beforeUsers: ['id'] }, expires: 'never' },
  client_secrets: {
    sealed: { sealed_secret: ['client-secret', 'client_id'] },
    moves: { beforeUsers: ['id'] },
    expires: 'never',
  },
  domains: { sealed: {}, moves: { beforeUsers: ['domain'] }, expires: 'never' },
  resource_servers: {
    sealed: {},
    moves: { beforeUsers: ['user_pool_id', 'identifier'] },
    expires: 'never',
  },
  ui_customizations: { sealed: {}, moves: { beforeUsers: ['user_pool_id', 'scope'] }, expires: 'never' },
  managed_login_brandings: { sealed: {}, moves: { beforeUsers: ['id'] }, expires: 'never' },
  managed_login_assets: {
    sealed: {},
    moves: { beforeUsers: ['branding_id', 'position'] },
    expires: 'never',
  },
  terms: { sealed: {}, moves: { beforeUsers: ['id'] }, expires: 'never' },
  identity_providers: {
    sealed: { sealed_details: ['identity-provider', 'id'] },
    moves: { beforeUsers: ['id'] },
    expires: 'never',
  },
  saml_keys: {
    sealed: { sealed_private_key: ['identity-provider', 'user_pool_id'] },
    moves: { beforeUsers: ['user_pool_id', 'purpose', 'number'] },
    expires: 'never',
  },
  groups: { sealed: {}, moves: { beforeUsers: ['user_pool_id', 'name'] }, expires: 'never' },
  users: {
    sealed: { sealed_verifier: ['srp-verifier', 'id'] },
    moves: { withUser: 'id' },
    expires: 'never',
  },
  federated_identities: { sealed: {}, moves: { withUser: 'user_id' }, expires: 'never' },
  software_tokens: {
    sealed: { sealed_secret: ['software-token', 'user_id'] },
    moves: { withUser: 'user_id' },
    expires: 'never',
  },
  devices: {
    sealed: { sealed_verifier: ['device-verifier', 'key'] },
    moves: { withUser: 'user_id' },
    expires: 'never',
  },
  passkeys: { sealed: {}, moves: { withUser: 'user_id' }, expires: 'never' },
  password_history: {
    sealed: { sealed_verifier: ['srp-verifier', 'user_id'] },
    moves: { withUser: 'user_id' },
    expires: 'never',
  },
  login_names: { sealed: {}, moves: { withUser: 'user_id' }, expires: 'never' },
  user_search: { sealed: {}, moves: { withUser: 'user_id' }, expires: 'never' },
  group_members: { sealed: {}, moves: { withUser: 'user_id' }, expires: 'never' },
  verification_codes: {
    sealed: {},
    moves: { stays: 'hashed under the root key; a new code is sent on request' },
    // Callers who send an expired code are told so for a day.
    expires: { column: 'expires_at', after: DAY },
  },
  failed_passwords: {
    sealed: {},
    moves: { stays: 'forgotten after 15 minutes' },
    // No longer than they mean something: a stranger makes one with each name that comes to mind.
    expires: { column: 'last_failed_at', after: 15 * MINUTE + SKEW },
  },
  wrong_codes: {
    sealed: {},
    moves: { stays: 'forgotten after a day' },
    expires: { column: 'expires_at', after: 0 },
  },
  quotas: {
    sealed: {},
    moves: { stays: 'forgotten after an hour' },
    // As above.
    expires: { column: 'last_used_at', after: HOUR + SKEW },
  },
  message_counts: {
    sealed: {},
    moves: { stays: 'forgotten after a day' },
    expires: { column: 'expires_at', after: 0 },
  },
  consumed_challenges: {
    sealed: {},
    moves: { stays: 'forgotten after minutes' },
    expires: { column: 'expires_at', after: SKEW },
  },
  attempt_states: {
    sealed: { sealed_state: ['challenge', 'id'] },
    moves: { stays: 'of sign-ins that are under way' },
    expires: { column: 'expires_at', after: SKEW },
  },
  authorization_codes: {
    sealed: {},
    moves: { stays: 'forgotten after minutes' },
    expires: { column: 'expires_at', after: SKEW },
  },
  provider_requests: {
    sealed: { sealed_request: ['provider-request', 'state_hash'] },
    moves: { stays: 'of sign-ins that are under way' },
    expires: { column: 'expires_at', after: SKEW },
  },
  used_assertions: {
    sealed: {},
    moves: { stays: 'forgotten after minutes' },
    expires: { column: 'expires_at', after: SKEW },
  },
  sso_sessions: {
    sealed: {},
    moves: { withUser: 'user_id' },
    expires: { column: 'expires_at', after: SKEW },
  },
  // Without these, tokens that were handed out would count as revoked. An expired sign-in is remembered for a week, so that
  // its refresh token is told that it has expired.
  token_families: {
    sealed: {},
    moves: { withUser: 'user_id' },
    expires: { column: 'expires_at', after: 7 * DAY },
  },
  identity_pools: { sealed: {}, moves: { beforeUsers: ['id'] }, expires: 'never' },
  // Identities are no users of a pool: a guest has signed in nowhere, and logins are of other providers too. Guests who stay
  // away are removed after the time that the server was told.
  identities: { sealed: {}, moves: { beforeUsers: ['id'] }, expires: 'never' },
  identity_logins: {
    sealed: {},
    moves: { beforeUsers: ['identity_pool_id', 'provider', 'subject'] },
    expires: 'never',
  },
  identity_keys: {
    sealed: { sealed_private_key: ['signing-key', 'kid'] },
    moves: { beforeUsers: ['kid'] },
    expires: { column: 'verifies_until', after: SKEW },
  },
  imports: { sealed: {}, moves: { stays: 'about this database' }, expires: 'never' },
}

/** The same for code that treats all tables alike. */
export const tables: readonly { readonly name: Table; readonly rules: TableRules }[] = Object.entries(
  TABLES,
).map(([name, rules]) => ({
  // A key of the table above, with the rules of some table, whichever.
  name: name as Table,
  rules: rules as TableRules,
}))
