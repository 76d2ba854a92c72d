import type { ServerOptions } from '@amulet/server'
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { onTestFinished } from 'vitest'
import { type Started, start } from './start.js'

/** A server that listens, and the AWS SDK as an administrator's tool against it. */
export async function startWithAdmin(
  options: ServerOptions = {},
): Promise<Started & { admin: CognitoIdentityProvider }> {
  const app = await start(options)
  const { url } = await app.server.listen()
  const admin = new CognitoIdentityProvider({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'anybody', secretAccessKey: 'anything' },
  })
  onTestFinished(() => admin.destroy())
  return { ...app, url, admin }
}

/** What the SDK throws when the service says no. */
export const refusal = (name: string, message: string) => ({ name, message })

/** A pool of its own, with a client that may do what tests do. */
export async function createPool(
  admin: CognitoIdentityProvider,
  settings: Partial<Parameters<CognitoIdentityProvider['createUserPool']>[0]> = {},
): Promise<{ UserPoolId: string; ClientId: string }> {
  const { UserPool } = await admin.createUserPool({ PoolName: 'test', ...settings })
  const UserPoolId = UserPool?.Id ?? ''
  const { UserPoolClient } = await admin.createUserPoolClient({
    UserPoolId,
    ClientName: 'test',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  })
  return { UserPoolId, ClientId: UserPoolClient?.ClientId ?? '' }
}

/** Creates a user with a password of their own, without a message. */
export async function createUser(
  admin: CognitoIdentityProvider,
  UserPoolId: string,
  Username: string,
  attributes: Record<string, string> = {},
  Password = 'Correct-Horse-1',
): Promise<string> {
  const { User } = await admin.adminCreateUser({
    UserPoolId,
    Username,
    UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
    MessageAction: 'SUPPRESS',
  })
  await admin.adminSetUserPassword({ UserPoolId, Username, Password, Permanent: true })
  return User?.Attributes?.[0]?.Value ?? ''
}

export async function signIn(
  admin: CognitoIdentityProvider,
  ClientId: string,
  USERNAME: string,
  PASSWORD = 'Correct-Horse-1',
) {
  return await admin.initiateAuth({
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME, PASSWORD },
  })
}

/** A user's attributes by name. */
export async function attributesOf(admin: CognitoIdentityProvider, UserPoolId: string, Username: string) {
  const { UserAttributes } = await admin.adminGetUser({ UserPoolId, Username })
  return Object.fromEntries((UserAttributes ?? []).map(({ Name, Value }) => [Name, Value]))
}
