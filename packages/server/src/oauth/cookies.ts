import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { NewSsoSession } from '../tokens/sso-session.js'
import type { OAuthRequest } from './oauth-request.js'

type Connection = Pick<OAuthRequest, 'isSecure'>

/** What every cookie of the pages has. Scripts cannot read it, and requests of other sites that change something lack it. */
export const cookieOptions = ({ isSecure }: Connection) =>
  ({ path: '/', httpOnly: true, sameSite: 'Lax', secure: isSecure }) as const

/**
 * With https the names of cookies begin with `__Host-`. Browsers take such a cookie from this very host only: without it,
 * any other host below the same domain could set one of the same name for this one, such as the session of an attacker.
 */
const ownOptions = (connection: Connection) => ({
  ...cookieOptions(connection),
  ...(connection.isSecure && { prefix: 'host' as const }),
})

/** A cookie that this host has set. */
export const readOwnCookie = (c: Context, { isSecure }: Connection, name: string): string | undefined =>
  getCookie(c, name, isSecure ? 'host' : undefined)

/** @param maxAge seconds. Default: until the browser is closed */
export function setOwnCookie(
  c: Context,
  connection: Connection,
  name: string,
  value: string,
  maxAge?: number,
): void {
  setCookie(c, name, value, { ...ownOptions(connection), ...(maxAge !== undefined && { maxAge }) })
}

export function deleteOwnCookie(c: Context, connection: Connection, name: string): void {
  deleteCookie(c, name, ownOptions(connection))
}

/**
 * The cookie of the SSO session. On a pool's own domain it has the service's name; the server's own host is shared by all
 * pools, so there each has one of its own.
 */
const ssoCookie = ({ domain }: OAuthRequest, userPoolId: string): string =>
  domain ? 'cognito' : `cognito-${userPoolId}`

export const readSsoCookie = (c: Context, request: OAuthRequest, userPoolId: string): string | undefined =>
  readOwnCookie(c, request, ssoCookie(request, userPoolId))

export function setSsoCookie(
  c: Context,
  request: OAuthRequest,
  userPoolId: string,
  { secret, lifetime }: NewSsoSession,
): void {
  setOwnCookie(c, request, ssoCookie(request, userPoolId), secret, Math.floor(lifetime / 1000))
}

export function clearSsoCookie(c: Context, request: OAuthRequest, userPoolId: string): void {
  deleteOwnCookie(c, request, ssoCookie(request, userPoolId))
}
