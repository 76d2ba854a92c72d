import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider'
import { expect, test } from 'vitest'
import { createPool, createUser, refusal, signIn, startWithAdmin } from './admin.js'
import { PASSWORD, type Started } from './start.js'

// Each test has two pools, or two clients of one: what is asked of one leaves the other as it was, and shows nothing of it.

async function startTwo(settings: Parameters<typeof createPool>[1] = {}) {
  const app = await startWithAdmin()
  const { admin } = app
  return { ...app, ...(await createPool(admin, settings)), other: await createPool(admin, settings) }
}

const poolOf = async (admin: CognitoIdentityProvider, UserPoolId: string) =>
  (await admin.describeUserPool({ UserPoolId })).UserPool

test('changing a pool changes that pool only', async () => {
  const { admin, UserPoolId, other } = await startTwo({ UserPoolTags: { team: 'identity' } })
  await createUser(admin, other.UserPoolId, 'ada')
  const before = await poolOf(admin, other.UserPoolId)
  const ResourceArn = (await poolOf(admin, UserPoolId))?.Arn
  await admin.setUserPoolMfaConfig({
    UserPoolId,
    SoftwareTokenMfaConfiguration: { Enabled: true },
    MfaConfiguration: 'OPTIONAL',
  })
  await admin.updateUserPool({ UserPoolId, PoolName: 'renamed', AutoVerifiedAttributes: ['email'] })
  await admin.addCustomAttributes({
    UserPoolId,
    CustomAttributes: [{ Name: 'team', AttributeDataType: 'String' }],
  })
  await admin.tagResource({ ResourceArn, Tags: { stage: 'test' } })
  expect(await poolOf(admin, UserPoolId)).toMatchObject({ Name: 'renamed', EstimatedNumberOfUsers: 0 })
  expect(await poolOf(admin, other.UserPoolId)).toEqual({ ...before, EstimatedNumberOfUsers: 1 })
})

interface Pool {
  readonly UserPoolId: string
  readonly domain: string
}

