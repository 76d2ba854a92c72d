import { signUp } from '@amulet/auth'

const { nextStep } = await signUp({
  username: 'ada@example.com',
  password: '…',
  options: {
    userAttributes: { name: 'Ada' },
    autoSignIn: true,
  },
})

// CONFIRM_SIGN_UP: a code was sent
console.log(nextStep.signUpStep)
