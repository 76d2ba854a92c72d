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
  name: 'InitiateAuth',
  kind: 'client',
  input: structure({
    AuthFlow: required(AuthFlow),
    AuthParameters: map(c.AnyString, { sensitive: true }),
    ClientMetadata,
    ClientId: required(c.ClientId),
    AnalyticsMetadata,
    UserContextData,
    Session: c.Session,
  }),
  run: initiate,
})
