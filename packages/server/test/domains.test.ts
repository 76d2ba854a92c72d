import { createServer } from '@amulet/server'
import { expect, test } from 'vitest'
import { createPool, refusal, startWithAdmin } from './admin.js'
import { openBrowser } from './browser-session.js'
import { sharedDatabase } from './fresh-database.js'
import { authorizeQuery, OAUTH_CLIENT, PKCE, signInOnPage, startOAuth } from './oauth.js'
import { PASSWORD, start } from './start.js'

const CustomDomainConfig = {
  CertificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/5b1f0c3a-2222-4333-8444-555566667777',
}

test('a pool has one prefix domain and one custom domain, which are described, changed and deleted', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  const prefix = await admin.createUserPoolDomain({ UserPoolId, Domain: 'birch', ManagedLoginVersion: 2 })
  expect(prefix).toMatchObject({ ManagedLoginVersion: 2 })
  expect(prefix.CloudFrontDomain).toBeUndefined()
  const custom = await admin.createUserPoolDomain({
    UserPoolId,
    Domain: 'login.birch.example',
    CustomDomainConfig,
  })
  expect(custom).toMatchObject({ ManagedLoginVersion: 1, CloudFrontDomain: '127.0.0.1' })
  expect((await admin.describeUserPoolDomain({ Domain: 'login.birch.example' })).DomainDescription).toEqual({
    UserPoolId,
    AWSAccountId: '000000000000',
    Domain: 'login.birch.example',
    CloudFrontDistribution: '127.0.0.1',
    Status: 'ACTIVE',
    CustomDomainConfig,
    ManagedLoginVersion: 1,
  })
  expect((await admin.describeUserPool({ UserPoolId })).UserPool).toMatchObject({
    Domain: 'birch',
    CustomDomain: 'login.birch.example',
  })
  await admin.updateUserPoolDomain({ UserPoolId, Domain: 'login.birch.example', ManagedLoginVersion: 2 })
  expect(
    (await admin.describeUserPoolDomain({ Domain: 'login.birch.example' })).DomainDescription,
  ).toMatchObject({
    ManagedLoginVersion: 2,
    CustomDomainConfig,
  })
  await admin.deleteUserPoolDomain({ UserPoolId, Domain: 'birch' })
  expect((await admin.describeUserPoolDomain({ Domain: 'birch' })).DomainDescription).toEqual({})
})

test('a domain that another pool has, a second domain, and an invalid domain are refused', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  const other = await createPool(admin)
  await admin.createUserPoolDomain({ UserPoolId, Domain: 'birch' })
  const refused = (Domain: string, pool = UserPoolId, rest = {}) =>
    expect(admin.createUserPoolDomain({ UserPoolId: pool, Domain, ...rest })).rejects
  for (const pool of [other.UserPoolId, UserPoolId])
    await refused('birch', pool).toMatchObject(
      refusal('InvalidParameterException', 'Domain already associated with another user pool.'),
    )
  await refused('beech').toMatchObject(
    refusal('InvalidParameterException', 'User pool already has a domain configured.'),
  )
  for (const [domain, word] of [
    ['aws', 'aws'],
    ['my-amazon-shop', 'amazon'],
    ['1-cognito', 'cognito'],
  ] as const)
    await refused(domain, other.UserPoolId).toMatchObject(
      refusal('InvalidParameterException', `Domain cannot contain reserved word: ${word}`),
    )
  await refused('with.a.dot', other.UserPoolId).toMatchObject(
    refusal(
      'InvalidParameterException',
      'The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, and hyphens.',
    ),
  )
  for (const name of ['without-a-dot', 'double..dot.example'])
    await refused(name, other.UserPoolId, { CustomDomainConfig }).toMatchObject(
      refusal('InvalidParameterException', 'Custom domain is not a valid subdomain'),
    )
  for (const [name, rest] of [
    ['-birch', {}],
    ['Birch', {}],
    ['x'.repeat(64), {}],
    ['routed', { Routing: { Failover: { SecondaryRegion: 'us-east-2', PrimaryRoute53HealthCheckId: 'x' } } }],
  ] as const)
    await refused(name, other.UserPoolId, rest).toMatchObject({ name: 'InvalidParameterException' })
  await expect(
    admin.updateUserPoolDomain({ UserPoolId: other.UserPoolId, Domain: 'birch', ManagedLoginVersion: 2 }),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  await expect(
    admin.deleteUserPoolDomain({ UserPoolId: other.UserPoolId, Domain: 'birch' }),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  const lite = await createPool(admin, { UserPoolTier: 'LITE' })
  await refused('alder', lite.UserPoolId, { ManagedLoginVersion: 2 }).toMatchObject({
    name: 'FeatureUnavailableInTierException',
    message:
      'The following feature is not available for the LITE pricing tier configured: Managed Login Version 2',
  })
  await admin.createUserPoolDomain({ UserPoolId: lite.UserPoolId, Domain: 'alder' })
  // Part of a longer word, the service takes them.
  await admin.createUserPoolDomain({ UserPoolId: other.UserPoolId, Domain: 'my-awsome-shop' })
})

test('a pool can be deleted only once its domain is deleted', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  await admin.createUserPoolDomain({ UserPoolId, Domain: 'birch' })
  await expect(admin.deleteUserPool({ UserPoolId })).rejects.toMatchObject(
    refusal(
      'InvalidParameterException',
      'User pool cannot be deleted. It has a domain configured that should be deleted first.',
    ),
  )
  await admin.deleteUserPoolDomain({ UserPoolId, Domain: 'birch' })
  await admin.deleteUserPool({ UserPoolId })
})

