import { confirmSignIn } from '@amulet/auth'

// CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED
await confirmSignIn({
  challengeResponse: 'the new password',
  options: {
    userAttributes: { given_name: 'Ada' },
  },
})
