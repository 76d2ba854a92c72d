import { forgotPassword as sendResetCode } from '../flows/forgot-password.js'
import * as c from '../wire/constraints.js'
import { required, structure } from '../wire/shape.js'
import { AnalyticsMetadata, ClientMetadata, UserContextData } from '../wire/shared-members.js'
import { operation } from './operation.js'

export const forgotPassword = operation({
  name: 'ForgotPassword',
  kind: 'client',
  input: structure({
    ClientId: required(c.ClientId),
    SecretHash: c.SecretHash,
    UserContextData,
    Username: required(c.Username),
    AnalyticsMetadata,
    ClientMetadata,
  }),
  async run(call, input) {
    return { CodeDeliveryDetails: await sendResetCode(call, input.Username) }
  },
})
