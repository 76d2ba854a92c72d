import { getClientOfPool } from '../clients/app-client.js'
import { answerChallenge } from '../flows/answer-challenge.js'
import * as c from '../wire/constraints.js'
import { map, required, structure } from '../wire/shape.js'
import { AnalyticsMetadata, ClientMetadata, ContextData } from '../wire/shared-members.js'
import { operation } from './operation.js'
import { ChallengeName } from './respond-to-auth-challenge.js'

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
  async run(context, input) {
    const found = await getClientOfPool(context.db, input.UserPoolId, input.ClientId)
    return await answerChallenge(context, found, input)
  },
})
