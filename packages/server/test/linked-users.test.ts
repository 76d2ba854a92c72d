import { expect, test } from 'vitest'
import { attributesOf, createPool, createUser, refusal } from './admin.js'
import {
  anotherPool,
  type Federated,
  oidcProvider,
  signInUpstream,
  startFederated,
  tokensOf,
} from './federation.js'

const link = ({ admin, UserPoolId }: Federated, username: string, source: object) =>
  admin.adminLinkProviderForUser({
    UserPoolId,
    DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: username },
    SourceUser: {
      ProviderName: 'Upstream',
      ProviderAttributeName: 'Cognito_Subject',
      ProviderAttributeValue: 'grace',
      ...source,
    },
  })

const invalid = (message: string) => refusal('InvalidParameterException', message)

test('a linked person signs in as the native user, with the name, the groups and all identities', async () => {
  const app = await startFederated()
  const { admin, UserPoolId, sub } = app
  await admin.createGroup({ UserPoolId, GroupName: 'staff' })
  await admin.adminAddUserToGroup({ UserPoolId, Username: 'ada', GroupName: 'staff' })
  await link(app, 'ada', {})
  await link(app, 'ada', {})
  const { id } = await tokensOf(app, await signInUpstream(app, 'grace'))
  expect(id).toMatchObject({ sub, 'cognito:username': 'ada', 'cognito:groups': ['staff'] })
  expect(id.identities).toMatchObject([{ userId: 'grace', providerName: 'Upstream', primary: 'false' }])
  const { UserStatus } = await admin.adminGetUser({ UserPoolId, Username: 'ada' })
  expect(UserStatus).toBe('CONFIRMED')
})

test('a link by another attribute is found by the mapped value of the provider', async () => {
  const app = await startFederated()
  await link(app, 'ada', { ProviderAttributeName: 'email', ProviderAttributeValue: 'hopper@example.com' })
  const { id } = await tokensOf(app, await signInUpstream(app, 'hopper'))
  expect(id.sub).toBe(app.sub)
  const other = await tokensOf(app, await signInUpstream(app, 'grace'))
  expect(other.id.sub).not.toBe(app.sub)
})

test('a person who already is a user, or is linked to another user, cannot be linked', async () => {
  const app = await startFederated()
  const { admin, UserPoolId } = app
  await createUser(admin, UserPoolId, 'bob')
  const merging =
    'Merging is not currently supported, provide a SourceUser that has not been signed up in order to link'
  await signInUpstream(app, 'grace')
  await expect(link(app, 'ada', {})).rejects.toMatchObject(invalid(merging))
  await link(app, 'ada', { ProviderAttributeValue: 'hopper' })
  await expect(link(app, 'bob', { ProviderAttributeValue: 'hopper' })).rejects.toMatchObject(invalid(merging))
  await expect(link(app, 'ada', { ProviderName: 'Cognito' })).rejects.toMatchObject(
    invalid(
      'Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, only as a DestinationUser',
    ),
  )
  await expect(link(app, 'nobody', { ProviderAttributeValue: 'new' })).rejects.toMatchObject(
    refusal('UserNotFoundException', 'User does not exist.'),
  )
  await expect(link(app, 'ada', { ProviderName: 'Other' })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  })
})

test('a user can be linked to at most five people', async () => {
  const app = await startFederated()
  for (let i = 1; i <= 5; i++) await link(app, 'ada', { ProviderAttributeValue: `person ${i}` })
  await expect(link(app, 'ada', { ProviderAttributeValue: 'one more' })).rejects.toMatchObject({
    name: 'LimitExceededException',
  })
})

test('a link belongs to one pool, provider, attribute and value, and undoing it leaves other links', async () => {
  const app = await startFederated()
  const other = (await createPool(app.admin)).UserPoolId
  const provider = oidcProvider(app.upstream.issuer)
  await app.admin.createIdentityProvider({ UserPoolId: other, ...provider })
  await app.admin.createIdentityProvider({
    UserPoolId: app.UserPoolId,
    ...provider,
    ProviderName: 'Other',
  })
  for (const name of ['bob', 'eve', 'fay', 'mallory']) await createUser(app.admin, app.UserPoolId, name)
  for (const name of ['ada', 'mallory']) await createUser(app.admin, other, name)
  const elsewhere = { ...app, UserPoolId: other }
  const links = [
    [app, 'ada', {}],
    [app, 'bob', { ProviderAttributeName: 'email' }],
    [app, 'eve', { ProviderName: 'Other' }],
    [app, 'fay', { ProviderAttributeValue: 'hopper' }],
    [elsewhere, 'ada', {}],
  ] as const
  for (const [pool, username, source] of links) await link(pool, username, source)
  await app.admin.adminDisableProviderForUser({
    UserPoolId: app.UserPoolId,
    User: {
      ProviderName: 'Upstream',
      ProviderAttributeName: 'Cognito_Subject',
      ProviderAttributeValue: 'grace',
    },
  })
  const [undone, ...others] = links
  for (const [pool, , source] of others)
    await expect(link(pool, 'mallory', source)).rejects.toMatchObject({ name: 'InvalidParameterException' })
  await link(undone[0], 'mallory', undone[2])
})

