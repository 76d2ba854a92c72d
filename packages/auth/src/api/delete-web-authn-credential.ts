import { type Call, call } from '../context/call.js'
import { userPool } from '../service/user-pool.js'
import { accessToken } from '../session/get-tokens.js'

export interface DeleteWebAuthnCredentialInput {
  /** One that `listWebAuthnCredentials` has listed. */
  credentialId: string
}

/**
 * Deletes a passkey of the signed-in user from the user pool. The user's device may still offer it; there it is to be
 * deleted in the settings.
 *
 * @throws AuthError (`AuthErrorNames['deleteWebAuthnCredential']`) named as one of
 *   {@link DeleteWebAuthnCredentialException}, which is `ResourceNotFoundException` where the user has no such passkey;
 *   `UserUnAuthenticatedException` when no user is signed in; `AuthTokenConfigException`; `NetworkError`,
 *   `TimeoutError`, `AbortError`
 *
 * @example
 * ```ts
 * import { deleteWebAuthnCredential, listWebAuthnCredentials } from '@amulet/auth'
 *
 * const { credentials } = await listWebAuthnCredentials({ pageSize: 1 })
 * const credentialId = credentials[0]?.credentialId
 * if (credentialId) await deleteWebAuthnCredential({ credentialId })
 * ```
 */
export const deleteWebAuthnCredential: Call<DeleteWebAuthnCredentialInput, void> = call(
  'deleteWebAuthnCredential',
  async (context, { credentialId }: DeleteWebAuthnCredentialInput) => {
    const AccessToken = await accessToken(context)
    await userPool(context, 'DeleteWebAuthnCredential', { AccessToken, CredentialId: credentialId })
  },
)