test("a pool's clients sign users in on its own domains and on the server's own host, but not on those of other pools", async () => {
  const app = await startOAuth()
  await app.admin.createUserPoolDomain({ UserPoolId: app.UserPoolId, Domain: 'birch' })
  await app.admin.createUserPoolDomain({
    UserPoolId: app.UserPoolId,
    Domain: 'login.birch.example',
    CustomDomainConfig,
  })
  const other = await createPool(app.admin)
  await app.admin.createUserPoolDomain({ UserPoolId: other.UserPoolId, Domain: 'beech' })
  for (const [origin, cookie] of [
    ['http://birch.localhost:9230', 'cognito'],
    ['http://login.birch.example', 'cognito'],
    ['http://localhost:9230', `cognito-${app.UserPoolId}`],
  ] as const) {
    const browser = openBrowser(app.server, origin)
    const location = await signInOnPage(app, PKCE, browser)
    expect(location.searchParams.get('code')).toMatch(/^[0-9a-f-]{36}$/)
    expect([...browser.jar.keys()]).toContain(cookie)
  }
  const foreign = await openBrowser(app.server, 'http://beech.localhost:9230').get(
    `/oauth2/authorize?${authorizeQuery(app)}`,
  )
  expect(foreign).toMatchObject({ status: 302, location: '/error?error=unauthorized_client' })
})

test('a server for development answers to the name of a custom domain, and not to other names', async () => {
  const app = await startOAuth()
  await app.admin.createUserPoolDomain({
    UserPoolId: app.UserPoolId,
    Domain: 'login.birch.example',
    CustomDomainConfig,
  })
  const status = async (host: string) => {
    const { request } = await import('node:http')
    return await new Promise((resolve, reject) => {
      request(`${app.url}/login?${authorizeQuery(app)}`, { headers: { host } }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .on('error', reject)
        .end()
    })
  }
  expect(await status('login.birch.example')).toBe(200)
  expect(await status('login.beech.example')).toBe(403)
})

test('domains and resource servers are declared with their pool, before the clients that need their scopes', async () => {
  const warnings: string[] = []
  const database = await sharedDatabase()
  const declare = (domain: object) => ({
    ...database,
    warn: (sentence: string) => warnings.push(sentence),
    config: {
      userPools: [
        {
          UserPoolId: 'us-east-1_Birch0001',
          PoolName: 'Birch',
          domain: { Domain: 'birch', ...domain },
          customDomain: { Domain: 'login.birch.example', CustomDomainConfig },
          resourceServers: [
            { Identifier: 'api', Name: 'API', Scopes: [{ ScopeName: 'read', ScopeDescription: 'Read' }] },
          ],
          clients: [
            {
              ClientId: 'web',
              ...OAUTH_CLIENT,
              // A literal of the config's own type.
              AllowedOAuthFlows: ['code' as const],
              AllowedOAuthScopes: ['openid', 'api/read'],
            },
          ],
        },
      ],
    },
  })
  const app = await start(declare({}))
  expect(app).toMatchObject({ oauthClientId: 'web', domain: 'localhost:9230' })
  const described = await app.call('DescribeUserPool', { UserPoolId: 'us-east-1_Birch0001' })
  expect(described.body.UserPool).toMatchObject({ Domain: 'birch', CustomDomain: 'login.birch.example' })
  await app.server.close()
  await start(declare({}))
  expect(warnings).toEqual([])
  await start(declare({ ManagedLoginVersion: 2 }))
  expect(warnings).toEqual([
    'The domain birch of user pool us-east-1_Birch0001 differs from its declaration in ManagedLoginVersion; it stays as it is in the database.',
  ])
})

test('an invalid domain ends the start', async () => {
  const server = createServer({
    config: { userPools: [{ PoolName: 'Birch', domain: { Domain: 'cognito' } }] },
  })
  await expect(server.ready).rejects.toThrow(
    'The domain cognito of userPools[0] (Birch) cannot be created: Domain cannot contain reserved word: cognito',
  )
})

test('the pool of a first start has a domain and a client that pages of this machine sign users in by redirect with', async () => {
  const app = await start()
  expect(app.domain).toBe('localhost:9230')
  await app.call('SignUp', { ClientId: app.oauthClientId, Username: 'ada@example.com', Password: PASSWORD })
  const query = {
    client_id: app.oauthClientId,
    response_type: 'code',
    redirect_uri: 'http://localhost:5173/',
  }
  for (const origin of ['http://localhost:9230', 'http://amulet-dev.localhost:9230']) {
    const sent = await openBrowser(app.server, origin).get(`/oauth2/authorize?${new URLSearchParams(query)}`)
    expect(sent.location).toMatch(/^\/login\?/)
  }
})
