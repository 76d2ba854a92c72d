import type { ServerOptions } from '@amulet/server'
import { CognitoIdentity, type CognitoIdentityClientConfig } from '@aws-sdk/client-cognito-identity'
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { decodeJwt } from 'jose'
import { onTestFinished } from 'vitest'
import { createUser, signIn, startWithAdmin } from './admin.js'
import type { Started } from './start.js'

export const ROLE = (name: string) => `arn:aws:iam::000000000000:role/${name}`

export const ROLES = { authenticated: ROLE('users'), unauthenticated: ROLE('guests') }

/** What a user pool is called in `Logins` and in `CognitoIdentityProviders`. */
export const awsName = (userPoolId: string) => `cognito-idp.us-east-1.amazonaws.com/${userPoolId}`

export interface StartedWithIdentities extends Started {
  readonly admin: CognitoIdentityProvider
  /** The AWS SDK for identity pools. */
  readonly identities: CognitoIdentity
}

/** A server that listens, and the AWS SDK for user pools and for identity pools. */
export async function startWithIdentities(options: ServerOptions = {}): Promise<StartedWithIdentities> {
  const app = await startWithAdmin(options)
  return { ...app, identities: identitySdk(app.url) }
}

export function identitySdk(endpoint: string, options: CognitoIdentityClientConfig = {}): CognitoIdentity {
  const identities = new CognitoIdentity({
    endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'anybody', secretAccessKey: 'anything' },
    ...options,
  })
  onTestFinished(() => identities.destroy())
  return identities
}

/** An identity pool for the default user pool, with roles. */
export async function createIdentityPool(
  { identities, userPoolId, userPoolClientId }: StartedWithIdentities,
  settings: Partial<Parameters<CognitoIdentity['createIdentityPool']>[0]> = {},
): Promise<string> {
  const { IdentityPoolId = '' } = await identities.createIdentityPool({
    IdentityPoolName: 'test',
    AllowUnauthenticatedIdentities: false,
    CognitoIdentityProviders: [{ ProviderName: awsName(userPoolId), ClientId: userPoolClientId }],
    ...settings,
  })
  await identities.setIdentityPoolRoles({ IdentityPoolId, Roles: ROLES })
  return IdentityPoolId
}

let users = 0

/** A new user of the default pool who has signed in, as `Logins` says it. */
export async function newLogin(
  { admin, userPoolId, userPoolClientId }: StartedWithIdentities,
  { email = `user${++users}@example.com`, groups = [] as string[] } = {},
) {
  await createUser(admin, userPoolId, email, { email })
  for (const GroupName of groups)
    await admin.adminAddUserToGroup({ UserPoolId: userPoolId, Username: email, GroupName })
  return { email, ...(await loginOf({ admin, userPoolId, userPoolClientId }, email)) }
}

/** A user signs in: the tokens, and what of them goes into `Logins`. */
export async function loginOf(
  {
    admin,
    userPoolId,
    userPoolClientId,
  }: Pick<StartedWithIdentities, 'admin' | 'userPoolId' | 'userPoolClientId'>,
  email: string,
) {
  const { AuthenticationResult: tokens } = await signIn(admin, userPoolClientId, email)
  const { IdToken = '', AccessToken = '', RefreshToken = '' } = tokens ?? {}
  return {
    sub: String(decodeJwt(IdToken).sub),
    idToken: IdToken,
    accessToken: AccessToken,
    refreshToken: RefreshToken,
    logins: { [awsName(userPoolId)]: IdToken },
  }
}

/** What the session token of credentials for developing says of them. */
export function readSessionToken(token: string | undefined): { identityId: string; roleArn: string } {
  const [mark, session = ''] = (token ?? '').split('.')
  if (mark !== 'AMULET-DEV-NOT-AWS') throw new Error('These are no credentials for developing.')
  return JSON.parse(Buffer.from(session, 'base64url').toString())
}
