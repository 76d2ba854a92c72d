import type { RequestContext } from '../context/deadline.js'
import type { ClientMetadata, CodeDeliveryDetails, UserAttributeKey } from '../models.js'
import { attributeList } from '../service/attribute-list.js'
import { codeDeliveryDetails } from '../service/code-delivery-details.js'
import { userPool } from '../service/user-pool.js'
import { accessToken } from '../session/get-tokens.js'

/** What became of one attribute. */
export interface UpdatedAttribute {
  /** False while the new value waits for its code. */
  isUpdated: boolean
  nextStep: {
    /** With `CONFIRM_ATTRIBUTE_WITH_CODE`, call `confirmUserAttribute`. */
    updateAttributeStep: 'CONFIRM_ATTRIBUTE_WITH_CODE' | 'DONE'
    /** Where the code was sent, when there is one. */
    codeDeliveryDetails?: CodeDeliveryDetails
  }
}

/** Changes attributes; the answer has each of them, and those the service sent a code for. */
export const updateAttributes = async (
  context: RequestContext,
  attributes: Partial<Record<UserAttributeKey, string>>,
  options?: { clientMetadata?: ClientMetadata },
): Promise<Record<UserAttributeKey, UpdatedAttribute>> => {
  const { CodeDeliveryDetailsList = [] } = await userPool(context, 'UpdateUserAttributes', {
    AccessToken: await accessToken(context),
    ClientMetadata: options?.clientMetadata,
    UserAttributes: attributeList(attributes),
  })
  const updated: Record<string, UpdatedAttribute> = {}
  for (const name of Object.keys(attributes)) {
    updated[name] = { isUpdated: true, nextStep: { updateAttributeStep: 'DONE' } }
  }
  for (const sent of CodeDeliveryDetailsList) {
    if (!sent.AttributeName) continue
    updated[sent.AttributeName] = {
      isUpdated: false,
      nextStep: {
        updateAttributeStep: 'CONFIRM_ATTRIBUTE_WITH_CODE',
        codeDeliveryDetails: codeDeliveryDetails(sent),
      },
    }
  }
  return updated
}
