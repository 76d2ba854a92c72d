import type { CodeDeliveryDetails } from '../models.js'
import type { Ask } from './step.js'

/** SMS_MFA, SMS_OTP and EMAIL_OTP: the user types in the code that was sent. */
export const askSentCode =
  (signInStep: 'CONFIRM_SIGN_IN_WITH_SMS_CODE' | 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE'): Ask =>
  (challenge) => ({
    signInStep,
    codeDeliveryDetails: {
      deliveryMedium: challenge.ChallengeParameters?.CODE_DELIVERY_DELIVERY_MEDIUM,
      destination: challenge.ChallengeParameters?.CODE_DELIVERY_DESTINATION,
      // The protocol's own enumeration.
    } as CodeDeliveryDetails,
  })
