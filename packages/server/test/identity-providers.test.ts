import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../src/db/database.js'
import { createPool, refusal, startWithAdmin } from './admin.js'
import { oidcProvider } from './federation.js'
import { sharedDatabase } from './fresh-database.js'
import { start } from './start.js'

const ISSUER = 'https://idp.example.com'
const GOOGLE = {
  ProviderName: 'Google',
  ProviderType: 'Google' as const,
  ProviderDetails: { client_id: 'id', client_secret: 'secret', authorize_scopes: 'openid email' },
}

async function startWithPool() {
  const app = await startWithAdmin()
  const { UserPoolId } = await createPool(app.admin)
  return { ...app, UserPoolId }
}

test('a provider is created, described, found by an identifier, changed, listed and deleted', async () => {
  const { admin, UserPoolId } = await startWithPool()
  const given = { ...oidcProvider(ISSUER), IdpIdentifiers: ['example.com', 'Example'] }
  const { IdentityProvider: created } = await admin.createIdentityProvider({ UserPoolId, ...given })
  expect(created).toMatchObject({ UserPoolId, ...given, CreationDate: expect.any(Date) })
  const Upstream = { UserPoolId, ProviderName: 'Upstream' }
  expect((await admin.describeIdentityProvider(Upstream)).IdentityProvider).toEqual(created)
  const byIdentifier = await admin.getIdentityProviderByIdentifier({
    UserPoolId,
    IdpIdentifier: 'example.com',
  })
  expect(byIdentifier.IdentityProvider).toEqual(created)

  const { IdentityProvider: updated } = await admin.updateIdentityProvider({
    ...Upstream,
    AttributeMapping: { email: 'mail' },
  })
  expect(updated).toMatchObject({ ...given, AttributeMapping: { email: 'mail' } })

  await admin.createIdentityProvider({ UserPoolId, ...GOOGLE })
  const first = await admin.listIdentityProviders({ UserPoolId, MaxResults: 1 })
  const second = await admin.listIdentityProviders({ UserPoolId, NextToken: first.NextToken })
  expect([first, second].flatMap(({ Providers = [] }) => Providers)).toMatchObject([
    { ProviderName: 'Google', ProviderType: 'Google' },
    { ProviderName: 'Upstream', ProviderType: 'OIDC' },
  ])
  await admin.deleteIdentityProvider(Upstream)
  const none = refusal('ResourceNotFoundException', 'Identity provider Upstream does not exist.')
  await expect(admin.describeIdentityProvider(Upstream)).rejects.toMatchObject(none)
  await expect(admin.deleteIdentityProvider(Upstream)).rejects.toMatchObject(none)
  await expect(admin.updateIdentityProvider(Upstream)).rejects.toMatchObject(none)
})

test('a social provider is described with its addresses, which tools may write back', async () => {
  const { admin, UserPoolId } = await startWithPool()
  const google = {
    ...GOOGLE.ProviderDetails,
    attributes_url: 'https://people.googleapis.com/v1/people/me?personFields=',
    attributes_url_add_attributes: 'true',
    authorize_url: 'https://accounts.google.com/o/oauth2/v2/auth',
    oidc_issuer: 'https://accounts.google.com',
    token_request_method: 'POST',
    token_url: 'https://www.googleapis.com/oauth2/v4/token',
  }
  const { IdentityProvider: made } = await admin.createIdentityProvider({ UserPoolId, ...GOOGLE })
  expect(made?.ProviderDetails).toEqual(google)

  const Facebook = { UserPoolId, ProviderName: 'Facebook' }
  const given = { client_id: 'id', client_secret: 'secret', authorize_scopes: 'email' }
  const { IdentityProvider: first } = await admin.createIdentityProvider({
    ...Facebook,
    ProviderType: 'Facebook',
    ProviderDetails: given,
  })
  expect(first?.ProviderDetails).toMatchObject({
    ...given,
    authorize_url: 'https://www.facebook.com/v17.0/dialog/oauth',
  })
  const { IdentityProvider: second } = await admin.updateIdentityProvider({
    ...Facebook,
    ProviderDetails: { ...first?.ProviderDetails, api_version: 'v20.0' },
  })
  expect(second?.ProviderDetails).toMatchObject({
    api_version: 'v20.0',
    authorize_url: 'https://www.facebook.com/v20.0/dialog/oauth',
    token_url: 'https://graph.facebook.com/v20.0/oauth/access_token',
  })
})