test('a link by another attribute is found only for its own pool and provider', async () => {
  const app = await startFederated()
  const provider = oidcProvider(app.upstream.issuer)
  await app.admin.createIdentityProvider({ UserPoolId: app.UserPoolId, ...provider, ProviderName: 'Other' })
  const other = await anotherPool(app)
  const ada = await createUser(app.admin, other.UserPoolId, 'ada', { email: 'ada@example.com' })
  const source = { ProviderAttributeName: 'email', ProviderAttributeValue: 'hopper@example.com' }
  await link(app, 'ada', { ...source, ProviderName: 'Other' })
  const hopper = await tokensOf(app, await signInUpstream(app, 'hopper'))
  expect(hopper.id['cognito:username']).toBe('Upstream_hopper')
  // The name of one's own address is not that of another's subject.
  await link(app, 'ada', { ProviderAttributeName: 'email', ProviderAttributeValue: 'grace' })
  for (let i = 0; i < 2; i++) {
    const grace = await tokensOf(app, await signInUpstream(app, 'grace'))
    expect(grace.id['cognito:username']).toBe('Upstream_grace')
    const elsewhere = await tokensOf(other, await signInUpstream(other, 'grace'))
    expect(elsewhere.id['cognito:username']).toBe('Upstream_grace')
    expect(elsewhere.id.sub).not.toBe(grace.id.sub)
  }
  for (const pool of [app, other])
    await link(pool, 'ada', { ...source, ProviderAttributeValue: 'turing@example.com' })
  for (const [pool, sub] of [
    [app, app.sub],
    [other, ada],
  ] as const)
    expect((await tokensOf(pool, await signInUpstream(pool, 'turing'))).id.sub).toBe(sub)
})

test('users of a provider are in its group, whatever other groups there are', async () => {
  const app = await startFederated()
  const { admin, UserPoolId } = app
  const GroupName = `${UserPoolId}_Upstream`
  await admin.createGroup({ UserPoolId, GroupName: 'readers' })
  await admin.createGroup({ UserPoolId: (await createPool(admin)).UserPoolId, GroupName })
  const { id } = await tokensOf(app, await signInUpstream(app, 'grace'))
  expect(id['cognito:groups']).toEqual([GroupName])
})

test('a person whose link is undone becomes another user, and a user who came from the provider is disabled', async () => {
  const app = await startFederated()
  const { admin, UserPoolId, sub } = app
  const disable = (ProviderAttributeValue: string) =>
    admin.adminDisableProviderForUser({
      UserPoolId,
      User: { ProviderName: 'Upstream', ProviderAttributeName: 'Cognito_Subject', ProviderAttributeValue },
    })
  await link(app, 'ada', {})
  await disable('grace')
  expect(await attributesOf(admin, UserPoolId, 'ada')).not.toHaveProperty('identities')
  const { id } = await tokensOf(app, await signInUpstream(app, 'grace'))
  expect(id.sub).not.toBe(sub)
  expect(id['cognito:username']).toBe('Upstream_grace')

  await disable('grace')
  const { left } = await signInUpstream(app, 'grace')
  expect(left?.searchParams.get('error_description')).toBe('User is disabled.')
  await expect(disable('nobody')).rejects.toMatchObject({ name: 'UserNotFoundException' })
})

test('a person whom an administrator links while the function of the pool runs is signed in as that user', async () => {
  let app: Federated | undefined
  app = await startFederated({
    pool: { LambdaConfig: { PreSignUp: 'arn:aws:lambda:us-east-1:000000000000:function:pre' } },
    functions: {
      async pre(event) {
        if (app && event.triggerSource === 'PreSignUp_ExternalProvider') await link(app, 'ada', {})
        return event
      },
    },
  })
  const { id } = await tokensOf(app, await signInUpstream(app, 'grace'))
  expect(id.sub).toBe(app.sub)
})
