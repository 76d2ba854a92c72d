import { createAuthContext, createMemoryStorage } from '@amulet/auth'
import type {
  CognitoIdentityProvider,
  CreateUserPoolCommandInput,
} from '@aws-sdk/client-cognito-identity-provider'
import { administrator, PASSWORD, type Started, start } from './start.js'

export const EMAIL = 'ada@example.com'
export const NUMBER = '+15555550100'

/**
 * Makes a pool of first factors to choose from, whose only user, Ada, has a password, a verified address and a verified
 * number.
 */
export async function createChoicePool(
  admin: CognitoIdentityProvider,
  pool: Partial<CreateUserPoolCommandInput> = {},
) {
  const { UserPool } = await admin.createUserPool({
    PoolName: 'choice',
    AutoVerifiedAttributes: ['email'],
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP'] } },
    SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' },
    ...pool,
  })
  const UserPoolId = UserPool?.Id ?? ''
  const { UserPoolClient } = await admin.createUserPoolClient({
    UserPoolId,
    ClientName: 'web',
    ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    PreventUserExistenceErrors: 'ENABLED',
  })
  const Username = 'ada'
  await admin.adminCreateUser({
    UserPoolId,
    Username,
    MessageAction: 'SUPPRESS',
    UserAttributes: [
      { Name: 'email', Value: EMAIL },
      { Name: 'email_verified', Value: 'true' },
      { Name: 'phone_number', Value: NUMBER },
      { Name: 'phone_number_verified', Value: 'true' },
    ],
  })
  await admin.adminSetUserPassword({ UserPoolId, Username, Password: PASSWORD, Permanent: true })
  return { UserPoolId, userPoolClientId: UserPoolClient?.ClientId ?? '' }
}

/** A browser on such a pool. */
export async function startChoice(pool?: Partial<CreateUserPoolCommandInput>) {
  const started: Started = await start()
  const { net, server } = started
  const admin = await administrator(started)
  const { UserPoolId, userPoolClientId } = await createChoicePool(admin, pool)
  const storage = createMemoryStorage()
  /** Each page has a context of its own over the same storage, unless it is given another one. */
  const page = (ownStorage = storage, Cognito: object = {}) =>
    createAuthContext(
      { Auth: { Cognito: { userPoolId: UserPoolId, userPoolClientId, ...Cognito } } },
      { storage: ownStorage, fetch: net.fetch, clock: server.clock.now },
    )
  return { ...started, admin, UserPoolId, userPoolClientId, page }
}
