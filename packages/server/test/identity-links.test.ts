import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { refusal } from './admin.js'
import { onPostgres } from './fresh-database.js'
import { holdStatement } from './hold-statement.js'
import {
  awsName,
  createIdentityPool,
  newLogin,
  ROLES,
  readSessionToken,
  startWithIdentities,
} from './identities.js'

// Which logins and developer users an identity has, and how they come and go.

const PROVIDER = 'login.my-company'
const SERVICE = 'cognito-identity.amazonaws.com'
const NO_MATCH = { name: 'NotAuthorizedException', message: expect.stringMatching(/^Logins don't match\./) }
const TAKEN = refusal('ResourceConflictException', 'Login is already linked to another account.')
const NO_USER = refusal(
  'ResourceNotFoundException',
  'The developer user has no identity in this identity pool.',
)
const OF_ANOTHER = refusal('ResourceConflictException', 'The developer user has another identity.')
const NO_PROVIDER = refusal(
  'InvalidParameterException',
  'Logins must have the developer provider of the identity pool, and its name only once.',
)

/** Two identity pools with one developer provider. */
async function startWithPools() {
  const app = await startWithIdentities()
  const settings = { DeveloperProviderName: PROVIDER, AllowUnauthenticatedIdentities: true }
  const IdentityPoolId = await createIdentityPool(app, settings)
  const other = await createIdentityPool(app, settings)
  const tokenFor = async (
    user: string,
    more: { IdentityId?: string; pool?: string; Logins?: object } = {},
  ) => {
    const { pool = IdentityPoolId, IdentityId } = more
    const Logins = { [PROVIDER]: user, ...more.Logins }
    const given = { IdentityPoolId: pool, IdentityId, Logins }
    const { IdentityId: id = '', Token = '' } = await app.identities.getOpenIdTokenForDeveloperIdentity(given)
    return { id, token: Token }
  }
  /** The developer users of an identity. */
  const usersOf = async (IdentityId: string) =>
    (await app.identities.lookupDeveloperIdentity({ IdentityPoolId, IdentityId })).DeveloperUserIdentifierList
  const loginsOf = async (IdentityId: string) =>
    (await app.identities.describeIdentity({ IdentityId })).Logins?.toSorted()
  const about = { IdentityPoolId, DeveloperProviderName: PROVIDER }
  return { ...app, IdentityPoolId, other, tokenFor, usersOf, loginsOf, about, login: awsName(app.userPoolId) }
}

test('a developer user belongs to an identity pool and its provider', async () => {
  const app = await startWithPools()
  const { identities, IdentityPoolId, other, tokenFor } = app
  const ada = await tokenFor('ada')
  const elsewhere = await tokenFor('ada', { pool: other })
  expect(new Set([ada.id, elsewhere.id, (await tokenFor('bob')).id]).size).toBe(3)
  // A user of the user pool whom nothing but the provider tells from a developer's.
  const { logins: Logins, sub } = await newLogin(app)
  const { IdentityId } = await identities.getId({ IdentityPoolId, Logins })
  expect((await tokenFor(sub)).id).not.toBe(IdentityId)
  expect((await identities.getId({ IdentityPoolId, Logins })).IdentityId).toBe(IdentityId)
  expect((await tokenFor('ada', { IdentityId: ada.id })).id).toBe(ada.id)
  for (const id of [elsewhere.id, 'us-east-1:00000000-0000-4000-8000-000000000000'])
    await expect(tokenFor('ada', { IdentityId: id })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
  await expect(tokenFor('new', { IdentityId: elsewhere.id })).rejects.toMatchObject(
    refusal('ResourceNotFoundException', `Identity '${elsewhere.id}' not found.`),
  )
})

test('a token for developers is valid for fifteen minutes, and only for its identity', async () => {
  const { identities, tokenFor, usersOf, IdentityPoolId } = await startWithPools()
  const ada = await tokenFor('ada')
  const bob = await tokenFor('bob')
  const { exp, iat } = decodeJwt(ada.token)
  expect(Number(exp) - Number(iat)).toBe(900)
  expect(decodeJwt(ada.token)).not.toHaveProperty('https://aws.amazon.com/tags')
  const proven = { Logins: { [SERVICE]: ada.token } }
  await expect(tokenFor('new', { ...proven, IdentityId: bob.id })).rejects.toMatchObject(NO_MATCH)
  expect((await tokenFor('new', { ...proven, IdentityId: ada.id })).id).toBe(ada.id)
  expect((await tokenFor('newer', proven)).id).toBe(ada.id)
  expect(await usersOf(ada.id)).toEqual(['ada', 'new', 'newer'])
  await expect(tokenFor('bob', proven)).rejects.toMatchObject({
    name: 'DeveloperUserAlreadyRegisteredException',
  })
  expect((await identities.getId({ IdentityPoolId, ...proven })).IdentityId).toBe(ada.id)
})

test('a token of an identity links a login to it, and a login of another identity is refused with it', async () => {
  const app = await startWithPools()
  const { identities, IdentityPoolId, tokenFor, loginsOf, login } = app
  const ada = await tokenFor('ada')
  const [hers, his] = [await newLogin(app), await newLogin(app)]
  const both = (logins: Record<string, string>) => ({ [SERVICE]: ada.token, ...logins })
  expect((await identities.getId({ IdentityPoolId, Logins: both(hers.logins) })).IdentityId).toBe(ada.id)
  expect(await loginsOf(ada.id)).toEqual([login, PROVIDER].toSorted())
  expect((await identities.getId({ IdentityPoolId, Logins: hers.logins })).IdentityId).toBe(ada.id)
  const { IdentityId } = await identities.getId({ IdentityPoolId, Logins: his.logins })
  for (const attempt of [
    () => identities.getId({ IdentityPoolId, Logins: both(his.logins) }),
    () => identities.getCredentialsForIdentity({ IdentityId: ada.id, Logins: both(his.logins) }),
    () => tokenFor('ada', { Logins: his.logins }),
  ])
    await expect(attempt()).rejects.toMatchObject(TAKEN)
  expect(await loginsOf(ada.id)).toEqual([login, PROVIDER].toSorted())
  expect((await identities.getId({ IdentityPoolId, Logins: his.logins })).IdentityId).toBe(IdentityId)
})

test('the token of a guest is not accepted as a login', async () => {
  const app = await startWithPools()
  const { identities, IdentityPoolId } = app
  await identities.updateIdentityPool({
    IdentityPoolId,
    IdentityPoolName: 'test',
    AllowUnauthenticatedIdentities: true,
    AllowClassicFlow: true,
  })
  const { IdentityId } = await identities.getId({ IdentityPoolId })
  const { Token = '' } = await identities.getOpenIdToken({ IdentityId })
  await expect(
    identities.getCredentialsForIdentity({ IdentityId, Logins: { [SERVICE]: Token } }),
  ).rejects.toMatchObject(
    refusal('NotAuthorizedException', 'Token is not from a supported provider of this identity pool.'),
  )
  const { Credentials } = await identities.getCredentialsForIdentity({ IdentityId })
  expect(readSessionToken(Credentials?.SessionToken).roleArn).toBe(ROLES.unauthenticated)
})

test('a token of an identity that has changed, or for another identity, is refused', async () => {
  const { identities, IdentityPoolId, tokenFor } = await startWithPools()
  const { token } = await tokenFor('ada')
  const [head = '', , signature] = token.split('.')
  const payload = Buffer.from(JSON.stringify({ ...decodeJwt(token), sub: 'other' })).toString('base64url')
  const ask = (Token: string) => identities.getId({ IdentityPoolId, Logins: { [SERVICE]: Token } })
  const unknown = Buffer.from(
    JSON.stringify({ ...JSON.parse(Buffer.from(head, 'base64url').toString()), kid: 'unknown' }),
  ).toString('base64url')
  for (const changed of [`${head}.${payload}.${signature}`, token.replace(head, unknown)])
    await expect(ask(changed)).rejects.toMatchObject(
      refusal('NotAuthorizedException', "Invalid login token. Couldn't verify signed token."),
    )
})

test('developer users are looked up by identity and by name, without other logins', async () => {
  const app = await startWithPools()
  const { identities, IdentityPoolId, other, tokenFor, usersOf } = app
  const { logins: Logins, sub } = await newLogin(app)
  const ada = await tokenFor('ada', { Logins })
  const bob = await tokenFor('bob')
  expect(await usersOf(ada.id)).toEqual(['ada'])
  const look = (given: { IdentityId?: string; DeveloperUserIdentifier?: string }, pool = IdentityPoolId) =>
    identities.lookupDeveloperIdentity({ IdentityPoolId: pool, ...given })
  expect(await look({ IdentityId: ada.id, DeveloperUserIdentifier: 'ada' })).toMatchObject({
    IdentityId: ada.id,
    DeveloperUserIdentifierList: ['ada'],
  })
  await expect(look({ IdentityId: bob.id, DeveloperUserIdentifier: 'ada' })).rejects.toMatchObject(OF_ANOTHER)
  await expect(look({})).rejects.toMatchObject(
    refusal('InvalidParameterException', 'Missing required parameter IdentityId or DeveloperUserIdentifier'),
  )
  await expect(look({ IdentityId: ada.id }, other)).rejects.toMatchObject(
    refusal('ResourceNotFoundException', `Identity '${ada.id}' not found.`),
  )
  await expect(look({ DeveloperUserIdentifier: 'ada' }, other)).rejects.toMatchObject(NO_USER)
  // A user of the user pool is no developer's, whatever the name.
  await expect(look({ DeveloperUserIdentifier: sub })).rejects.toMatchObject(NO_USER)
  // Without a developer provider there is nothing to look up.
  const plain = await createIdentityPool(app)
  await expect(look({ DeveloperUserIdentifier: 'ada' }, plain)).rejects.toMatchObject(NO_PROVIDER)
})

test('only two identities with one login between them are merged', async () => {
  const app = await startWithPools()
  const { identities, IdentityPoolId, tokenFor, usersOf, loginsOf, about, login } = app
  const merge = (SourceUserIdentifier: string, DestinationUserIdentifier: string, provider = PROVIDER) =>
    identities.mergeDeveloperIdentities({
      ...about,
      DeveloperProviderName: provider,
      SourceUserIdentifier,
      DestinationUserIdentifier,
    })
  const [hers, his] = [await newLogin(app), await newLogin(app)]
  const ada = await tokenFor('ada', { Logins: hers.logins })
  const bob = await tokenFor('bob', { Logins: his.logins })
  const eve = await tokenFor('eve')
  const mallory = await tokenFor('mallory')
  await expect(merge('ada', 'bob')).rejects.toMatchObject(TAKEN)
  await expect(merge('nobody', 'ada')).rejects.toMatchObject(NO_USER)
  await expect(merge('ada', 'nobody')).rejects.toMatchObject(NO_USER)
  await expect(merge('ada', 'eve', 'login.other')).rejects.toMatchObject(NO_PROVIDER)
  expect((await merge('ada', 'ada')).IdentityId).toBe(ada.id)
  expect((await tokenFor('ada')).id).toBe(ada.id)
  expect((await merge('ada', 'eve')).IdentityId).toBe(eve.id)
  expect(await usersOf(eve.id)).toEqual(['ada', 'eve'])
  expect(await loginsOf(eve.id)).toEqual([login, PROVIDER].toSorted())
  expect((await identities.getId({ IdentityPoolId, Logins: hers.logins })).IdentityId).toBe(eve.id)
  expect([await usersOf(bob.id), await usersOf(mallory.id)]).toEqual([['bob'], ['mallory']])
  await expect(identities.getCredentialsForIdentity({ IdentityId: ada.id })).rejects.toMatchObject(
    refusal('NotAuthorizedException', `Access to Identity '${ada.id}' is forbidden.`),
  )
})

test('only the developer user is unlinked from its identity', async () => {
  const app = await startWithPools()
  const { identities, other, tokenFor, usersOf, loginsOf, about, login } = app
  const { logins: Logins } = await newLogin(app)
  const ada = await tokenFor('ada', { Logins })
  await tokenFor('lovelace', { IdentityId: ada.id })
  const bob = await tokenFor('bob')
  const unlink = (IdentityId: string, DeveloperUserIdentifier: string, more = {}) =>
    identities.unlinkDeveloperIdentity({ ...about, IdentityId, DeveloperUserIdentifier, ...more })
  await expect(unlink(ada.id, 'nobody')).rejects.toMatchObject(NO_USER)
  await expect(unlink(ada.id, 'bob')).rejects.toMatchObject(OF_ANOTHER)
  await expect(unlink(ada.id, 'ada', { IdentityPoolId: other })).rejects.toMatchObject(
    refusal('ResourceNotFoundException', `Identity '${ada.id}' not found.`),
  )
  await expect(unlink(ada.id, 'ada', { DeveloperProviderName: 'login.other' })).rejects.toMatchObject(
    NO_PROVIDER,
  )
  await unlink(ada.id, 'ada')
  expect(await usersOf(ada.id)).toEqual(['lovelace'])
  expect(await loginsOf(ada.id)).toEqual([login, PROVIDER].toSorted())
  expect(await usersOf(bob.id)).toEqual(['bob'])
  await identities.getCredentialsForIdentity({ IdentityId: ada.id, Logins })
})

test('a login is unlinked with a token of its identity, and other logins stay', async () => {
  const app = await startWithPools()
  const { identities, tokenFor, loginsOf, login } = app
  const [hers, his] = [await newLogin(app), await newLogin(app)]
  const ada = await tokenFor('ada', { Logins: hers.logins })
  const bob = await tokenFor('bob', { Logins: his.logins })
  const unlink = (Logins: Record<string, string>, LoginsToRemove: string[]) =>
    identities.unlinkIdentity({ IdentityId: ada.id, Logins, LoginsToRemove })
  await expect(unlink({ [SERVICE]: bob.token }, [login])).rejects.toMatchObject(NO_MATCH)
  await expect(unlink(his.logins, [login])).rejects.toMatchObject(NO_MATCH)
  await unlink({ [SERVICE]: ada.token }, ['accounts.google.com'])
  expect(await loginsOf(ada.id)).toEqual([login, PROVIDER].toSorted())
  await unlink({ [SERVICE]: ada.token }, [login])
  expect(await loginsOf(ada.id)).toEqual([PROVIDER])
  expect(await loginsOf(bob.id)).toEqual([login, PROVIDER].toSorted())
  expect((await tokenFor('ada')).id).toBe(ada.id)
})

test('of logins with the same name, only that of the identity and the provider is unlinked', async () => {
  const app = await startWithPools()
  const { identities, other, tokenFor, loginsOf, about, login } = app
  const { logins: Logins, sub } = await newLogin(app)
  const here = await tokenFor(sub, { Logins })
  const elsewhere = await tokenFor(sub, { pool: other, Logins })
  await identities.unlinkDeveloperIdentity({ ...about, IdentityId: here.id, DeveloperUserIdentifier: sub })
  expect(await loginsOf(here.id)).toEqual([login])
  expect(await loginsOf(elsewhere.id)).toEqual([login, PROVIDER].toSorted())
})

// On SQLite, one transaction waits for the other.
const OWNERS = /^select \* from "identity_logins" where "identity_pool_id"/

test.runIf(onPostgres)(
  'of two simultaneous requests that link a login, one deletes its new identity only',
  async () => {
    const app = await startWithPools()
    const { identities, IdentityPoolId, tokenFor, loginsOf, login } = app
    const guest = await identities.getId({ IdentityPoolId })
    const bob = await tokenFor('bob', { Logins: (await newLogin(app)).logins })
    const { logins: Logins } = await newLogin(app)
    const statement = holdStatement(OWNERS, 'once it is answered')
    const late = tokenFor('ada', { Logins })
    await statement.held
    const { IdentityId: id = '' } = await identities.getId({ IdentityPoolId, Logins })
    statement.release()
    expect((await late).id).toBe(id)
    const listed = await identities.listIdentities({ IdentityPoolId, MaxResults: 60 })
    expect(listed.Identities?.map(({ IdentityId }) => IdentityId).toSorted()).toEqual(
      [guest.IdentityId, bob.id, id].toSorted(),
    )
    for (const each of [bob.id, id]) expect(await loginsOf(each)).toEqual([login, PROVIDER].toSorted())
  },
)

test.runIf(onPostgres)(
  'two simultaneous requests that link one login to one identity unlink no other login',
  async () => {
    const app = await startWithPools()
    const { tokenFor, usersOf, loginsOf, login } = app
    const bob = await tokenFor('bob')
    await tokenFor('builder', { IdentityId: bob.id })
    const { logins: Logins } = await newLogin(app)
    const statement = holdStatement(OWNERS, 'once it is answered')
    const late = tokenFor('bob', { Logins })
    await statement.held
    expect((await tokenFor('bob', { Logins })).id).toBe(bob.id)
    statement.release()
    expect((await late).id).toBe(bob.id)
    expect(await usersOf(bob.id)).toEqual(['bob', 'builder'])
    expect(await loginsOf(bob.id)).toContain(login)
  },
)

test('the identities of a pool are listed with their own logins, guests included', async () => {
  const app = await startWithPools()
  const { identities, IdentityPoolId, other, tokenFor, about, login } = app
  const { logins: Logins } = await newLogin(app)
  const ada = await tokenFor('ada', { Logins })
  const bob = await tokenFor('bob')
  const elsewhere = await tokenFor('ada', { pool: other })
  await identities.unlinkDeveloperIdentity({ ...about, IdentityId: bob.id, DeveloperUserIdentifier: 'bob' })
  const listed = async (HideDisabled?: boolean) => {
    const page = await identities.listIdentities({ IdentityPoolId, MaxResults: 60, HideDisabled })
    return new Map(page.Identities?.map((each) => [each.IdentityId, each.Logins?.toSorted()]))
  }
  const all = new Map([
    [ada.id, [login, PROVIDER].toSorted()],
    [bob.id, []],
  ])
  expect(await listed()).toEqual(all)
  expect(await listed(false)).toEqual(all)
  expect([...(await listed(true)).keys()]).toEqual([ada.id])
  await identities.deleteIdentities({ IdentityIdsToDelete: [ada.id] })
  expect([...(await listed()).keys()]).toEqual([bob.id])
  expect((await identities.describeIdentity({ IdentityId: elsewhere.id })).Logins).toEqual([PROVIDER])
  expect((await tokenFor('ada')).id).not.toBe(ada.id)
})

test('a guest who gets a login does not end another guest', async () => {
  const app = await startWithPools()
  const { identities, IdentityPoolId } = app
  const guest = async () => (await identities.getId({ IdentityPoolId })).IdentityId
  const [first, second, third] = [await guest(), await guest(), await guest()]
  const { logins: Logins } = await newLogin(app)
  await identities.getCredentialsForIdentity({ IdentityId: first, Logins })
  await identities.getCredentialsForIdentity({ IdentityId: second, Logins })
  expect((await identities.getCredentialsForIdentity({ IdentityId: third })).IdentityId).toBe(third)
  // The identity that has ended takes no other user either.
  const his = await newLogin(app)
  await expect(
    identities.getCredentialsForIdentity({ IdentityId: second, Logins: his.logins }),
  ).rejects.toMatchObject(refusal('NotAuthorizedException', `Access to Identity '${second}' is forbidden.`))
})
