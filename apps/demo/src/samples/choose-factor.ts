import { confirmSignIn } from '@amulet/auth'

// One of nextStep.allowedMFATypes
// or nextStep.availableChallenges
await confirmSignIn({
  challengeResponse: 'EMAIL',
})
