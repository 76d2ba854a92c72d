import { isIP } from 'node:net'
import type { ServerContext } from '../context.js'
import { errors } from '../errors.js'
import { rulesOf } from './rules.js'
import type { UserPool } from './user-pool.js'

const LOCAL = 'localhost'

/**
 * The domain that passkeys of a pool are for: the one that the pool names, or else the server's own. Passkeys are for
 * names and not for IP addresses, of which those of this machine are `localhost`.
 */
export function relyingPartyId(
  { baseUrl }: Pick<ServerContext, 'baseUrl'>,
  pool: UserPool,
): string | undefined {
  const named = rulesOf(pool).passkeys.relyingPartyId
  if (named !== undefined) return named
  const { hostname } = new URL(baseUrl())
  if (hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)) return LOCAL
  return isDomain(hostname) ? hostname : undefined
}

/** Domains that belong to the service, and not to a pool here. */
const RESERVED = /(^|\.)(amazoncognito\.com|amazonaws\.com)$/

/** @throws InvalidParameterException no browser makes passkeys for it */
export function assertRelyingPartyId(id: string | undefined): void {
  if (id === undefined) return
  if (RESERVED.test(id)) throw errors.relyingPartyReserved()
  if (!isDomain(id)) throw errors.relyingPartyNotDomain()
}

/** Whether a text is a domain name as an origin has it: in lower case, and international ones in ASCII. */
const isDomain = (text: string): boolean =>
  isIP(text) === 0 && URL.canParse(`https://${text}`) && new URL(`https://${text}`).hostname === text

/** What a browser or an app says of where a passkey was used. */
export interface PasskeyPlace {
  readonly origin?: unknown
  readonly crossOrigin?: unknown
  readonly topOrigin?: unknown
}

/**
 * Whether a passkey was used where it may be (WebAuthn §13.4.9). In a frame of another site a click could be had by a
 * trick, so that the page around it has to be the relying party's as well.
 */
export function isPlaceOf(
  pool: UserPool,
  id: string,
  { origin, crossOrigin, topOrigin }: PasskeyPlace,
): boolean {
  const isOurs = (text: unknown) => typeof text === 'string' && isOriginOf(pool, id, text)
  return isOurs(origin) && (crossOrigin === true ? isOurs(topOrigin) : topOrigin === undefined)
}

function isOriginOf(pool: UserPool, id: string, text: string): boolean {
  if (rulesOf(pool).passkeys.origins.includes(text)) return true
  if (originOf(text) !== text) return false
  const { protocol, hostname } = new URL(text)
  if (!isWithin(hostname, id)) return false
  return protocol === 'https:' || (protocol === 'http:' && isWithin(hostname, LOCAL))
}

const isWithin = (hostname: string, domain: string): boolean =>
  hostname === domain || hostname.endsWith(`.${domain}`)

/** The origin of a URL, where it is one. */
export const originOf = (text: string): string | undefined =>
  URL.canParse(text) ? new URL(text).origin : undefined
