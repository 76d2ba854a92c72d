import { expect, test } from 'vitest'
import { createPool, refusal, startWithAdmin } from './admin.js'
import { openBrowser } from './browser-session.js'
import { authorizeQuery, PKCE, signInOnPage, startOAuth } from './oauth.js'

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

test('a domain is refused that another pool has, that is a second one, or that no domain can be', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  const other = await createPool(admin)
  await admin.createUserPoolDomain({ UserPoolId, Domain: 'birch' })
  const refused = (Domain: string, pool = UserPoolId, rest = {}) =>
    expect(admin.createUserPoolDomain({ UserPoolId: pool, Domain, ...rest })).rejects
  await refused('birch', other.UserPoolId).toMatchObject(
    refusal('InvalidParameterException', 'Domain already associated with another user pool.'),
  )
  await refused('beech').toMatchObject(
    refusal('InvalidParameterException', 'User pool already has a domain configured.'),
  )
  for (const word of ['aws', 'my-amazon-shop', 'cognito1'])
    await refused(word, other.UserPoolId).toMatchObject({ name: 'InvalidParameterException' })
  for (const [name, rest] of [
    ['with.a.dot', {}],
    ['without-a-dot', { CustomDomainConfig }],
    ['double..dot.example', { CustomDomainConfig }],
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
  })
  await admin.createUserPoolDomain({ UserPoolId: lite.UserPoolId, Domain: 'alder' })
})

test('a pool that has a domain is not deleted, and one that has none any more is', async () => {
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

test("a pool's clients sign users in on its own domains and on the server's own host, and no other pool's", async () => {
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
