/**
 * What the token endpoint refuses with: RFC 6749 section 5.2.
 *
 * @param explanation for the developer who reads the log
 */
export class TokenError extends Error {
  override readonly name = 'TokenError'
  readonly error: TokenErrorCode
  /** What the client is told beside the code. */
  readonly description: string | undefined

  constructor(error: TokenErrorCode, explanation: string, description?: string) {
    super(explanation)
    this.error = error
    this.description = description
  }
}

export type TokenErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_token_type'
