import { getCookie } from 'hono/cookie'
import { isFlowEnabled } from '../clients/auth-flows.js'
import { ssoLifetime } from '../clients/lifetimes.js'
import type { Transaction } from '../db/schema.js'
import type { Attempt } from '../flows/attempt.js'
import { isPlaceOf, relyingPartyId } from '../pools/relying-party.js'
import { passkeysOf, takesPasskeys } from '../users/passkey.js'
import type { User } from '../users/user.js'
import { readOwnCookie, setOwnCookie } from './cookies.js'
import type { PageRequest } from './page-request.js'
import { CAN_MAKE_PASSKEYS } from './pages/script.js'

// A user who has signed in with a password and has no passkey is offered one, before going back to the application. The
// sign-in is complete by then: the browser's session brings the answer to the application, whatever the user chooses.

/** Where the offer is. */
export const OFFER_PASSKEY = '/passkeys/offer'

/** Users that a browser remembers as not wanting one. */
const MAX_REMEMBERED = 10
const YEAR = 365 * 24 * 3600

/**
 * Whether a sign-in leads to the offer. The browser has said that it can make passkeys; without its script nothing is
 * offered. A passkey could sign in here: the pool takes them, the client leaves the choice, and the page is a place of the
 * relying party.
 */
export async function offersPasskey(
  page: PageRequest,
  tx: Transaction,
  user: User,
  { proven }: Attempt,
): Promise<boolean> {
  const { c, oauth, pool, client, request, view } = page
  const { context, origin } = oauth
  if (getCookie(c, CAN_MAKE_PASSKEYS) === undefined || !proven.includes('PASSWORD')) return false
  if (view.markup === 'classic' || !isFlowEnabled(client, 'USER_AUTH') || !takesPasskeys(context, pool))
    return false
  // The session could be too old by then for what the application asks for.
  if (request.maxAge !== undefined || ssoLifetime(client) === 0 || isRefusedBy(page, user)) return false
  const rpId = relyingPartyId(context, pool)
  if (rpId === undefined || !isPlaceOf(pool, rpId, { origin })) return false
  const passkeys = await passkeysOf(tx, user.id)
  return !passkeys.some(({ relyingPartyId }) => relyingPartyId === rpId)
}

/** On the server's own host, which all pools share, each has one of its own. */
const cookieName = ({ oauth, pool }: PageRequest): string =>
  oauth.domain ? 'no-passkey' : `no-passkey-${pool.id}`

/** Users whom this browser remembers: marks that say nothing to others. */
const remembered = (page: PageRequest): string[] =>
  (readOwnCookie(page.c, page.oauth, cookieName(page)) ?? '').split('.').filter(Boolean)

function marksOf({ oauth: { context } }: PageRequest, { id }: User): string[] {
  return context.rootKey.macs('no-passkey', id).map((mac) => mac.subarray(0, 12).toString('base64url'))
}

const isRefusedBy = (page: PageRequest, user: User): boolean => {
  const marks = marksOf(page, user)
  return remembered(page).some((mark) => marks.includes(mark))
}

/** The user does not want a passkey in this browser, and is not asked again. */
export function rememberRefusal(page: PageRequest, user: User): void {
  const [mark = ''] = marksOf(page, user)
  const marks = [mark, ...remembered(page).filter((other) => other !== mark)].slice(0, MAX_REMEMBERED)
  setOwnCookie(page.c, page.oauth, cookieName(page), marks.join('.'), YEAR)
}
