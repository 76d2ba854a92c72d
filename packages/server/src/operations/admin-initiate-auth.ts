import * as c from '../wire/constraints.js'
import { map, required, structure } from '../wire/shape.js'
import { AnalyticsMetadata, ClientMetadata, ContextData } from '../wire/shared-members.js'
import { AuthFlow } from './initiate-auth.js'
import { operation } from './operation.js'
import { initiate } from './sign-in.js'

export const adminInitiateAuth = operation({
  name: 'AdminInitiateAuth',
  kind: 'admin of a client',
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
  run: initiate,
})
