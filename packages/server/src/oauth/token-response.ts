import type { IssuedTokens } from '../tokens/issue.js'

/** What the token endpoint answers: RFC 6749 section 5.1, OpenID Connect Core section 3.1.3.3. */
export interface TokenResponse {
  readonly id_token?: string
  readonly access_token: string
  readonly refresh_token?: string
  /** Seconds. */
  readonly expires_in: number
  readonly token_type: 'Bearer'
}

export const tokenResponse = (
  { IdToken, AccessToken, ExpiresIn, TokenType }: IssuedTokens,
  refreshToken?: string,
): TokenResponse => ({
  ...(IdToken !== undefined && { id_token: IdToken }),
  access_token: AccessToken,
  ...(refreshToken !== undefined && { refresh_token: refreshToken }),
  expires_in: ExpiresIn,
  token_type: TokenType,
})
