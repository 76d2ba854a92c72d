import { confirmSignIn } from '@amulet/auth'

// CONTINUE_SIGN_IN_WITH_EMAIL_SETUP:
// a code is sent there next
await confirmSignIn({
  challengeResponse: 'ada@example.com',
})
