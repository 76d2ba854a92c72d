import type { CodeDeliveryDetails, VerifiableUserAttributeKey } from '../models.js'
import type { CodeDelivery } from './user-pool.js'

/** Where the service sent a code; every member is undefined when it does not say. */
export const codeDeliveryDetails = (
  sent: CodeDelivery['CodeDeliveryDetails'] = {},
): CodeDeliveryDetails<VerifiableUserAttributeKey> => {
  const { Destination: destination, DeliveryMedium: deliveryMedium, AttributeName: attributeName } = sent
  // The protocol's own enumerations.
  return { destination, deliveryMedium, attributeName } as CodeDeliveryDetails<VerifiableUserAttributeKey>
}
