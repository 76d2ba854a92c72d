/** Credentials of AWS that end by themselves. */
export interface TemporaryCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

/** The identity that is to act in a role. */
export interface RoleSession {
  readonly roleArn: string
  readonly identityId: string
  /** Signs a token that says so. */
  webIdentityToken(): Promise<string>
}

/** Gets credentials for a role. */
export type AssumeRole = (session: RoleSession) => Promise<TemporaryCredentials>
