import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { NewSsoSession } from '../tokens/sso-session.js'
import type { OAuthRequest } from './oauth-request.js'

/** What every cookie of the pages has. Scripts cannot read it, and requests of other sites that change something lack it. */
export const cookieOptions = ({ isSecure }: Pick<OAuthRequest, 'isSecure'>) =>
  ({ path: '/', httpOnly: true, sameSite: 'Lax', secure: isSecure }) as const

/**
 * The cookie of the SSO session. On a pool's own domain it has the service's name; the server's own host is shared by all
 * pools, so there each has one of its own.
 */
const ssoCookie = ({ domain }: OAuthRequest, userPoolId: string): string =>
  domain ? 'cognito' : `cognito-${userPoolId}`

export const readSsoCookie = (c: Context, request: OAuthRequest, userPoolId: string): string | undefined =>
  getCookie(c, ssoCookie(request, userPoolId))

export function setSsoCookie(
  c: Context,
  request: OAuthRequest,
  userPoolId: string,
  { secret, lifetime }: NewSsoSession,
): void {
  setCookie(c, ssoCookie(request, userPoolId), secret, {
    ...cookieOptions(request),
    maxAge: Math.floor(lifetime / 1000),
  })
}

export function clearSsoCookie(c: Context, request: OAuthRequest, userPoolId: string): void {
  deleteCookie(c, ssoCookie(request, userPoolId), cookieOptions(request))
}
