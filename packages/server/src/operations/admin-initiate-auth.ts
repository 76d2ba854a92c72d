import { getClientOfPool } from '../clients/app-client.js'
import * as c from '../wire/constraints.js'
import { map, required, structure } from '../wire/shape.js'
import { AnalyticsMetadata, ClientMetadata, ContextData } from '../wire/shared-members.js'
import { AuthFlow } from './initiate-auth.js'
import { operation } from './operation.js'
import { initiate } from './sign-in.js'

export const adminInitiateAuth = operation({
  caller: 'admin',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    ClientId: required(c.ClientId),
    AuthFlow: required(AuthFlow),
    AuthParameters: map(c.AnyString, { sensitive: true }),
    ClientMetadata,
    AnalyticsMetadata,
    ContextData,
    Session: c.Session,
  }),
  async run(context, input, request) {
    const found = await getClientOfPool(context.db, input.UserPoolId, input.ClientId)
    const metadata = input.ClientMetadata ?? {}
    const call = {
      ...request,
      context,
      ...found,
      by: 'admin',
      metadata,
      validationData: {},
      limitedAddress: undefined,
    } as const
    return await initiate(call, input)
  },
})
