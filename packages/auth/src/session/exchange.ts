import type { RequestContext } from '../context/deadline.js'
import { authError } from '../errors.js'
import type { ClientMetadata } from '../models.js'
import { userPool, userPoolConfig } from '../service/user-pool.js'
import { receiveTokens } from './receive-tokens.js'
import type { StoredTokens } from './token-store.js'

/** What the service gives for a refresh token, which is one app client's of one pool, and when it was asked. */
const exchanges = new Map<string, [tokens: Promise<StoredTokens>, at: number]>()

/**
 * Exchanges the stored refresh token for new tokens: once in a server's process, whatever storages have it. There two
 * requests of one page have copies of the same cookies, and a token that was rotated without grace is refused the second
 * time. So an exchange is shared while it is under way, and for a minute if it rotated the token. That is how long the
 * service takes a second use for one by a client that has not heard of the first. In a page the storage is no copy, and
 * is read again instead.
 *
 * @param isReplaced whether the token is not the stored one any more
 * @returns the tokens, and whether another call had asked for them, with metadata of its own
 */
export const exchange = async (
  context: RequestContext,
  stored: StoredTokens,
  clientMetadata: ClientMetadata | undefined,
  isReplaced: () => Promise<boolean>,
): Promise<[fresh: StoredTokens, isShared: boolean]> => {
  const at = context.clock()
  const { refreshToken: RefreshToken, deviceKey: DeviceKey } = stored
  if (!RefreshToken) throw authError('TokenRefreshException', 'There is no refresh token.', 'Sign in again.')
  for (const [key, [, sentAt]] of exchanges) if (sentAt < at - 60_000) exchanges.delete(key)
  const known = exchanges.get(RefreshToken)?.[0]
  const request = async () => {
    const { AuthenticationResult } = await userPool(
      context,
      'GetTokensFromRefreshToken',
      {
        ClientId: userPoolConfig(context).userPoolClientId,
        RefreshToken,
        DeviceKey,
        ClientMetadata: clientMetadata,
      },
      // A page that was frozen since it read the token goes on before any attempt. If only the first answer was lost, the
      // token would be sent again by the next call anyway.
      isReplaced,
    )
    // Not when the answer is read: a page that was frozen meanwhile would take its tokens for younger than they are.
    const fresh = receiveTokens(AuthenticationResult, stored, at)
    if (!fresh.accessToken.payload.iat)
      throw authError('iatNotFoundException', 'iat not found in access token')
    return fresh
  }
  const tokens = known ?? request()
  if (!known && !globalThis.document) {
    exchanges.set(RefreshToken, [tokens, at])
    const forget = () => exchanges.delete(RefreshToken)
    tokens.then((fresh) => fresh.refreshToken === RefreshToken && forget(), forget)
  }
  return [await tokens, !!known]
}