/** Two of each thing that a pool has. */
async function furnish({ call }: Started, { UserPoolId, domain }: Pool) {
  const ask = async (operation: string, input: object) => {
    const { status, body, text } = await call(operation, { UserPoolId, ...input })
    expect(status, `${operation}: ${text}`).toBe(200)
    return body
  }
  await ask('CreateUserPoolDomain', { Domain: domain })
  await ask('CreateUserPoolDomain', {
    Domain: `login.${domain}.example`,
    CustomDomainConfig: { CertificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/1' },
  })
  for (const Identifier of ['api', 'billing']) await ask('CreateResourceServer', { Identifier, Name: 'API' })
  for (const name of ['Google', domain === 'birch' ? 'LoginWithAmazon' : 'Facebook'])
    await ask('CreateIdentityProvider', {
      ProviderName: name,
      ProviderType: name,
      ProviderDetails: { client_id: `of ${domain}`, client_secret: 'secret', authorize_scopes: 'profile' },
      IdpIdentifiers: [`${name}.example`],
    })
  const clients: Record<string, string> = {}
  for (const ClientName of ['first', 'second']) {
    const { UserPoolClient } = await ask('CreateUserPoolClient', {
      ClientName,
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
    })
    clients[ClientName] = UserPoolClient.ClientId
    await ask('CreateTerms', {
      ClientId: UserPoolClient.ClientId,
      TermsName: 'terms-of-use',
      TermsSource: 'LINK',
      Enforcement: 'NONE',
    })
  }
  for (const Username of ['ada', 'grace', 'eve']) {
    await ask('AdminCreateUser', { Username, MessageAction: 'SUPPRESS' })
    await ask('AdminSetUserPassword', { Username, Password: PASSWORD, Permanent: true })
  }
  for (const GroupName of ['editors', 'readers']) {
    await ask('CreateGroup', { GroupName })
    for (const Username of ['ada', 'grace']) await ask('AdminAddUserToGroup', { GroupName, Username })
  }
  return clients
}

/** All that is there of a pool, by name: lists are read one entry a page. */
async function contents({ call }: Started, { UserPoolId, domain }: Pool): Promise<Map<string, string>> {
  const ask = async (operation: string, input: object) => {
    const { text } = await call(operation, { UserPoolId, ...input })
    // Whatever it is, it is compared with what it was before.
    return JSON.parse(text) as Record<string, unknown>
  }
  async function entries(operation: string, member: string, limit: string, input: object = {}) {
    const all: Record<string, string>[] = []
    for (let token: unknown, pages = 0; pages < 20 && (pages === 0 || token); pages++) {
      const page = await ask(operation, { ...input, [limit]: 1, ...(pages > 0 && { NextToken: token }) })
      // The list of this name.
      all.push(...(page[member] as Record<string, string>[]))
      token = page.NextToken
    }
    return all
  }
  const found = new Map<string, string>()
  const add = (name: string, what: unknown) => found.set(name, JSON.stringify(what))
  add('pool', await ask('DescribeUserPool', {}))
  add('domain', await ask('DescribeUserPoolDomain', { Domain: domain }))
  add('custom domain', await ask('DescribeUserPoolDomain', { Domain: `login.${domain}.example` }))
  for (const { ClientName, ClientId } of await entries(
    'ListUserPoolClients',
    'UserPoolClients',
    'MaxResults',
  ))
    add(`client ${ClientName}`, await ask('DescribeUserPoolClient', { ClientId }))
  for (const { ProviderName } of await entries('ListIdentityProviders', 'Providers', 'MaxResults'))
    add(`provider ${ProviderName}`, await ask('DescribeIdentityProvider', { ProviderName }))
  for (const server of await entries('ListResourceServers', 'ResourceServers', 'MaxResults'))
    add(`resource server ${server.Identifier}`, server)
  for (const { TermsId } of await entries('ListTerms', 'Terms', 'MaxResults'))
    add(`terms ${TermsId}`, await ask('DescribeTerms', { TermsId }))
  for (const group of await entries('ListGroups', 'Groups', 'Limit')) {
    const { GroupName } = group
    const members = await entries('ListUsersInGroup', 'Users', 'Limit', { GroupName })
    add(`group ${GroupName}`, [group, members.map(({ Username }) => Username)])
  }
  const { body } = await call('ListUsers', { UserPoolId })
  for (const { Username } of body.Users) {
    const groups = await entries('AdminListGroupsForUser', 'Groups', 'Limit', { Username })
    add(`user ${Username}`, [
      await ask('AdminGetUser', { Username }),
      groups.map(({ GroupName }) => GroupName),
    ])
  }
  return found
}

test('an operation changes only what it names, in its own pool', async () => {
  const app = await startWithAdmin()
  const pool = { UserPoolId: (await createPool(app.admin)).UserPoolId, domain: 'birch' }
  const other = { UserPoolId: (await createPool(app.admin)).UserPoolId, domain: 'alder' }
  const { first = '' } = await furnish(app, pool)
  await furnish(app, other)
  const { UserPoolId } = pool
  const { TermsId } =
    (await app.admin.describeTermsByClient({ UserPoolId, ClientId: first, TermsName: 'terms-of-use' }))
      .Terms ?? {}
  const signedIn = await signIn(app.admin, first, 'eve')
  const { AccessToken } = signedIn.AuthenticationResult ?? {}
  const mapping = { name: 'name' }
  const spare = await createPool(app.admin)
  for (const each of [pool, other]) {
    const found = { UserPoolId: each.UserPoolId }
    const byName = await app.admin.describeIdentityProvider({ ...found, ProviderName: 'Google' })
    const byIdentifier = await app.admin.getIdentityProviderByIdentifier({
      ...found,
      IdpIdentifier: 'Google.example',
    })
    for (const { IdentityProvider } of [byName, byIdentifier])
      expect(IdentityProvider).toMatchObject({
        UserPoolId: each.UserPoolId,
        ProviderDetails: { client_id: `of ${each.domain}` },
      })
  }
  const stranger = { UserPoolId, ClientName: 'third', SupportedIdentityProviders: ['Facebook'] }
  await expect(app.admin.createUserPoolClient(stranger)).rejects.toMatchObject({
    name: 'InvalidParameterException',
  })
  let before = [await contents(app, pool), await contents(app, other)]
  expect([...(before[0] ?? [])].map(([name]) => name)).toHaveLength(17)
  for (const [operation, input, changes] of [
    ['UpdateGroup', { GroupName: 'editors', Description: 'They edit.' }, ['group editors']],
    ['UpdateResourceServer', { Identifier: 'api', Name: 'Another' }, ['resource server api']],
    ['UpdateUserPoolClient', { ClientId: first, AccessTokenValidity: 2 }, ['client first']],
    [
      'SetUserPoolClientSessionConfiguration',
      { ClientId: first, SSOSession: { MaxValidityMinutes: 5 } },
      ['client first', 'pool'],
    ],
    ['UpdateUserPoolDomain', { Domain: 'birch', ManagedLoginVersion: 2 }, ['domain']],
    ['UpdateIdentityProvider', { ProviderName: 'Google', AttributeMapping: mapping }, ['provider Google']],
    ['AdminRemoveUserFromGroup', { GroupName: 'editors', Username: 'ada' }, ['group editors', 'user ada']],
    ['DeleteGroup', { GroupName: 'editors' }, ['group editors', 'user grace']],
    ['DeleteResourceServer', { Identifier: 'api' }, ['resource server api']],
    ['DeleteIdentityProvider', { ProviderName: 'Google' }, ['provider Google']],
    ['DeleteTerms', { TermsId }, [`terms ${TermsId}`]],
    ['DeleteUser', { AccessToken }, ['pool', 'user eve']],
    ['AdminDeleteUser', { Username: 'ada' }, ['group readers', 'pool', 'user ada']],
    ['DeleteUserPoolClient', { ClientId: first }, ['client first']],
    ['DeleteUserPoolDomain', { Domain: 'birch' }, ['domain', 'pool']],
    ['DeleteUserPool', { UserPoolId: spare.UserPoolId }, []],
  ] as const) {
    const { status, text } = await app.call(operation, { UserPoolId, ...input })
    expect(status, `${operation}: ${text}`).toBe(200)
    const after = [await contents(app, pool), await contents(app, other)]
    const changed = after.map((now, i) => {
      const then = before[i] ?? new Map<string, string>()
      return [...new Set([...then.keys(), ...now.keys()])].filter((name) => then.get(name) !== now.get(name))
    })
    expect(changed[0]?.toSorted(), operation).toEqual(changes)
    expect(changed[1], operation).toEqual([])
    before = after
  }
})

test('a pool has its own resource servers, whatever another has', async () => {
  const { admin, UserPoolId, other } = await startTwo()
  const make = (pool: string, Identifier: string, Name: string) =>
    admin.createResourceServer({ UserPoolId: pool, Identifier, Name })
  await make(other.UserPoolId, 'api', 'Theirs')
  await make(UserPoolId, 'api', 'Ours')
  for (const [pool, Name] of [
    [UserPoolId, 'Ours'],
    [other.UserPoolId, 'Theirs'],
  ] as const)
    expect(await admin.describeResourceServer({ UserPoolId: pool, Identifier: 'api' })).toMatchObject({
      ResourceServer: { UserPoolId: pool, Name },
    })
  await make(other.UserPoolId, 'billing', 'Billing')
  await expect(admin.describeResourceServer({ UserPoolId, Identifier: 'billing' })).rejects.toMatchObject(
    refusal('ResourceNotFoundException', 'Resource server billing does not exist.'),
  )
})

test('a pool has its own certificate for SAML providers', async () => {
  const { admin, UserPoolId, other } = await startTwo()
  const certificate = async (pool: string) =>
    (await admin.getSigningCertificate({ UserPoolId: pool })).Certificate
  const [ours, theirs] = [await certificate(UserPoolId), await certificate(other.UserPoolId)]
  expect(ours).not.toBe(theirs)
  expect([await certificate(UserPoolId), await certificate(other.UserPoolId)]).toEqual([ours, theirs])
})

test('the terms of a client are shown for that client only', async () => {
  const { admin, UserPoolId, ClientId } = await startTwo()
  const { UserPoolClient } = await admin.createUserPoolClient({ UserPoolId, ClientName: 'second' })
  const client = { UserPoolId, ClientId: UserPoolClient?.ClientId }
  const given = { TermsName: 'terms-of-use', TermsSource: 'LINK', Enforcement: 'NONE' } as const
  const { Terms } = await admin.createTerms({ UserPoolId, ClientId, ...given })
  await expect(admin.describeTermsByClient({ ...client, TermsName: given.TermsName })).rejects.toMatchObject(
    refusal('ResourceNotFoundException', 'Terms do not exist.'),
  )
  expect(
    (await admin.describeTermsByClient({ UserPoolId, ClientId, TermsName: given.TermsName })).Terms,
  ).toEqual(Terms)
})
