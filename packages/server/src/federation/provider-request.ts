import { hash } from 'node:crypto'
import type { ServerContext } from '../context.js'
import { network } from '../wire/network.js'
import type { OAuthSecrets } from './open-id-connect.js'

/** A sign-in that is under way at a provider: what the answer is compared with, and where it goes on. */
export interface ProviderRequest {
  readonly userPoolId: string
  readonly providerId: string
  /** The authorization request that it is for, as a query. */
  readonly query: string
  /** Milliseconds. */
  readonly askedAt: number
  /** This server's own address that the provider answers to. */
  readonly redirectUri: string
  /** Of OAuth. */
  readonly secrets?: OAuthSecrets
  /** Of SAML. */
  readonly requestId?: string
}

/** Milliseconds that a person has at a provider. */
const LIFETIME = 600_000

/** Requests that one address has under way at a time: anyone can begin some, and each is kept until it ends or expires. */
const OPEN_REQUESTS = 1000

const NETWORK = 22
const TIME = 9

/**
 * A state for a new request. It begins with a keyed hash of the client's network and the time, so that rows of one network
 * are neighbours, in the order in which they were made. The longest RelayState of SAML has 80 characters.
 *
 * @param address of the client; requests without one are not limited
 */
export function newState(
  { rootKey, clock, randomBytes }: ServerContext,
  address: string | undefined,
): string {
  const owner = address === undefined ? randomBytes(32) : rootKey.mac('provider-request', network(address))
  return [
    owner.toString('base64url').slice(0, NETWORK),
    clock.now().toString(36).padStart(TIME, '0'),
    randomBytes(32).toString('base64url'),
  ].join('')
}

/** The key of a state's row: the row does not tell the state. */
const keyOf = (state: string): string => `${state.slice(0, NETWORK + TIME)}${hashOf(state)}`

/** Drops the oldest requests of a state's network beyond those that it may have. */
async function dropOldest({ db }: ServerContext, state: string): Promise<void> {
  const owner = state.slice(0, NETWORK)
  await db
    .deleteFrom('provider_requests')
    .where('state_hash', '>', owner)
    .where('state_hash', '<=', ({ selectFrom }) =>
      selectFrom('provider_requests')
        .select('state_hash')
        // Comes after every character of base64url.
        .where('state_hash', '<', `${owner}~`)
        .orderBy('state_hash', 'desc')
        .limit(1)
        .offset(OPEN_REQUESTS),
    )
    .execute()
}

/**
 * Remembers what a provider is asked.
 *
 * @param browser what the browser's cookie says: the answer counts in that browser only
 * @param state what the provider repeats: a new one
 */
export async function keepProviderRequest(
  context: ServerContext,
  browser: string,
  state: string,
  request: ProviderRequest | SignOutRequest,
): Promise<void> {
  const { db, rootKey, clock } = context
  const stateHash = keyOf(state)
  await db
    .insertInto('provider_requests')
    .values({
      state_hash: stateHash,
      browser_hash: hashOf(browser),
      sealed_request: rootKey.seal('provider-request', stateHash, Buffer.from(JSON.stringify(request))),
      expires_at: clock.now() + LIFETIME,
    })
    .execute()
  await dropOldest(context, state)
}

/**
 * The request of a state, for once and for the browser that it was made in. In another browser it stays open: a
 * foreign page could otherwise end it.
 */
export async function takeProviderRequest(
  context: ServerContext,
  browser: string,
  state: string,
): Promise<ProviderRequest | undefined> {
  const row = await context.db
    .deleteFrom('provider_requests')
    .where('state_hash', '=', keyOf(state))
    .where('browser_hash', '=', hashOf(browser))
    .returningAll()
    .executeTakeFirst()
  return requestOfRow(context, row)
}

/** The same without using it up, for an answer that comes without the browser's cookies. */
export async function findProviderRequest(
  context: ServerContext,
  state: string,
): Promise<ProviderRequest | undefined> {
  const row = await context.db
    .selectFrom('provider_requests')
    .selectAll()
    .where('state_hash', '=', keyOf(state))
    .executeTakeFirst()
  return requestOfRow(context, row)
}

function requestOfRow(
  { rootKey, clock }: ServerContext,
  row: { state_hash: string; sealed_request: Uint8Array; expires_at: number } | undefined,
): ProviderRequest | undefined {
  if (!row || row.expires_at <= clock.now()) return undefined
  const opened = rootKey.open('provider-request', row.state_hash, row.sealed_request)
  // Authenticated: this server wrote it.
  const request = opened && (JSON.parse(opened.toString()) as ProviderRequest | SignOutRequest)
  return request && 'redirectUri' in request ? request : undefined
}

/** A sign-out that is under way at a provider of SAML. */
export interface SignOutRequest {
  readonly userPoolId: string
  readonly providerId: string
  /** What the application has asked for, as a query. */
  readonly query: string
  /** This server's own address that the provider answers to. */
  readonly answerUrl: string
  readonly requestId: string
}

/** In place of what a browser's cookie says: the answer is a form of another site's page, which comes without it. */
const ANY_BROWSER = 'any'

/** Remembers what a provider was asked, for an answer that only leads the browser back to the application. */
export const keepSignOutRequest = async (
  context: ServerContext,
  state: string,
  request: SignOutRequest,
): Promise<void> => await keepProviderRequest(context, ANY_BROWSER, state, request)

/** The sign-out of a state, for once. */
export async function takeSignOutRequest(
  { db, rootKey, clock }: ServerContext,
  state: string,
): Promise<SignOutRequest | undefined> {
  const row = await db
    .deleteFrom('provider_requests')
    .where('state_hash', '=', keyOf(state))
    .where('browser_hash', '=', hashOf(ANY_BROWSER))
    .returningAll()
    .executeTakeFirst()
  if (!row || row.expires_at <= clock.now()) return undefined
  const opened = rootKey.open('provider-request', row.state_hash, row.sealed_request)
  // Authenticated: this server wrote it.
  const request = opened && (JSON.parse(opened.toString()) as ProviderRequest | SignOutRequest)
  return request && 'answerUrl' in request ? request : undefined
}

const hashOf = (secret: string): string => hash('sha256', secret, 'base64url')
