/** A sign-in that failed at a provider, as the application is told: RFC 6749 section 4.1.2.1. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError'
  readonly error: 'invalid_request' | 'access_denied' | 'server_error' | 'login_required'
  /** For the developer. */
  readonly reason: string | undefined

  constructor(
    description: string,
    {
      error = 'invalid_request',
      reason,
      cause,
    }: { error?: ProviderError['error']; reason?: string; cause?: unknown } = {},
  ) {
    super(description, { cause })
    this.error = error
    this.reason = reason
  }
}

/** The error of this kind that another one was caused by. */
export function providerErrorIn(error: unknown): ProviderError | undefined {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof ProviderError) return at
  return undefined
}
