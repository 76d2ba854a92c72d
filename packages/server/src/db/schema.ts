import type { Generated, Kysely, Transaction as KyselyTransaction } from 'kysely'
import type { TokenUse } from '../crypto/key-pair.js'

/**
 * The tables. Times are milliseconds since the epoch, flags are 0 or 1, JSON is text: the same on SQLite and on
 * PostgreSQL. What is `sealed_…` is encrypted under the root key.
 */
export interface Database {
  user_pools: {
    id: string
    name: string
    /** Members of CreateUserPool, as given. Defaults are applied when read. */
    settings: string
    /** Members of SetUserPoolMfaConfig, as given. */
    mfa_config: string
    /** Members of SetUserPoolSessionConfiguration, as given; null for a pool that was never told. */
    session_config: string | null
    /** The longest that a client goes on with an SSO session, where one has said so; known without its clients. */
    longest_sso_minutes: Generated<number>
    created_at: number
    updated_at: number
  }
  signing_keys: {
    kid: string
    user_pool_id: string
    /** What it signs. */
    token_use: TokenUse
    sealed_private_key: Uint8Array
    created_at: number
    /** It is published before it signs. */
    signs_from: number
    /** It is published and verifies until then; null until another key takes its place. */
    verifies_until: number | null
  }
  /** Keys derived from earlier root keys that are needed still. */
  kept_keys: {
    id: string
    purpose: KeptKeyPurpose
    sealed_key: Uint8Array
    /** Null for good; and for refresh tokens, as long as the exchange of the root key has not come to its end. */
    expires_at: number | null
  }
  app_clients: {
    id: string
    user_pool_id: string
    name: string
    /** Members of CreateUserPoolClient, as given. */
    settings: string
    created_at: number
    updated_at: number
  }
  client_secrets: {
    id: string
    client_id: string
    sealed_secret: Uint8Array
    created_at: number
  }
  /** Where the pages and endpoints of OAuth of a pool are: at most one of each kind. */
  domains: {
    /** A prefix, or a whole host name. */
    domain: string
    user_pool_id: string
    kind: DomainKind
    /** Members of CreateUserPoolDomain, as given. */
    settings: string
    created_at: number
  }
  /** APIs that the scopes of access tokens are for. */
  resource_servers: {
    user_pool_id: string
    identifier: string
    name: string
    /** JSON of `Scopes`, as given. */
    scopes: string
  }
  /** CSS and logos of the classic pages: of a client, or of all clients of a pool that have none of their own. */
  ui_customizations: {
    user_pool_id: string
    /** `ALL`, or the id of the client. */
    scope: string
    /** The same, where it is a client's. */
    client_id: string | null
    css: string | null
    /** Base64. */
    image: string | null
    created_at: number
    updated_at: number
  }
  managed_login_brandings: {
    id: string
    user_pool_id: string
    client_id: string
    /** 1 where the pages look as they do without one. */
    provided_values: 0 | 1
    /** JSON, as given. */
    settings: string | null
    created_at: number
    updated_at: number
  }
  /** Images of a branding. */
  managed_login_assets: {
    branding_id: string
    /** In the order in which they were given. */
    position: number
    category: string
    color_mode: string
    extension: string
    /** Base64. */
    bytes: string | null
    resource_id: string | null
  }
  /** Links of a client to what its users agree to. */
  terms: {
    id: string
    user_pool_id: string
    client_id: string
    name: string
    /** JSON of the other members of CreateTerms, as given. */
    settings: string
    created_at: number
    updated_at: number
  }
  /** What users may sign in with beside a password of the pool. */
  identity_providers: {
    id: string
    user_pool_id: string
    name: string
    type: ProviderType
    /** JSON of `AttributeMapping` and `IdpIdentifiers`, as given. */
    settings: string
    /** JSON of `ProviderDetails`, as given: a secret is among them. */
    sealed_details: Uint8Array
    created_at: number
    updated_at: number
  }
  /** What requests of a pool to providers of SAML are signed with, and what providers encrypt for it. */
  saml_keys: {
    user_pool_id: string
    purpose: 'signing' | 'encryption'
    /** From 1. The highest is the one that is in use; assertions may be encrypted for each. */
    number: number
    /** PEM. */
    sealed_private_key: Uint8Array
    /** Of the public key, for providers: DER in base64. */
    certificate: string
    created_at: number
  }
  users: {
    /** The `sub`. */
    id: string
    user_pool_id: string
    username: string
    status: UserStatus
    enabled: number
    attributes: string
    salt: string | null
    sealed_verifier: Uint8Array | null
    /** The name that SRP mixes into the verifier; null means the username. */
    srp_identity: string | null
    /** JSON of the second factors that are turned on; null for none. */
    mfa: string | null
    /** When the password was set; a temporary password expires counted from here. */
    password_set_at: number | null
    /** When the user was last signed out everywhere. A sign-in that had begun by then does not come to its end. */
    signed_out_at: number | null
    created_at: number
    updated_at: number
  }
  /** Who a user is with an identity provider. */
  federated_identities: {
    user_pool_id: string
    /** Name of the provider. */
    provider: string
    /** What of the provider's answer is compared: `Cognito_Subject`, or an attribute that an administrator has named. */
    attribute: string
    subject: string
    user_id: string
    /** 1 for the one that the user came of, and 0 for one that was linked. */
    is_own: number
    created_at: number
  }
  /** Secrets of authenticator apps: the one that a user signs in with, and one that is being set up. */
  software_tokens: {
    user_id: string
    verified: number
    sealed_secret: Uint8Array
    /** What the user calls the app or its device. */
    device_name: string | null
    /** The latest step of time whose code was used: codes of it or before are not good. */
    last_step: number | null
  }
  /** Devices that were confirmed. One that a sign-in was only offered has no row. */
  devices: {
    key: string
    user_id: string
    name: string | null
    /** Hexadecimal. */
    salt: string
    /** Of the password that the device made up. */
    sealed_verifier: Uint8Array
    remembered: number
    /** The client address of its last sign-in. */
    last_address: string | null
    last_used_at: number
    created_at: number
    updated_at: number
  }
  passkeys: {
    user_pool_id: string
    /** The credential's, in base64url. No two users of a pool have the same. */
    id: string
    user_id: string
    /** The domain that it was made for. It is good there only. */
    relying_party_id: string
    /** COSE, in base64url. */
    public_key: string
    /** The last that the authenticator told. One that does not count tells 0. */
    sign_count: number
    /** What the user reads in a list. */
    name: string
    attachment: string | null
    /** JSON of how the authenticator is reached. */
    transports: string
    created_at: number
  }
  /** Wrong codes of sign-ins, by user or by the name of a user who does not exist. */
  wrong_codes: {
    subject: string
    budget: CodeBudget
    used: number
    expires_at: number
  }
  /** Passwords before the present one, in pools that do not let them be chosen again. */
  password_history: {
    user_id: string
    salt: string
    sealed_verifier: Uint8Array
    /** As in `users`. */
    srp_identity: string | null
    set_at: number
  }
  /** Every name a user can sign in with: the username itself and the aliases that hold. */
  login_names: {
    user_pool_id: string
    kind: LoginNameKind
    name: string
    user_id: string
  }
  /** What ListUsers can filter by, beside username, sub and status. */
  user_search: {
    user_pool_id: string
    attribute: string
    value: string
    user_id: string
  }
  groups: {
    user_pool_id: string
    name: string
    description: string | null
    role_arn: string | null
    /** The lower, the more it counts; a group without one counts least. */
    precedence: number | null
    created_at: number
    updated_at: number
  }
  group_members: {
    user_pool_id: string
    group_name: string
    user_id: string
  }
  verification_codes: {
    user_id: string
    purpose: CodePurpose
    /** The attribute the code was sent to. */
    attribute: string
    code_mac: Uint8Array
    /** Of the longer code in a link, where the message has one. */
    link_mac: Uint8Array | null
    /** The new address that becomes the attribute's value once the code proves it; null for the present value. */
    pending_value: string | null
    created_at: number
    expires_at: number
    /** Wrong codes since this one was made. */
    wrong_guesses: number
    used_at: number | null
  }
  /** Messages that were sent to a destination or asked for by a client address, in a window of time. */
  message_counts: {
    /** Keyed hash: the table has no addresses. */
    subject: string
    budget: MessageBudget
    used: number
    /** End of the window. */
    expires_at: number
  }
  /**
   * One row per sign-in (`event_id`, and `origin_jti` where there is one): what refresh and access tokens of that sign-in
   * are checked against.
   */
  token_families: {
    id: string
    user_pool_id: string
    user_id: string
    client_id: string
    auth_time: number
    expires_at: number
    revoked_at: number | null
    /** Counts rotations; the refresh token of another generation is no longer the current one. */
    generation: number
    /** When the refresh token before the current one was replaced. */
    rotated_at: number | null
    /** When those before it were replaced, the oldest first: JSON of pairs of generation and time. */
    earlier_rotations: string | null
    /** The device that the sign-in was made from; null where devices are not tracked, empty once it was forgotten. */
    device_key: string | null
    /** What a sign-in by redirect was granted; null for one by the API. */
    scope: string | null
    /** Of the SSO session that it came of, which may have ended; null for one by the API. */
    sso_hash: string | null
    /** Null for one of before there was this column: then the time of the sign-in. */
    created_at: number | null
    /** As these, of its latest use: null where the pool did not track sessions. */
    last_used_at: number | null
    last_address: string | null
    device_type: string | null
  }
  /** Codes that applications redeem for tokens, from when a user has signed in on the pages until they expire. */
  authorization_codes: {
    /** SHA-256, in base64url. */
    code_hash: string
    client_id: string
    user_id: string
    /** Of the user at the sign-in: a code is over when it changes. */
    user_stamp: string
    /** Null where the request named none, and the client's default was taken. */
    redirect_uri: string | null
    /** S256 of the verifier; null for a request without one. */
    code_challenge: string | null
    scope: string
    nonce: string | null
    auth_time: number
    expires_at: number
    /** Of the browser's SSO session. */
    sso_hash: string | null
    used_at: number | null
    /** The sign-in that was made of it, which a second use revokes. */
    family_id: string | null
  }
  /** Browsers that need not sign in again on the pages. */
  sso_sessions: {
    /** Of what the cookie says: SHA-256, in base64url. */
    secret_hash: string
    user_id: string
    /** Where the user signed in: the name of a provider, or `COGNITO`. */
    provider: string
    auth_time: number
    expires_at: number
    /** The client that it began with; null for one of before there was this column. */
    client_id: string | null
    created_at: number | null
    /** As in `token_families`. */
    last_used_at: number | null
    last_address: string | null
    device_type: string | null
    /** JSON of what a provider of SAML calls the user and the sign-in, to end it there. */
    provider_session: string | null
  }
  /** Assertions that a provider of SAML sent of its own accord, and that have signed a user in. */
  used_assertions: {
    /** Of the provider and the assertion's id: SHA-256, in base64url. */
    assertion_hash: string
    expires_at: number
  }
  /** Sign-ins and sign-outs that are under way at an identity provider. */
  provider_requests: {
    /** Of the state: how it begins, which is the same for a network, and SHA-256 in base64url. */
    state_hash: string
    /** Of what the browser's cookie says. */
    browser_hash: string
    sealed_request: Uint8Array
    expires_at: number
  }
  /** Wrong passwords, by user or by the name of a user who does not exist; wrong proofs of devices, by user. */
  failed_passwords: {
    subject: string
    failures: number
    last_failed_at: number
  }
  /** What a user has used of the hourly quotas. */
  quotas: {
    subject: string
    action: QuotaAction
    used: number
    window_started_at: number
    last_used_at: number
  }
  /** Challenge sessions and SRP secret blocks that have been used. */
  consumed_challenges: {
    id: string
    expires_at: number
  }
  /** What of a sign-in that is under way is too long for its session. */
  attempt_states: {
    id: string
    attempt_id: string
    sealed_state: Uint8Array
    expires_at: number
  }
  identity_pools: {
    id: string
    name: string
    /** Members of CreateIdentityPool, as given. */
    settings: string
    /** Members of SetIdentityPoolRoles, as given. */
    roles: string
    /** Members of SetPrincipalTagAttributeMap, as given, by the name of the provider. */
    principal_tags: string
    created_at: number
    updated_at: number
  }
  identities: {
    id: string
    identity_pool_id: string
    /** 0 for one that was merged into another, or whose last login was removed. */
    enabled: number
    /** When a guest last used it, to the day; null for one that has logins, or had. */
    guest_used_at: number | null
    created_at: number
    updated_at: number
  }
  /** Who a person is with a provider. An identity without any is a guest. */
  identity_logins: {
    identity_pool_id: string
    provider: string
    subject: string
    identity_id: string
  }
  /** What tokens of identity pools are signed with. */
  identity_keys: {
    kid: string
    sealed_private_key: Uint8Array
    created_at: number
    /** Published before it signs, so that a cached set has it by then. */
    signs_from: Generated<number>
    /** When the last token that it signed has expired; null for the newest. */
    verifies_until: number | null
  }
  /** Imports that have not come to their end: what of an export is here already. */
  imports: {
    /** The export's. */
    id: string
    lines: number
    users: number
  }
}

