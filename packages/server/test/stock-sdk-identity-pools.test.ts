import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { fromCognitoIdentity, fromCognitoIdentityPool } from '@aws-sdk/credential-provider-cognito-identity'
import { expect, onTestFinished, test } from 'vitest'
import { awsName, loginOf, newLogin, readSessionToken, startWithIdentities } from './identities.js'

// The providers of credentials of the AWS SDK, unmodified.

const at = (endpoint: string) => ({ clientConfig: { endpoint, region: 'us-east-1' } })

/** Where the SDK keeps a guest's identity: in the page's storage, or for the whole process. */
function emptyCache() {
  const stored = new Map<string, string>()
  return {
    getItem: async (key: string) => stored.get(key) ?? null,
    setItem: async (key: string, value: string) => void stored.set(key, value),
    removeItem: async (key: string) => void stored.delete(key),
  }
}

test('fromCognitoIdentityPool has credentials of a guest, whose identity it keeps', async () => {
  const { url, identityPoolId, server } = await startWithIdentities()
  const cache = emptyCache()
  const credentials = () => fromCognitoIdentityPool({ ...at(url), identityPoolId, cache })()
  const first = await credentials()
  expect(first).toMatchObject({
    accessKeyId: expect.stringMatching(/^ASIAAMULETDEV/),
    secretAccessKey: expect.any(String),
    sessionToken: expect.any(String),
    expiration: new Date((Math.floor(server.clock.now() / 1000) + 3600) * 1000),
    identityId: expect.stringMatching(/^us-east-1:/),
  })
  expect((await credentials()).identityId).toBe(first.identityId)
})

test('fromCognitoIdentityPool has credentials of a user, with a login that is fetched when it is needed', async () => {
  const app = await startWithIdentities()
  const { email } = await newLogin(app)
  const credentials = fromCognitoIdentityPool({
    ...at(app.url),
    identityPoolId: app.identityPoolId,
    logins: { [awsName(app.userPoolId)]: async () => (await loginOf(app, email)).idToken },
  })
  const { identityId, sessionToken } = await credentials()
  expect(readSessionToken(sessionToken)).toMatchObject({
    identityId,
    roleArn: expect.stringMatching(/:role\/amulet-dev-authenticated$/),
  })
  const again = await fromCognitoIdentity({
    ...at(app.url),
    identityId,
    logins: (await loginOf(app, email)).logins,
  })()
  expect(again.identityId).toBe(identityId)
})

test('fromCognitoIdentityPool reports why there are no credentials', async () => {
  const { url, identityPoolId } = await startWithIdentities()
  const credentials = fromCognitoIdentityPool({
    ...at(url),
    identityPoolId,
    logins: { 'accounts.google.com': 'token' },
  })
  await expect(credentials()).rejects.toMatchObject({
    name: 'NotAuthorizedException',
    message: 'Token is not from a supported provider of this identity pool.',
  })
})

test('made-up credentials sign requests to this server like any others', async () => {
  const { url, identityPoolId } = await startWithIdentities()
  const admin = new CognitoIdentityProvider({
    endpoint: url,
    region: 'us-east-1',
    credentials: fromCognitoIdentityPool({ ...at(url), identityPoolId, cache: emptyCache() }),
  })
  onTestFinished(() => admin.destroy())
  expect((await admin.listUserPools({ MaxResults: 1 })).UserPools).toHaveLength(1)
})
