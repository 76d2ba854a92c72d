import { type CallWithOptionalInput, call } from '../context/call.js'
import type { AuthWebAuthnCredential } from '../models.js'
import { REPEATABLE, userPool } from '../service/user-pool.js'
import { accessToken } from '../session/get-tokens.js'

export interface ListWebAuthnCredentialsInput {
  /** At most so many; default and most 20. */
  pageSize?: number
  /** Of the page before. */
  nextToken?: string
}

export interface ListWebAuthnCredentialsOutput {
  credentials: AuthWebAuthnCredential[]
  /** There where a page follows. */
  nextToken?: string
}

/**
 * The passkeys of the signed-in user, the oldest first.
 *
 * @throws AuthError (`AuthErrorNames['listWebAuthnCredentials']`) named as one of
 *   {@link ListWebAuthnCredentialsException}; `UserUnAuthenticatedException` when no user is signed in;
 *   `AuthTokenConfigException`; `NetworkError`, `TimeoutError`, `AbortError`
 *
 * @example
 * ```ts
 * import { listWebAuthnCredentials } from '@amulet/auth'
 *
 * const { credentials } = await listWebAuthnCredentials()
 * for (const { friendlyCredentialName, createdAt } of credentials) console.log(friendlyCredentialName, createdAt)
 * ```
 */
export const listWebAuthnCredentials: CallWithOptionalInput<
  ListWebAuthnCredentialsInput,
  ListWebAuthnCredentialsOutput
> = call(
  'listWebAuthnCredentials',
  async (context, { pageSize, nextToken }: ListWebAuthnCredentialsInput) => {
    const input = {
      AccessToken: await accessToken(context),
      MaxResults: pageSize,
      NextToken: nextToken,
    }
    const { Credentials = [], NextToken } = await userPool(
      context,
      'ListWebAuthnCredentials',
      input,
      REPEATABLE,
    )
    const credentials = Credentials.map((credential) => ({
      credentialId: credential.CredentialId,
      friendlyCredentialName: credential.FriendlyCredentialName,
      relyingPartyId: credential.RelyingPartyId,
      authenticatorAttachment: credential.AuthenticatorAttachment,
      authenticatorTransports: credential.AuthenticatorTransports,
      createdAt: credential.CreatedAt ? new Date(credential.CreatedAt * 1000) : undefined,
    }))
    // Members without a value are there, as Amplify has them.
    return { credentials, nextToken: NextToken } as ListWebAuthnCredentialsOutput
  },
)