export type ProviderType = 'SAML' | 'Facebook' | 'Google' | 'LoginWithAmazon' | 'SignInWithApple' | 'OIDC'
export type DomainKind = 'prefix' | 'custom'
export type CodeBudget =
  | 'first factor an hour'
  | 'second factor an hour'
  | 'second factor a day'
  | 'unnamed passkeys an hour'
export type UserStatus =
  | 'UNCONFIRMED'
  | 'CONFIRMED'
  | 'RESET_REQUIRED'
  | 'FORCE_CHANGE_PASSWORD'
  | 'EXTERNAL_PROVIDER'
export type LoginNameKind = 'username' | 'email' | 'phone_number' | 'preferred_username'
export type QuotaAction =
  | 'ConfirmSignUp'
  | 'ResendConfirmationCode'
  | 'ForgotPassword'
  | 'ConfirmForgotPassword'
  | 'ChangePassword'
  | 'GetUserAttributeVerificationCode'
  | 'VerifyUserAttribute'
export type KeptKeyPurpose = 'refresh-token' | 'simulated-user'

/** What of a destination or a client address is counted, and in which time. */
export type MessageBudget =
  | 'destination an hour'
  | 'destination a day'
  | 'destination by one address an hour'
  | 'destination after a proof an hour'
  | 'client address an hour'
export type CodePurpose = 'sign-up' | 'verify-attribute' | 'reset-password'

export type Db = Kysely<Database>
export type Transaction = KyselyTransaction<Database>
/** A query runs on either. Functions that must be part of a transaction take `Transaction`. */
export type Queryable = Db | Transaction
