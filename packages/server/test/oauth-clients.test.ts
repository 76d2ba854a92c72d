import { expect, test } from 'vitest'
import { createPool, refusal, startWithAdmin } from './admin.js'
import { OAUTH_CLIENT, startOAuth } from './oauth.js'

const LOCAL = [
  'http://localhost:3000/',
  'http://127.0.0.1/cb',
  'http://[::1]:8080/',
  'http://birch.localhost/cb',
]

test('a client keeps its OAuth settings as given', async () => {
  const app = await startOAuth()
  const settings = {
    ...OAUTH_CLIENT,
    CallbackURLs: [
      'https://app.example.com/callback?a=1',
      'com.example.app://callback',
      'myapp://',
      ...LOCAL,
    ],
    DefaultRedirectURI: 'myapp://',
    LogoutURLs: ['https://app.example.com/out', 'exp://127.0.0.1:19000/--/'],
  }
  const { clientId: ClientId } = await app.createClient(settings)
  const { UserPoolId } = app
  expect((await app.admin.describeUserPoolClient({ UserPoolId, ClientId })).UserPoolClient).toMatchObject(
    settings,
  )
  const fewer = { ...OAUTH_CLIENT, AllowedOAuthFlows: ['code'] as const, AllowedOAuthScopes: ['openid'] }
  await app.admin.updateUserPoolClient({ UserPoolId, ClientId, ...fewer, AllowedOAuthFlows: ['code'] })
  expect((await app.admin.describeUserPoolClient({ UserPoolId, ClientId })).UserPoolClient).toMatchObject(
    fewer,
  )
})

test.for([
  [
    'flows without scopes',
    { AllowedOAuthScopes: [] },
    'InvalidParameterException',
    'AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.',
  ],
  [
    'client credentials and no secret',
    { AllowedOAuthFlows: ['client_credentials'], AllowedOAuthScopes: ['api/read'] },
    'InvalidOAuthFlowException',
    'client_credentials flow can not be selected if client does not have a client secret.',
  ],
  [
    'client credentials and another flow',
    { GenerateSecret: true, AllowedOAuthFlows: ['client_credentials', 'code'] },
    'InvalidOAuthFlowException',
    'client_credentials flow can not be selected along with code flow or implicit flow.',
  ],
  [
    'client credentials and scopes of users',
    { GenerateSecret: true, AllowedOAuthFlows: ['client_credentials'], AllowedOAuthScopes: ['openid'] },
    'InvalidOAuthFlowException',
    'client_credentials flow can only be used with scopes of resource servers.',
  ],
  [
    'an unknown scope',
    { AllowedOAuthScopes: ['openid', 'api/write'] },
    'ScopeDoesNotExistException',
    'Invalid scope requested: api/write',
  ],
  [
    'email and no openid',
    { AllowedOAuthScopes: ['email'] },
    'InvalidParameterException',
    'The scope email is allowed only together with openid.',
  ],
  [
    'a callback by http',
    { CallbackURLs: ['http://app.example.com/'] },
    'InvalidParameterException',
    'http://app.example.com/ cannot use the HTTP protocol.',
  ],
  [
    'a logout by http',
    { LogoutURLs: ['http://localhost.example.com/'] },
    'InvalidParameterException',
    'http://localhost.example.com/ cannot use the HTTP protocol.',
  ],
  [
    'a callback with a fragment',
    { CallbackURLs: ['https://app.example.com/#/callback'] },
    'InvalidParameterException',
    'https://app.example.com/#/callback cannot use fragment',
  ],
  ...[
    '/callback',
    'javascript:alert(1)',
    'data:text/html,hello',
    'https:app.example.com',
    'https://user@app.example.com/',
    'https://app.example.com\\@evil.example/',
    'https://app.example.com;sandbox/',
    'https://app.example.com,x.example/',
    'https://*.example.com/',
    'http://x;sandbox.localhost/',
  ].map(
    (url) =>
      [
        `the callback ${url}`,
        { CallbackURLs: [url] },
        'InvalidParameterException',
        `${url} is not an address that a browser can be sent to.`,
      ] as const,
  ),
  [
    'a default that is no callback',
    { DefaultRedirectURI: 'https://app.example.com/other' },
    'InvalidParameterException',
    'The default redirect URI https://app.example.com/other is not in the callback URIs list.',
  ],
  [
    'a flow and nowhere to send its answer',
    { CallbackURLs: [] },
    'InvalidParameterException',
    'CallbackUrls can not be empty when code flow or implicit flow is selected',
  ],
] as const)('a client with %s is refused', async ([, settings, name, message]) => {
  const { admin, userPoolId: UserPoolId } = await startWithAdmin()
  await admin.createResourceServer({
    UserPoolId,
    Identifier: 'api',
    Name: 'API',
    Scopes: [{ ScopeName: 'read', ScopeDescription: 'Read' }],
  })
  // The literals above are of the enums that the SDK asks for.
  const input = { UserPoolId, ...OAUTH_CLIENT, ...(settings as object) }
  await expect(admin.createUserPoolClient(input)).rejects.toMatchObject(refusal(name, message))
})

