import type { OAuthConfig } from '../context/config.js'
import { orInterrupted, type RequestContext } from '../context/deadline.js'
import { exchange } from '../service/transport.js'
import { userPoolConfig } from '../service/user-pool.js'
import { receiveTokens } from '../session/receive-tokens.js'
import type { StoredTokens } from '../session/token-store.js'
import type { OAuthAttempt } from './attempts.js'
import { endpoint, form } from './endpoint.js'
import { oauthError } from './oauth-error.js'

const NOT_OURS = 'The answer is not that of this sign-in.'

/** The session that an answer stands for. */
export const exchangeAnswer = async (
  context: RequestContext,
  oauth: OAuthConfig,
  answer: URLSearchParams,
  { verifier, nonce }: OAuthAttempt,
  redirectUri: string,
): Promise<StoredTokens> => {
  const { userPoolId, userPoolClientId } = userPoolConfig(context)
  const isCode = oauth.responseType === 'code'
  const error = answer.get('error')
  const result = answer.get(isCode ? 'code' : 'access_token')
  if (error || !result) throw oauthError((answer.get('error_description') ?? error)?.trim())
  // An issuer is a URL that ends with the pool's id, at AWS and elsewhere. A code of another server is not for this one
  // (RFC 9207).
  const isOfPool = (issuer: string | undefined) => issuer?.split('/').pop() === userPoolId
  const issuer = answer.get('iss')
  if (issuer && !isOfPool(issuer)) throw oauthError(NOT_OURS)
  const tokens = isCode
    ? await redeem(context, oauth, {
        grant_type: 'authorization_code',
        code: result,
        client_id: userPoolClientId,
        redirect_uri: redirectUri,
        code_verifier: verifier,
      })
    : { access_token: result, id_token: answer.get('id_token') }
  const received = receiveTokens(
    {
      AccessToken: tokens.access_token,
      IdToken: tokens.id_token ?? undefined,
      RefreshToken: tokens.refresh_token,
    },
    { username: '' },
    context.clock(),
  )
  const { iss, client_id, token_use, username } = received.accessToken.payload
  const id = received.idToken?.payload
  const isOurs =
    isOfPool(iss) &&
    (issuer ?? iss) === iss &&
    client_id === userPoolClientId &&
    token_use === 'access' &&
    (!id || (id.iss === iss && id.aud === userPoolClientId && id.token_use === 'id')) &&
    (!nonce || id?.nonce === nonce)
  if (!isOurs) throw oauthError(NOT_OURS)
  return { ...received, username: `${username ?? 'username'}`, oauthMetadata: '{"oauthSignIn":true}' }
}

interface TokenResponse {
  access_token?: string
  id_token?: string | null
  refresh_token?: string
}

/** Sends a code to the token endpoint, once: a code can be used only once. */
const redeem = async (
  context: RequestContext,
  oauth: OAuthConfig,
  params: Record<string, string | undefined>,
): Promise<TokenResponse> => {
  const { fetch: fetchOf = fetch } = context
  const request = new Request(endpoint(oauth, 'oauth2/token'), {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form(params),
  })
  let answer: { error?: string; error_description?: string } = {}
  const read = async (request: Request) => {
    const response = await fetchOf(request)
    answer = await response.clone().json().catch(Object)
    return response
  }
  try {
    // What it is, is checked by the caller.
    return (await orInterrupted(context, exchange(read, request))) as TokenResponse
  } catch (error) {
    // Of anything but an answer of the endpoint, the error says more.
    throw answer.error ? oauthError(answer.error_description ?? answer.error, error) : error
  }
}
