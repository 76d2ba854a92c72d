import { confirmSignIn } from '@amulet/auth'

// CONFIRM_SIGN_IN_WITH_SMS_CODE,
// …_EMAIL_CODE or …_TOTP_CODE
await confirmSignIn({
  challengeResponse: '123456',
})
