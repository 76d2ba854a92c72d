import type { ServerContext } from '../context.js'
import { equalText } from '../crypto/equal.js'
import { errors } from '../errors.js'

/** Milliseconds that a pagination token is good for. */
const LIFETIME = 3_600_000

/** The values that the next page begins after, in the order the list is sorted by. */
export type Position = readonly string[]

/**
 * One page of rows of which one more than asked for was read, and the token of the next page if there is one.
 *
 * @param list names the list with all that it depends on (pool, filter …); the token is good for no other
 */
export function page<Row>(
  context: ServerContext,
  list: readonly string[],
  rows: readonly Row[],
  limit: number,
  positionOf: (row: Row) => Position,
): { rows: readonly Row[]; token: string | undefined } {
  const last = rows[limit - 1]
  if (rows.length <= limit || last === undefined) return { rows, token: undefined }
  const payload = JSON.stringify([positionOf(last), context.clock.now() + LIFETIME])
  const [mac = ''] = macs(context, list, payload)
  const token = `${Buffer.from(payload).toString('base64url')}.${mac}`
  return { rows: rows.slice(0, limit), token }
}

/**
 * Where the page that a token stands for begins; `undefined` without a token.
 *
 * @throws InvalidParameterException the token was not issued for this list, or more than an hour ago
 */
export function pageStart(
  context: ServerContext,
  list: readonly string[],
  token: string | undefined,
): Position | undefined {
  if (token === undefined) return undefined
  const [encoded = '', given = ''] = token.split('.')
  const payload = Buffer.from(encoded, 'base64url').toString()
  if (!macs(context, list, payload).some((mac) => equalText(mac, given)))
    throw errors.invalidPaginationToken()
  // Authenticated: this server wrote it.
  const [position, expiresAt] = JSON.parse(payload) as [Position, number]
  if (expiresAt <= context.clock.now()) throw errors.invalidPaginationToken()
  return position
}

/** The one to issue first. */
const macs = (context: ServerContext, list: readonly string[], payload: string): string[] =>
  context.rootKey
    .macs('pagination-token', JSON.stringify([list, payload]))
    .map((mac) => mac.toString('base64url'))
