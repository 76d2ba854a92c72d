import { signIn } from '@amulet/auth'

const { nextStep } = await signIn({
  username: 'ada@example.com',
  password: '…',
})

// DONE, or what the user pool asks for next
console.log(nextStep.signInStep)
