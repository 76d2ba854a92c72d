import { resetPassword } from '@amulet/auth'

const { nextStep } = await resetPassword({
  username: 'ada@example.com',
})

console.log(
  nextStep.codeDeliveryDetails.destination,
)