const SCOPES = [
  { ScopeName: 'read', ScopeDescription: 'Read' },
  { ScopeName: 'write', ScopeDescription: 'Write' },
]

test('a resource server is created, described, listed, replaced and deleted', async () => {
  const { admin } = await startWithAdmin()
  const { UserPoolId } = await createPool(admin)
  const made = await admin.createResourceServer({
    UserPoolId,
    Identifier: 'https://api',
    Name: 'API',
    Scopes: SCOPES,
  })
  const described = { UserPoolId, Identifier: 'https://api', Name: 'API', Scopes: SCOPES }
  expect(made.ResourceServer).toEqual(described)
  expect(
    (await admin.describeResourceServer({ UserPoolId, Identifier: 'https://api' })).ResourceServer,
  ).toEqual(described)
  await expect(
    admin.createResourceServer({ UserPoolId, Identifier: 'https://api', Name: 'API' }),
  ).rejects.toMatchObject(
    refusal('InvalidParameterException', `https://api already exists in user pool ${UserPoolId}.`),
  )
  const twice = ['read', 'write', 'read'].map((ScopeName) => ({ ScopeName, ScopeDescription: ScopeName }))
  for (const Identifier of ['https://api', 'other'])
    await expect(
      Identifier === 'other'
        ? admin.createResourceServer({ UserPoolId, Identifier, Name: 'API', Scopes: twice })
        : admin.updateResourceServer({ UserPoolId, Identifier, Name: 'API', Scopes: twice }),
    ).rejects.toMatchObject(refusal('InvalidParameterException', 'The scope read is given more than once.'))
  await admin.createResourceServer({ UserPoolId, Identifier: 'billing', Name: 'Billing' })
  const first = await admin.listResourceServers({ UserPoolId, MaxResults: 1 })
  expect(first.ResourceServers?.map(({ Identifier }) => Identifier)).toEqual(['billing'])
  const second = await admin.listResourceServers({
    UserPoolId,
    MaxResults: 1,
    ...(first.NextToken !== undefined && { NextToken: first.NextToken }),
  })
  expect(second).toMatchObject({ ResourceServers: [described] })
  expect(second.NextToken).toBeUndefined()
  await admin.updateResourceServer({
    UserPoolId,
    Identifier: 'billing',
    Name: 'Bills',
    Scopes: SCOPES.slice(0, 1),
  })
  expect(
    (await admin.describeResourceServer({ UserPoolId, Identifier: 'billing' })).ResourceServer,
  ).toMatchObject({
    Name: 'Bills',
    Scopes: SCOPES.slice(0, 1),
  })
  await admin.deleteResourceServer({ UserPoolId, Identifier: 'billing' })
  const unknown = refusal('ResourceNotFoundException', 'Resource server billing does not exist.')
  for (const refused of [
    () => admin.describeResourceServer({ UserPoolId, Identifier: 'billing' }),
    () => admin.updateResourceServer({ UserPoolId, Identifier: 'billing', Name: 'Bills' }),
    () => admin.deleteResourceServer({ UserPoolId, Identifier: 'billing' }),
  ])
    await expect(refused()).rejects.toMatchObject(unknown)
})

test('a client may have only the scopes of resource servers of its own pool', async () => {
  const app = await startOAuth()
  await app.admin.createResourceServer({
    UserPoolId: app.UserPoolId,
    Identifier: 'api',
    Name: 'API',
    Scopes: SCOPES,
  })
  await app.createClient({ AllowedOAuthScopes: ['openid', 'api/read', 'api/write'] })
  const other = await createPool(app.admin)
  await expect(
    app.admin.createUserPoolClient({
      ...OAUTH_CLIENT,
      UserPoolId: other.UserPoolId,
      AllowedOAuthScopes: ['api/read'],
    }),
  ).rejects.toMatchObject({ name: 'ScopeDoesNotExistException' })
})
