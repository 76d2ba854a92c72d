import { rulesOf, type Verifiable } from '../pools/rules.js'
import type { UserPool } from '../pools/user-pool.js'
import { maskEmail, maskPhoneNumber } from './mask.js'

/** Where a code goes. */
export interface CodeDestination {
  readonly attribute: Verifiable
  readonly destination: string
}

/** Wire form of where a code went: masked. */
export function codeDeliveryDetails({ attribute, destination }: CodeDestination) {
  return attribute === 'email'
    ? { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: maskEmail(destination) }
    : { AttributeName: 'phone_number', DeliveryMedium: 'SMS', Destination: maskPhoneNumber(destination) }
}

/** The attribute that a sign-up code goes to: the first that the pool verifies and the user has. */
export function autoVerifiedDelivery(
  pool: UserPool,
  attributes: Readonly<Record<string, string>>,
): CodeDestination | undefined {
  for (const attribute of rulesOf(pool).autoVerified) {
    const destination = attributes[attribute]
    if (destination) return { attribute, destination }
  }
  return undefined
}
