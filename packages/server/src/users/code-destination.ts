import type { UserPool } from '../pools/user-pool.js'
import { maskEmail, maskPhoneNumber } from './mask.js'

/** Where a code goes. */
export interface CodeDestination {
  readonly attribute: 'email' | 'phone_number'
  readonly destination: string
}

/** Wire form of where a code went: masked. */
export function codeDeliveryDetails({ attribute, destination }: CodeDestination) {
  return attribute === 'email'
    ? { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: maskEmail(destination) }
    : { AttributeName: 'phone_number', DeliveryMedium: 'SMS', Destination: maskPhoneNumber(destination) }
}

/** The attributes that the pool verifies, the phone number before the address. */
export const autoVerified = (pool: UserPool): CodeDestination['attribute'][] =>
  (['phone_number', 'email'] as const).filter((attribute) =>
    pool.settings.AutoVerifiedAttributes?.includes(attribute),
  )

/** The attribute that a sign-up code goes to: the first that the pool verifies and the user has. */
export function autoVerifiedDelivery(
  pool: UserPool,
  attributes: Readonly<Record<string, string>>,
): CodeDestination | undefined {
  for (const attribute of autoVerified(pool)) {
    const destination = attributes[attribute]
    if (destination) return { attribute, destination }
  }
  return undefined
}
