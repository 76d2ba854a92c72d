import {
  type AuthTOTPSetupDetails,
  confirmSignIn,
} from '@amulet/auth'

// CONTINUE_SIGN_IN_WITH_TOTP_SETUP:
// its nextStep.totpSetupDetails
declare const setup: AuthTOTPSetupDetails
console.log(
  setup.getSetupUri('Your application').href,
)

await confirmSignIn({
  challengeResponse: '123456',
})
