import { confirmSignIn } from '@amulet/auth'

// CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE: the functions of the pool judge it
await confirmSignIn({
  challengeResponse: 'the answer',
})
