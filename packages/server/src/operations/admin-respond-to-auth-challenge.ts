import * as c from '../wire/constraints.js'
import { map, required, structure } from '../wire/shape.js'
import { AnalyticsMetadata, ClientMetadata, ContextData } from '../wire/shared-members.js'
import { operation } from './operation.js'
import { ChallengeName } from './respond-to-auth-challenge.js'
import { respond } from './sign-in.js'

export const adminRespondToAuthChallenge = operation({
  name: 'AdminRespondToAuthChallenge',
  kind: 'admin of a client',
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
  run: respond,
})
