/** Tokens of a user by the name of the provider that issued them. */
type Logins = Record<string, string>

/** The identity pool's operations, as far as this package uses them: `[input, output]` by name. */
export interface IdentityPoolOperations {
  GetId: [{ IdentityPoolId: string; Logins: Logins }, { IdentityId: string }]
  GetCredentialsForIdentity: [
    { IdentityId: string; Logins: Logins | undefined },
    {
      IdentityId?: string
      Credentials?: {
        AccessKeyId?: string
        SecretKey?: string
        SessionToken?: string
        /** Seconds since 1970. */
        Expiration?: number
      }
      /** When the service answered, by its clock: its `Date` header. */
      date?: string
    },
  ]
}
