import { verifySecretHash } from '../clients/app-client.js'
import { getClientAndPool } from '../clients/known-clients.js'
import { errors } from '../errors.js'
import { answerNewPassword } from '../flows/new-password-required.js'
import { verifySrp } from '../flows/user-srp-auth.js'
import * as c from '../wire/constraints.js'
import { map, oneOf, required, structure } from '../wire/shape.js'
import { AnalyticsMetadata, ClientMetadata, operation, UserContextData } from './operation.js'

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
  caller: 'client',
  input: structure({
    ClientId: required(c.ClientId),
    ChallengeName: required(ChallengeName),
    Session: c.Session,
    ChallengeResponses: map(c.AnyString, { sensitive: true }),
    AnalyticsMetadata,
    UserContextData,
    ClientMetadata,
  }),
  async run(context, input) {
    const { client, pool } = await getClientAndPool(context, input.ClientId)
    const responses = input.ChallengeResponses ?? {}
    if (!responses.USERNAME) throw errors.missingParameter('USERNAME')
    verifySecretHash(
      context,
      client,
      responses.SECRET_HASH,
      [responses.USERNAME],
      errors.secretHashNotReceived,
    )
    switch (input.ChallengeName) {
      case 'PASSWORD_VERIFIER':
        return await verifySrp(context, { pool, client }, responses)
      case 'NEW_PASSWORD_REQUIRED':
        if (!input.Session) throw errors.missingParameter('Session')
        return await answerNewPassword(context, { pool, client }, input.Session, responses)
      default:
        // No challenge of this kind is issued, so no session can be one.
        if (!input.Session) throw errors.missingParameter('Session')
        throw errors.sessionInvalid()
    }
  },
})
