import * as c from '../wire/constraints.js'
import { map, oneOf, required, structure } from '../wire/shape.js'
import { AnalyticsMetadata, ClientMetadata, UserContextData } from '../wire/shared-members.js'
import { operation } from './operation.js'
import { respond } from './sign-in.js'

export const ChallengeName = oneOf(
  'SMS_MFA',
  'EMAIL_OTP',
  'SOFTWARE_TOKEN_MFA',
  'SELECT_MFA_TYPE',
  'MFA_SETUP',
  'PASSWORD_VERIFIER',
  'CUSTOM_CHALLENGE',
  'SELECT_CHALLENGE',
  'DEVICE_SRP_AUTH',
  'DEVICE_PASSWORD_VERIFIER',
  'ADMIN_NO_SRP_AUTH',
  'NEW_PASSWORD_REQUIRED',
  'SMS_OTP',
  'PASSWORD',
  'WEB_AUTHN',
  'PASSWORD_SRP',
)

export const respondToAuthChallenge = operation({
  name: 'RespondToAuthChallenge',
  kind: 'client',
  input: structure({
    ClientId: required(c.ClientId),
    ChallengeName: required(ChallengeName),
    Session: c.Session,
    ChallengeResponses: map(c.AnyString, { sensitive: true }),
    AnalyticsMetadata,
    UserContextData,
    ClientMetadata,
  }),
  run: respond,
})
