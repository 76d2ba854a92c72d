import { confirmSignIn } from '@amulet/auth'

// CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE:
// functions of the pool check the answer
await confirmSignIn({
  challengeResponse: 'the answer',
})
