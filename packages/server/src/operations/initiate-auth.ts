import { getClientAndPool } from '../clients/known-clients.js'
import * as c from '../wire/constraints.js'
import { map, oneOf, required, structure } from '../wire/shape.js'
import { AnalyticsMetadata, ClientMetadata, UserContextData } from '../wire/shared-members.js'
import { operation } from './operation.js'
import { initiate } from './sign-in.js'

export const AuthFlow = oneOf(
  'USER_SRP_AUTH',
  'REFRESH_TOKEN_AUTH',
  'REFRESH_TOKEN',
  'CUSTOM_AUTH',
  'ADMIN_NO_SRP_AUTH',
  'USER_PASSWORD_AUTH',
  'ADMIN_USER_PASSWORD_AUTH',
  'USER_AUTH',
)

export const initiateAuth = operation({
  caller: 'client',
  input: structure({
    AuthFlow: required(AuthFlow),
    AuthParameters: map(c.AnyString, { sensitive: true }),
    ClientMetadata,
    ClientId: required(c.ClientId),
    AnalyticsMetadata,
    UserContextData,
    Session: c.Session,
  }),
  async run(context, input, request) {
    const found = await getClientAndPool(context, input.ClientId)
    const metadata = input.ClientMetadata ?? {}
    const call = {
      ...request,
      context,
      ...found,
      by: 'client',
      metadata,
      validationData: {},
      limitedAddress: undefined,
    } as const
    return await initiate(call, input)
  },
})
