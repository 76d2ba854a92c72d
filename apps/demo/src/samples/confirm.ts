import {
  autoSignIn,
  confirmSignUp,
} from '@amulet/auth'

const { nextStep } = await confirmSignUp({
  username: 'ada@example.com',
  confirmationCode: '123456',
})

const step = nextStep.signUpStep
if (step === 'COMPLETE_AUTO_SIGN_IN')
  await autoSignIn()