test('an invalid setting of a provider is refused by name', async () => {
  const { admin, UserPoolId } = await startWithPool()
  const create = (changes: object) =>
    admin.createIdentityProvider({ UserPoolId, ...oidcProvider(ISSUER), ...changes })
  const details = (changes: Record<string, string>) => ({
    ProviderDetails: { ...oidcProvider(ISSUER).ProviderDetails, ...changes },
  })
  const invalid = (message: string) => refusal('InvalidParameterException', message)
  await create({ IdpIdentifiers: ['example.com'] })
  await expect(create({})).rejects.toMatchObject({ name: 'DuplicateProviderException' })
  const refused: readonly (readonly [object, string])[] = [
    [{ ...GOOGLE, ProviderName: 'Search' }, 'Provider Search cannot be of type Google.'],
    [{ ProviderName: 'Google' }, 'Provider Google cannot be of type OIDC.'],
    [
      { ...GOOGLE, ProviderDetails: { client_id: 'id', authorize_scopes: 'openid' } },
      'clientId, clientSecret and authorizeScopes are all required idp details.',
    ],
    [
      {
        ProviderName: 'SignInWithApple',
        ProviderType: 'SignInWithApple',
        ProviderDetails: { client_id: 'id', team_id: 'team', key_id: 'key', authorize_scopes: 'email' },
      },
      'clientId, privateKey, teamId, and keyId are all required idp details.',
    ],
    [
      { ProviderType: 'SAML', ProviderDetails: { IDPSignout: 'true' } },
      'At least one of the MetadataURL or MetadataFile should be provided.',
    ],
    [
      {
        ProviderType: 'SAML',
        ProviderDetails: { MetadataURL: 'https://idp.example.com/metadata', MetadataFile: '<xml/>' },
      },
      'Only one of the MetadataURL or MetadataFile should be provided.',
    ],
    [details({ tenant: '1' }), 'ProviderDetails for identity provider type OIDC cannot have tenant.'],
    [
      details({ oidc_issuer: 'http://idp.example.com' }),
      'ProviderDetails.oidc_issuer must be an address of https, or of this machine.',
    ],
    [
      details({ attributes_request_method: 'PUT' }),
      'ProviderDetails.attributes_request_method must be GET or POST.',
    ],
    [
      { AttributeMapping: { 'custom:role': 'role' } },
      'Type for attribute {custom:role} could not be determined',
    ],
    [{ AttributeMapping: { sub: 'sub' } }, 'Attribute mapping is invalid: sub cannot be mapped.'],
    [
      { AttributeMapping: { username: 'email' } },
      'Attribute mapping is invalid: username is mapped from sub, and from nothing else.',
    ],
    [
      { IdpIdentifiers: ['Example.com'] },
      'The identifier Example.com is one of another provider of the pool.',
    ],
  ]
  for (const [changes, message] of refused)
    await expect(create({ ProviderName: 'Other', ...changes })).rejects.toMatchObject(invalid(message))
  await create({ ProviderName: 'Other', AttributeMapping: { username: 'sub', email: 'email' } })
})

test('a client signs users in only at providers of its pool', async () => {
  const { admin, UserPoolId } = await startWithPool()
  const create = () =>
    admin.createUserPoolClient({
      UserPoolId,
      ClientName: 'web',
      SupportedIdentityProviders: ['COGNITO', 'Google'],
    })
  await expect(create()).rejects.toMatchObject(
    refusal('InvalidParameterException', `The provider Google does not exist for User Pool ${UserPoolId}.`),
  )
  await admin.createIdentityProvider({ UserPoolId, ...GOOGLE })
  const { UserPoolClient } = await create()
  expect(UserPoolClient?.SupportedIdentityProviders).toEqual(['COGNITO', 'Google'])
})

test('the secret of a provider is sealed in the database', async () => {
  const options = await sharedDatabase()
  const { admin } = await startWithAdmin(options)
  const { UserPoolId } = await createPool(admin)
  await admin.createIdentityProvider({ UserPoolId, ...GOOGLE })
  const { db } = await openDatabase(options.database)
  onTestFinished(() => db.destroy())
  const row = await db.selectFrom('identity_providers').selectAll().executeTakeFirstOrThrow()
  expect(Buffer.from(row.sealed_details).toString('latin1')).not.toContain('secret')
  expect(row.settings).not.toContain('secret')
})

test('providers are declared with their pool, before the clients that name them', async () => {
  const app = await start({
    config: {
      userPools: [
        {
          UserPoolId: 'us-east-1_Example01',
          PoolName: 'Example',
          identityProviders: [GOOGLE],
          clients: [{ ClientId: 'web', ClientName: 'Web', SupportedIdentityProviders: ['Google'] }],
        },
      ],
    },
  })
  const { text } = await app.call('DescribeIdentityProvider', {
    UserPoolId: 'us-east-1_Example01',
    ProviderName: 'Google',
  })
  expect(JSON.parse(text).IdentityProvider).toMatchObject(GOOGLE)
})
