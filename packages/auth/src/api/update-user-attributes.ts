import { type Call, call } from '../context/call.js'
import type { AuthServiceOptions, ClientMetadata, UserAttributeKey } from '../models.js'
import { type UpdatedAttribute, updateAttributes } from '../user-attributes/update.js'

export interface UpdateUserAttributesInput {
  /** New values by name; an empty text deletes the attribute. */
  userAttributes: Partial<Record<UserAttributeKey, string>>
  options?: AuthServiceOptions & { clientMetadata?: ClientMetadata }
}

export type UpdateUserAttributesOutput = Record<UserAttributeKey, UpdatedAttribute>

/**
 * Changes attributes of the signed-in user, all or none. A new email address or phone number may have to be
 * confirmed: its next step is then `CONFIRM_ATTRIBUTE_WITH_CODE`, for `confirmUserAttribute`. The tokens tell
 * the old values until they are refreshed.
 *
 * @throws AuthError (`AuthErrorNames['updateUserAttributes']`) named as one of
 *   {@link UpdateUserAttributesException}; `UserUnAuthenticatedException` when no user is signed in;
 *   `AuthTokenConfigException`; `NetworkError`, `TimeoutError`, `AbortError`
 *
 * @example
 * ```ts
 * import { updateUserAttributes } from '@amulet/auth'
 *
 * const { email } = await updateUserAttributes({ userAttributes: { name: 'Ada', email: 'ada@example.com' } })
 * if (email?.nextStep.updateAttributeStep === 'CONFIRM_ATTRIBUTE_WITH_CODE') {
 *   console.log('We sent a code to', email.nextStep.codeDeliveryDetails?.destination)
 * }
 * ```
 */
export const updateUserAttributes: Call<UpdateUserAttributesInput, UpdateUserAttributesOutput> = call(
  'updateUserAttributes',
  (context, { userAttributes, options }: UpdateUserAttributesInput) =>
    updateAttributes(context, userAttributes, options),
)
