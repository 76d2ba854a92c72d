import { confirmResetPassword } from '@amulet/auth'

await confirmResetPassword({
  username: 'ada@example.com',
  confirmationCode: '123456',
  newPassword: '…',
})
