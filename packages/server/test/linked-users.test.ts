import { expect, test } from 'vitest'
import { attributesOf, createUser, refusal } from './admin.js'
import { type Federated, signInUpstream, startFederated, tokensOf } from './federation.js'

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
