import { getClientOfPool } from '../clients/app-client.js'
import * as c from '../wire/constraints.js'
import { map, required, structure } from '../wire/shape.js'
import { AnalyticsMetadata, ClientMetadata, ContextData } from '../wire/shared-members.js'
import { operation } from './operation.js'
import { ChallengeName } from './respond-to-auth-challenge.js'
import { respond } from './sign-in.js'

export const adminRespondToAuthChallenge = operation({
  caller: 'admin',
  input: structure({
    UserPoolId: required(c.UserPoolId),
    ClientId: required(c.ClientId),
    ChallengeName: required(ChallengeName),
    ChallengeResponses: map(c.AnyString, { sensitive: true }),
    Session: c.Session,
    AnalyticsMetadata,
    ContextData,
    ClientMetadata,
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
    return await respond(call, input)
  },
})
