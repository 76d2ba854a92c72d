import { signUp } from '@amulet/auth'

const { nextStep } = await signUp({
  username: 'ada@example.com',
  password: '…',
  options: { userAttributes: { name: 'Ada' }, autoSignIn: true },
})

if (nextStep.signUpStep === 'CONFIRM_SIGN_UP') console.log(nextStep.codeDeliveryDetails.destination)
