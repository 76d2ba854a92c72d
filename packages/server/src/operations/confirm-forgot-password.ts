import { confirmForgotPassword as resetPassword } from '../flows/confirm-forgot-password.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { AnalyticsMetadata, ClientMetadata, UserContextData } from '../wire/shared-members.js'
import { operation } from './operation.js'

export const confirmForgotPassword = operation({
  name: 'ConfirmForgotPassword',
  kind: 'client',
  input: structure({
    ClientId: required(c.ClientId),
    SecretHash: c.SecretHash,
    Username: required(c.Username),
    ConfirmationCode: required(c.ConfirmationCode),
    Password: required(c.Password),
    AnalyticsMetadata,
    UserContextData,
    ClientMetadata,
  }),
  async run(call, input) {
    await resetPassword(call, {
      username: input.Username,
      code: input.ConfirmationCode,
      newPassword: input.Password,
    })
    return {}
  },
})
