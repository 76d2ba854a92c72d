import { confirmSignIn } from '@amulet/auth'

// CONTINUE_SIGN_IN_WITH_EMAIL_SETUP: a code goes there next
await confirmSignIn({
  challengeResponse: 'ada@example.com',
})
