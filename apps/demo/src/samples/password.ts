import { confirmSignIn } from '@amulet/auth'

// CONFIRM_SIGN_IN_WITH_PASSWORD
await confirmSignIn({
  challengeResponse: '…',
})
