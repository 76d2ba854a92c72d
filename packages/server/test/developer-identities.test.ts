import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { refusal } from './admin.js'
import {
  awsName,
  createIdentityPool,
  newLogin,
  ROLES,
  readSessionToken,
  startWithIdentities,
} from './identities.js'

const PROVIDER = 'login.my-company'
const SERVICE = 'cognito-identity.amazonaws.com'

async function startWithDevelopers() {
  const app = await startWithIdentities()
  const IdentityPoolId = await createIdentityPool(app, { DeveloperProviderName: PROVIDER })
  const tokenFor = (user: string, IdentityId?: string) =>
    app.identities.getOpenIdTokenForDeveloperIdentity({
      IdentityPoolId,
      IdentityId,
      Logins: { [PROVIDER]: user },
    })
  return { ...app, IdentityPoolId, tokenFor }
}

test('a user whom the developer has authenticated gets credentials for the token of an identity pool', async () => {
  const { identities, IdentityPoolId, tokenFor, server } = await startWithDevelopers()
  const { IdentityId = '', Token = '' } = await tokenFor('ada')
  expect((await tokenFor('ada')).IdentityId).toBe(IdentityId)
  expect(decodeJwt(Token)).toMatchObject({
    sub: IdentityId,
    aud: IdentityPoolId,
    amr: ['authenticated', PROVIDER, `${PROVIDER}:us-east-1:${IdentityPoolId}:ada`],
  })
  const Logins = { [SERVICE]: Token }
  expect((await identities.getId({ IdentityPoolId, Logins })).IdentityId).toBe(IdentityId)
  const { Credentials } = await identities.getCredentialsForIdentity({ IdentityId, Logins })
  expect(readSessionToken(Credentials?.SessionToken)).toMatchObject({
    identityId: IdentityId,
    roleArn: ROLES.authenticated,
  })
  const bob = await tokenFor('bob')
  const match = { message: expect.stringContaining("Logins don't match.") }
  await expect(
    identities.getCredentialsForIdentity({ IdentityId: bob.IdentityId, Logins }),
  ).rejects.toMatchObject(match)
  // What the developer's server says is not to be had for the word of a client.
  await expect(
    identities.getCredentialsForIdentity({ IdentityId, Logins: { [PROVIDER]: 'ada' } }),
  ).rejects.toMatchObject(
    refusal('NotAuthorizedException', 'Token is not from a supported provider of this identity pool.'),
  )
  server.clock.advance(901)
  await expect(identities.getCredentialsForIdentity({ IdentityId, Logins })).rejects.toMatchObject({
    message: expect.stringContaining('Token expired'),
  })
})

test('a token for developers has the requested lifetime and tags', async () => {
  const { identities, IdentityPoolId } = await startWithDevelopers()
  const { Token = '' } = await identities.getOpenIdTokenForDeveloperIdentity({
    IdentityPoolId,
    Logins: { [PROVIDER]: 'ada' },
    TokenDuration: 86400,
    PrincipalTags: { team: 'engines' },
  })
  const { exp, iat, ...claims } = decodeJwt(Token)
  expect(Number(exp) - Number(iat)).toBe(86400)
  expect(claims['https://aws.amazon.com/tags']).toEqual({ principal_tags: { team: ['engines'] } })
})

test('the token of one identity pool is refused by another', async () => {
  const app = await startWithDevelopers()
  const { Token = '' } = await app.tokenFor('ada')
  const other = await createIdentityPool(app)
  await expect(
    app.identities.getId({ IdentityPoolId: other, Logins: { [SERVICE]: Token } }),
  ).rejects.toMatchObject({ message: 'Token is not from a supported provider of this identity pool.' })
})

