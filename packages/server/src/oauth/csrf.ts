import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import type { ServerContext } from '../context.js'
import { equalText } from '../crypto/equal.js'
import { randomUuid } from '../crypto/random.js'
import { cookieOptions } from './cookies.js'
import type { OAuthRequest } from './oauth-request.js'

// A form of a page brings what the page's cookie says, which pages of other sites cannot read. Scripts that sign in
// without a browser copy it by the cookie's name.

const COOKIE = 'XSRF-TOKEN'

/** What a form of a pool's page has to bring, in the field `_csrf` or `csrf`. The browser's cookie is set with it. */
export function csrfToken(c: Context, request: OAuthRequest, userPoolId: string): string {
  const { context } = request
  const known = getCookie(c, COOKIE)
  if (known !== undefined && isTokenOf(context, userPoolId, known)) return known
  const random = randomUuid(context)
  const [mac = ''] = macs(context, userPoolId, random)
  const token = `${random}.${mac}`
  setCookie(c, COOKIE, token, cookieOptions(request))
  return token
}

/**
 * Whether a form comes from a page of this pool. On the server's own host all pools share the cookie, so its value says
 * which one it is of.
 */
export function isOwnForm(
  c: Context,
  { context, origin }: OAuthRequest,
  userPoolId: string,
  fields: URLSearchParams,
): boolean {
  const cookie = getCookie(c, COOKIE) ?? ''
  const field = fields.get('_csrf') ?? fields.get('csrf') ?? ''
  return isFromHere(c, origin) && equalText(cookie, field) && isTokenOf(context, userPoolId, cookie)
}

/** Browsers send the origin of a form; programs send none. A page with a strict referrer policy has the origin `null`. */
function isFromHere(c: Context, own: string): boolean {
  const origin = c.req.header('origin') ?? 'null'
  const site = c.req.header('sec-fetch-site') ?? 'none'
  return ['null', own].includes(origin) && ['none', 'same-origin'].includes(site)
}

function isTokenOf(context: ServerContext, userPoolId: string, token: string): boolean {
  const [random = '', given = ''] = token.split('.')
  return macs(context, userPoolId, random).some((mac) => equalText(mac, given))
}

const macs = ({ rootKey }: ServerContext, userPoolId: string, random: string): string[] =>
  rootKey
    .macs('csrf', JSON.stringify([userPoolId, random]))
    .map((mac) => mac.subarray(0, 16).toString('base64url'))
