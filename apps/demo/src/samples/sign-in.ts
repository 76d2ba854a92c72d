import { confirmSignIn, signIn } from '@amulet/auth'

const { nextStep } = await signIn({ username: 'ada@example.com', password: '…' })

// DONE, or what the user pool asks for next
if (nextStep.signInStep === 'CONFIRM_SIGN_IN_WITH_TOTP_CODE')
  await confirmSignIn({ challengeResponse: '123456' })
