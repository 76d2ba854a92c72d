import { autoSignIn, confirmSignUp } from '@amulet/auth'

const { nextStep } = await confirmSignUp({
  username: 'ada@example.com',
  confirmationCode: '123456',
})

if (nextStep.signUpStep === 'COMPLETE_AUTO_SIGN_IN') await autoSignIn()