test('a developer user and a login are linked, found, merged and unlinked', async () => {
  const app = await startWithDevelopers()
  const { identities, IdentityPoolId, tokenFor, userPoolId } = app
  const { logins, idToken } = await newLogin(app)
  const { IdentityId } = await identities.getOpenIdTokenForDeveloperIdentity({
    IdentityPoolId,
    Logins: { [PROVIDER]: 'ada', ...logins },
  })
  expect((await identities.getId({ IdentityPoolId, Logins: logins })).IdentityId).toBe(IdentityId)
  expect((await identities.describeIdentity({ IdentityId })).Logins?.sort()).toEqual(
    [awsName(userPoolId), PROVIDER].sort(),
  )
  const { IdentityId: second } = await tokenFor('countess')
  await expect(tokenFor('countess', IdentityId)).rejects.toMatchObject({
    name: 'DeveloperUserAlreadyRegisteredException',
  })
  await tokenFor('lovelace', IdentityId)
  const merge = { IdentityPoolId, DeveloperProviderName: PROVIDER }
  expect(
    await identities.mergeDeveloperIdentities({
      ...merge,
      SourceUserIdentifier: 'countess',
      DestinationUserIdentifier: 'ada',
    }),
  ).toMatchObject({ IdentityId })
  const names: string[] = []
  let NextToken: string | undefined
  do {
    const page = await identities.lookupDeveloperIdentity({
      IdentityPoolId,
      DeveloperUserIdentifier: 'ada',
      MaxResults: 2,
      NextToken,
    })
    expect(page.IdentityId).toBe(IdentityId)
    names.push(...(page.DeveloperUserIdentifierList ?? []))
    NextToken = page.NextToken
  } while (NextToken)
  expect(names).toEqual(['ada', 'countess', 'lovelace'])
  await expect(
    identities.lookupDeveloperIdentity({ IdentityPoolId, DeveloperUserIdentifier: 'nobody' }),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  await expect(
    identities.lookupDeveloperIdentity({
      IdentityPoolId,
      IdentityId: second,
      DeveloperUserIdentifier: 'ada',
    }),
  ).rejects.toMatchObject({ name: 'ResourceConflictException' })

  for (const DeveloperUserIdentifier of ['ada', 'countess', 'lovelace'])
    await identities.unlinkDeveloperIdentity({ ...merge, IdentityId, DeveloperUserIdentifier })
  expect((await tokenFor('ada')).IdentityId).not.toBe(IdentityId)
  await identities.unlinkIdentity({
    IdentityId,
    Logins: { [awsName(userPoolId)]: idToken },
    LoginsToRemove: [awsName(userPoolId)],
  })
  // Without a login it has no user; it does not become a guest's.
  await expect(identities.getCredentialsForIdentity({ IdentityId })).rejects.toMatchObject(
    refusal('NotAuthorizedException', `Access to Identity '${IdentityId}' is forbidden.`),
  )
})

test('only its owner can unlink a login', async () => {
  const app = await startWithDevelopers()
  const { identities, IdentityPoolId, userPoolId } = app
  const [ada, bob] = [await newLogin(app), await newLogin(app)]
  const { IdentityId } = await identities.getId({ IdentityPoolId, Logins: ada.logins })
  await identities.getId({ IdentityPoolId, Logins: bob.logins })
  const LoginsToRemove = [awsName(userPoolId)]
  await expect(
    identities.unlinkIdentity({ IdentityId, Logins: bob.logins, LoginsToRemove }),
  ).rejects.toMatchObject({ message: expect.stringContaining("Logins don't match.") })
  await identities.unlinkIdentity({ IdentityId, Logins: ada.logins, LoginsToRemove })
  expect((await identities.getId({ IdentityPoolId, Logins: ada.logins })).IdentityId).not.toBe(IdentityId)
})

test('a pool is described with the settings, roles, tags and principal tags that it was given', async () => {
  const { identities } = await startWithIdentities()
  const settings = {
    IdentityPoolName: 'all of it',
    AllowUnauthenticatedIdentities: false,
    AllowClassicFlow: true,
    SupportedLoginProviders: { 'graph.facebook.com': '123', 'accounts.google.com': 'a.b;c' },
    DeveloperProviderName: PROVIDER,
    OpenIdConnectProviderARNs: ['arn:aws:iam::000000000000:oidc-provider/example.com'],
    CognitoIdentityProviders: [
      { ProviderName: 'a.b/us-east-1_x', ClientId: 'c', ServerSideTokenCheck: false },
    ],
    SamlProviderARNs: ['arn:aws:iam::000000000000:saml-provider/example'],
    IdentityPoolTags: { stage: 'test' },
  }
  const { $metadata: _, ...created } = await identities.createIdentityPool(settings)
  const { IdentityPoolId = '' } = created
  expect(created).toEqual({ IdentityPoolId, ...settings })
  const { $metadata: __, ...described } = await identities.describeIdentityPool({ IdentityPoolId })
  expect(described).toEqual(created)
  const ResourceArn = `arn:aws:cognito-identity:us-east-1:000000000000:identitypool/${IdentityPoolId}`
  await identities.tagResource({ ResourceArn, Tags: { owner: 'ada' } })
  await identities.untagResource({ ResourceArn, TagKeys: ['stage'] })
  expect((await identities.listTagsForResource({ ResourceArn })).Tags).toEqual({ owner: 'ada' })
  const provider = { IdentityPoolId, IdentityProviderName: 'accounts.google.com' }
  await identities.setPrincipalTagAttributeMap({ ...provider, UseDefaults: true })
  expect(await identities.getPrincipalTagAttributeMap(provider)).toMatchObject({ UseDefaults: true })
  const { $metadata: ___, ...updated } = await identities.updateIdentityPool({
    IdentityPoolId,
    IdentityPoolName: 'less of it',
    AllowUnauthenticatedIdentities: true,
  })
  expect(updated).toEqual({
    IdentityPoolId,
    IdentityPoolName: 'less of it',
    AllowUnauthenticatedIdentities: true,
    DeveloperProviderName: PROVIDER,
    IdentityPoolTags: { owner: 'ada' },
  })
  await expect(
    identities.updateIdentityPool({
      IdentityPoolId,
      IdentityPoolName: 'another developer',
      AllowUnauthenticatedIdentities: true,
      DeveloperProviderName: 'other',
    }),
  ).rejects.toMatchObject({ name: 'InvalidParameterException' })
})

test('pools and identities are listed page by page, and identities are deleted', async () => {
  const app = await startWithIdentities()
  const { identities, identityPoolId } = app
  const pools = [identityPoolId]
  for (let number = 0; number < 4; number++)
    pools.push(await createIdentityPool(app, { AllowUnauthenticatedIdentities: true }))
  const listed: string[] = []
  let NextToken: string | undefined
  do {
    const page = await identities.listIdentityPools({ MaxResults: 2, NextToken })
    listed.push(...(page.IdentityPools ?? []).map(({ IdentityPoolId = '' }) => IdentityPoolId))
    NextToken = page.NextToken
  } while (NextToken)
  expect(listed).toEqual(pools.toSorted())

  const [, IdentityPoolId = ''] = pools
  const guests = await Promise.all(
    Array.from({ length: 5 }, async () => (await identities.getId({ IdentityPoolId })).IdentityId ?? ''),
  )
  const found: string[] = []
  do {
    const page = await identities.listIdentities({ IdentityPoolId, MaxResults: 2, NextToken })
    found.push(...(page.Identities ?? []).map(({ IdentityId = '' }) => IdentityId))
    NextToken = page.NextToken
  } while (NextToken)
  expect(found).toEqual(guests.toSorted())
  const none = 'us-east-1:00000000-0000-4000-8000-000000000000'
  const answer = await identities.deleteIdentities({ IdentityIdsToDelete: [...guests.slice(1), none] })
  expect(answer.UnprocessedIdentityIds).toEqual([])
  expect((await identities.listIdentities({ IdentityPoolId, MaxResults: 60 })).Identities).toMatchObject([
    { IdentityId: guests[0], Logins: [] },
  ])
})

test('a merged identity gets no more tokens, and its developer user can be used for another', async () => {
  const { identities, IdentityPoolId, tokenFor } = await startWithDevelopers()
  const { IdentityId: merged = '' } = await tokenFor('countess')
  const { IdentityId: kept } = await tokenFor('ada')
  await identities.mergeDeveloperIdentities({
    IdentityPoolId,
    DeveloperProviderName: PROVIDER,
    SourceUserIdentifier: 'countess',
    DestinationUserIdentifier: 'ada',
  })
  await expect(tokenFor('lovelace', merged)).rejects.toMatchObject(
    refusal('NotAuthorizedException', `Access to Identity '${merged}' is forbidden.`),
  )
  expect((await tokenFor('lovelace', kept)).IdentityId).toBe(kept)
  expect((await tokenFor('countess')).IdentityId).toBe(kept)
})

test('a token that was issued for another token ends with it, and one for a login lasts ten minutes', async () => {
  const app = await startWithIdentities()
  const { identities, server } = app
  const IdentityPoolId = await createIdentityPool(app, {
    DeveloperProviderName: PROVIDER,
    AllowClassicFlow: true,
  })
  const { logins } = await newLogin(app)
  const { IdentityId = '', Token: first = '' } = await identities.getOpenIdTokenForDeveloperIdentity({
    IdentityPoolId,
    Logins: { [PROVIDER]: 'ada', ...logins },
    TokenDuration: 300,
  })
  const next = async (Logins: Record<string, string>) => {
    const { Token = '' } = await identities.getOpenIdToken({ IdentityId, Logins })
    const { exp, iat } = decodeJwt(Token)
    return { Token, lasts: Number(exp) - Number(iat), exp }
  }
  expect((await next({ [SERVICE]: first, ...logins })).lasts).toBe(600)
  server.clock.advance(200)
  const second = await next({ [SERVICE]: first })
  expect(second).toMatchObject({ lasts: 100, exp: decodeJwt(first).exp })
  server.clock.advance(99)
  expect((await next({ [SERVICE]: second.Token })).exp).toBe(second.exp)
  server.clock.advance(2)
  await expect(next({ [SERVICE]: second.Token })).rejects.toMatchObject({
    message: expect.stringContaining('Token expired'),
  })
  expect((await next(logins)).lasts).toBe(600)
})

test('a login does not get an ended identity, but a new one', async () => {
  const app = await startWithDevelopers()
  const { identities, IdentityPoolId, tokenFor } = app
  const { IdentityId = '', Token = '' } = await tokenFor('ada')
  const { logins } = await newLogin(app)
  await identities.unlinkDeveloperIdentity({
    IdentityPoolId,
    IdentityId,
    DeveloperProviderName: PROVIDER,
    DeveloperUserIdentifier: 'ada',
  })
  const Logins = { [SERVICE]: Token, ...logins }
  for (const refused of [
    () => identities.getCredentialsForIdentity({ IdentityId, Logins }),
    () => identities.getId({ IdentityPoolId, Logins }),
  ])
    await expect(refused()).rejects.toMatchObject({ name: 'NotAuthorizedException' })
  const { IdentityId: own } = await identities.getId({ IdentityPoolId, Logins: logins })
  expect(own).not.toBe(IdentityId)
  await identities.getCredentialsForIdentity({ IdentityId: own, Logins: logins })
})
