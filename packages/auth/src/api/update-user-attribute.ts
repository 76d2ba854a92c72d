import { type Call, call } from '../context/call.js'
import type { AuthServiceOptions, ClientMetadata, UserAttributeKey } from '../models.js'
import { type UpdatedAttribute, updateAttributes } from '../user-attributes/update.js'

export interface UpdateUserAttributeInput {
  userAttribute: { attributeKey: UserAttributeKey; value: string }
  options?: AuthServiceOptions & { clientMetadata?: ClientMetadata }
}

export type UpdateUserAttributeOutput = UpdatedAttribute

/**
 * Changes one attribute of the signed-in user, as `updateUserAttributes` does several.
 *
 * @throws AuthError (`AuthErrorNames['updateUserAttribute']`) named as one of
 *   {@link UpdateUserAttributesException}; `UserUnAuthenticatedException` when no user is signed in;
 *   `AuthTokenConfigException`; `NetworkError`, `TimeoutError`, `AbortError`
 *
 * @example
 * ```ts
 * import { updateUserAttribute } from '@amulet/auth'
 *
 * await updateUserAttribute({ userAttribute: { attributeKey: 'nickname', value: 'Countess' } })
 * ```
 */
export const updateUserAttribute: Call<UpdateUserAttributeInput, UpdateUserAttributeOutput> = call(
  'updateUserAttribute',
  async (context, { userAttribute: { attributeKey, value }, options }: UpdateUserAttributeInput) => {
    const { [attributeKey]: updated } = await updateAttributes(context, { [attributeKey]: value }, options)
    // Every attribute that was sent is in the answer.
    return updated as UpdatedAttribute
  },
)
