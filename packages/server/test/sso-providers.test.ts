import { expect, test } from 'vitest'
import { anotherPool, type Federated, oidcProvider, signInUpstream, startFederated } from './federation.js'
import { authorizeQuery, CALLBACK } from './oauth.js'
import { atSignIn, type PageUser } from './page-user.js'
import { PASSWORD } from './start.js'

// What a browser's session counts for depends on how its user signed in.

const BOTH = ['COGNITO', 'Upstream']

/** A pool whose user `ada` signs in with a password, and as `lovelace` at the upstream. */
async function startLinked(): Promise<Federated> {
  const app = await startFederated({ provider: { IdpIdentifiers: ['upstream.example'] } })
  await app.admin.adminLinkProviderForUser({
    UserPoolId: app.UserPoolId,
    DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: 'ada' },
    SourceUser: {
      ProviderName: 'Upstream',
      ProviderAttributeName: 'Cognito_Subject',
      ProviderAttributeValue: 'lovelace',
    },
  })
  return app
}

async function withPassword(app: Federated): Promise<PageUser> {
  const user = await atSignIn(app)
  await user.submit('Sign in', { Username: 'ada', Password: PASSWORD })
  expect(user.left?.searchParams.has('code')).toBe(true)
  return user
}

/** What a client with these providers is told of the session of this browser. */
async function answerTo(
  app: Federated,
  { browser }: PageUser,
  SupportedIdentityProviders: string[],
  parameters: Readonly<Record<string, string>> = {},
): Promise<string | null> {
  const { clientId } = await app.createClient({ SupportedIdentityProviders })
  const query = authorizeQuery({ clientId }, { prompt: 'none', ...parameters })
  const { searchParams } = new URL((await browser.get(`/oauth2/authorize?${query}`)).location)
  return searchParams.has('code') ? 'code' : searchParams.get('error')
}

test('a user of a provider who signed in with a password is not signed in to a client that has only providers', async () => {
  const app = await startLinked()
  const byPassword = await withPassword(app)
  expect(await answerTo(app, byPassword, ['Upstream'])).toBe('login_required')
  expect(await answerTo(app, byPassword, ['COGNITO'])).toBe('code')
  expect(await answerTo(app, byPassword, BOTH)).toBe('code')
})

test('a user who signed in at a provider is not signed in to a client without this provider', async () => {
  const app = await startLinked()
  for (const login of ['grace', 'lovelace']) {
    const atProvider = await signInUpstream(app, login)
    expect(atProvider.left?.searchParams.has('code')).toBe(true)
    expect(await answerTo(app, atProvider, ['COGNITO'])).toBe('login_required')
    expect(await answerTo(app, atProvider, ['Upstream'])).toBe('code')
    expect(await answerTo(app, atProvider, BOTH)).toBe('code')
  }
})

test('an application that requests a provider does not get a user who signed in at another', async () => {
  const app = await startLinked()
  await app.admin.createIdentityProvider({
    UserPoolId: app.UserPoolId,
    ...oidcProvider(app.upstream.issuer),
    ProviderName: 'Other',
    IdpIdentifiers: ['other.example'],
  })
  const clients = [...BOTH, 'Other']
  const byPassword = await withPassword(app)
  const atProvider = await signInUpstream(app, 'grace')
  for (const [user, parameters, told] of [
    [atProvider, { identity_provider: 'Other' }, 'login_required'],
    [atProvider, { idp_identifier: 'other.example' }, 'login_required'],
    [atProvider, { identity_provider: 'COGNITO' }, 'login_required'],
    [atProvider, { identity_provider: 'Upstream' }, 'code'],
    [atProvider, { idp_identifier: 'upstream.example' }, 'code'],
    [byPassword, { identity_provider: 'Upstream' }, 'login_required'],
    [byPassword, { idp_identifier: 'upstream.example' }, 'login_required'],
    [byPassword, { identity_provider: 'COGNITO' }, 'code'],
  ] as const)
    expect(await answerTo(app, user, clients, parameters), JSON.stringify(parameters)).toBe(told)
})

test('pages offer to continue, and to add a passkey, only where the session counts', async () => {
  const app = await startLinked()
  const { browser } = await withPassword(app)
  for (const [SupportedIdentityProviders, parameters, counts] of [
    [['Upstream'], {}, false],
    [BOTH, { identity_provider: 'Upstream' }, false],
    [BOTH, { identity_provider: 'COGNITO' }, true],
    [BOTH, {}, true],
  ] as [string[], Record<string, string>, boolean][]) {
    const { clientId } = await app.createClient({ SupportedIdentityProviders })
    const query = authorizeQuery({ clientId }, parameters)
    const page = await browser.get(`/login?${query}`)
    expect(page.text.includes('name="continue"')).toBe(counts)
    const { location } = await browser.get(`/passkeys/add?${query}`)
    expect(location === `${CALLBACK}?result=invalid_session`).toBe(!counts)
  }
})

test('undoing a link and deleting a provider end only what was begun there', async () => {
  const app = await startLinked()
  const grace = await signInUpstream(app, 'grace')
  const lovelace = await signInUpstream(app, 'lovelace')
  const byPassword = await withPassword(app)
  await app.admin.adminDisableProviderForUser({
    UserPoolId: app.UserPoolId,
    User: {
      ProviderName: 'Upstream',
      ProviderAttributeName: 'Cognito_Subject',
      ProviderAttributeValue: 'lovelace',
    },
  })
  expect(await answerTo(app, lovelace, BOTH)).toBe('login_required')
  expect(await answerTo(app, grace, BOTH)).toBe('code')
  expect(await answerTo(app, byPassword, BOTH)).toBe('code')
  const other = await anotherPool(app)
  const elsewhere = await signInUpstream(other, 'grace')
  await app.admin.deleteIdentityProvider({ UserPoolId: app.UserPoolId, ProviderName: 'Upstream' })
  await app.admin.createIdentityProvider({ UserPoolId: app.UserPoolId, ...oidcProvider(app.upstream.issuer) })
  expect(await answerTo(app, grace, BOTH)).toBe('login_required')
  expect(await answerTo(app, byPassword, BOTH)).toBe('code')
  expect(await answerTo(other, elsewhere, BOTH)).toBe('code')
})

test('a user whose password is replaced, or who was disabled, has to sign in again in every browser, and no other user has to', async () => {
  const app = await startLinked()
  const ada = { UserPoolId: app.UserPoolId, Username: 'ada' }
  const grace = await signInUpstream(app, 'grace')
  for (const end of [
    () => app.admin.adminSetUserPassword({ ...ada, Password: PASSWORD, Permanent: true }),
    async () => {
      await app.admin.adminDisableUser(ada)
      await app.admin.adminEnableUser(ada)
    },
  ]) {
    const browsers = [await withPassword(app), await signInUpstream(app, 'lovelace')]
    for (const browser of browsers) expect(await answerTo(app, browser, BOTH)).toBe('code')
    await end()
    for (const browser of browsers) expect(await answerTo(app, browser, BOTH)).toBe('login_required')
    expect(await answerTo(app, grace, BOTH)).toBe('code')
  }
})
