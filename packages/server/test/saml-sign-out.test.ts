import { verify, X509Certificate } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { openBrowser } from './browser-session.js'
import { PKCE, redeem } from './oauth.js'
import { isSignedIn, startSaml } from './saml.js'
import type { SaidOut } from './saml-upstream.js'

const APPLICATION = 'https://app.example.com/'

async function startSignOut(details: Readonly<Record<string, string>> = { IDPSignout: 'true' }) {
  const app = await startSaml(details)
  const logoutPath = `/logout?${new URLSearchParams({ client_id: app.clientId, logout_uri: APPLICATION })}`
  /** Someone who has signed in at the provider and signs out now. */
  const signOut = async () => {
    const user = await app.answered()
    expect(isSignedIn(user)).toBe(true)
    const { location } = await user.browser.get(logoutPath)
    return { user, location: new URL(location) }
  }
  /** Where the browser is sent by what the provider's page posts. */
  const answer = async (location: URL, said?: SaidOut) =>
    await app.post(app.upstream.signOut(location, said), '/saml2/logout')
  return { ...app, logoutPath, signOut, answer }
}

test('a user who signs out is signed out at the provider, too, by a signed request, and comes back to the application', async () => {
  const app = await startSignOut()
  const { user, location } = await app.signOut()
  expect(location.origin + location.pathname).toBe('http://127.0.0.1:4300/slo')
  // 256 bits, after the network and the time: no more than the 80 characters that SAML allows.
  expect(location.searchParams.get('RelayState')).toMatch(/^[\w-]{74}$/)
  // It is over here whatever the provider does.
  expect([...user.browser.jar.keys()].filter((name) => name.startsWith('cognito'))).toEqual([])
  const request = inflateRawSync(
    Buffer.from(location.searchParams.get('SAMLRequest') ?? '', 'base64'),
  ).toString()
  expect(request).toContain('<samlp:LogoutRequest')
  expect(request).toMatch(/<saml:NameID Format="[^"]*:persistent">grace<\/saml:NameID>/)
  expect(request).toMatch(/SessionIndex[^>]*>_session</)
  expect(request).toContain(`urn:amazon:cognito:sp:${app.UserPoolId}`)
  const { Certificate = '' } = await app.admin.getSigningCertificate({ UserPoolId: app.UserPoolId })
  const { publicKey } = new X509Certificate(Buffer.from(Certificate, 'base64'))
  const [signed = '', signature = ''] = location.search.slice(1).split('&Signature=')
  const bytes = Buffer.from(decodeURIComponent(signature), 'base64')
  expect(verify('sha256', Buffer.from(signed), publicKey, bytes)).toBe(true)
  expect(await app.answer(location)).toBe(APPLICATION)
})

test('an answer by redirect has the same effect', async () => {
  const app = await startSignOut()
  for (const algorithm of ['rsa-sha256', 'rsa-sha512']) {
    const { user, location } = await app.signOut()
    const { location: back } = await user.browser.get(app.upstream.signOutByRedirect(location, { algorithm }))
    expect(back).toBe(APPLICATION)
  }
})

test('a user whom the provider could not sign out everywhere still comes back to the application', async () => {
  const app = await startSignOut()
  const { location } = await app.signOut()
  expect(await app.answer(location, { status: 'PartialLogout' })).toBe(APPLICATION)
})

test('a sign-out that leads to another sign-in comes back to the sign-in page', async () => {
  const app = await startSignOut()
  const user = await app.answered()
  const { location } = await user.browser.get(
    `/logout?${new URLSearchParams({ client_id: app.clientId, redirect_uri: 'https://app.example.com/callback', response_type: 'code' })}`,
  )
  expect(await app.answer(new URL(location))).toMatch(/^\/login\?client_id=/)
})

test('a sign-out without a target ends at a page that says so, in the requested language', async () => {
  const app = await startSignOut()
  const user = await app.answered({}, { ...PKCE, scope: 'openid' })
  const { body } = await redeem(app, user.left as URL)
  const query = new URLSearchParams({ id_token_hint: String(body.id_token), lang: 'de' })
  const { location } = await user.browser.get(`/logout?${query}`)
  const { status, text } = await user.browser.get(app.upstream.signOutByRedirect(new URL(location)))
  expect([status, text]).toEqual([200, expect.stringContaining('<html lang="de"')])
  expect(text).toContain('<h1>Sie sind abgemeldet')
})

test.each<[string, SaidOut]>([
  ['that nothing has signed', { signs: 'nothing' }],
  ['signed by another key', { otherKey: true }],
  ['changed after it was signed', { afterwards: (xml) => xml.replace('Success', 'PartialLogout') }],
  ['of another issuer', { issuer: 'http://127.0.0.1:4300/other' }],
  ['of another request', { inResponseTo: '_another' }],
  ['for another server', { destination: 'https://other.example.com/saml2/logout' }],
  [
    'that is wrapped into one that nothing has signed',
    {
      otherKey: false,
      afterwards: (xml) =>
        xml
          .replace('ID="_signed-out"', 'ID="_evil"')
          .replace(/<Signature[\s\S]*<\/Signature>/, '')
          .replace('<samlp:Status>', () => `<samlp:Extensions>${xml}</samlp:Extensions><samlp:Status>`),
    },
  ],
  [
    'whose signature is of an element in another one',
    {
      afterwards: (xml) => {
        const [signature = ''] = /<Signature[\s\S]*<\/Signature>/.exec(xml) ?? []
        const inner = xml.replace(signature, '')
        return xml.replace('ID="_signed-out"', 'ID="_evil"').replace(
          signature,
          signature.replace('</Signature>', () => `<Object>${inner}</Object></Signature>`),
        )
      },
    },
  ],
  ['with a type of document', { afterwards: (xml) => `<!DOCTYPE a [<!ENTITY b "c">]>${xml}` }],
  ['that is no answer to a sign-out', { afterwards: (xml) => xml.replaceAll('LogoutResponse', 'Response') }],
])('an answer to a sign-out %s is refused, and the right one leads back', async (_, said) => {
  const app = await startSignOut()
  const { location } = await app.signOut()
  expect(await app.answer(location, said)).toBe('/error?error=sign_out_unconfirmed')
  const { location: again } = await app.signOut()
  expect(await app.answer(again)).toBe(APPLICATION)
})

test.each<[string, Parameters<Awaited<ReturnType<typeof startSignOut>>['upstream']['signOutByRedirect']>[1]]>(
  [
    ['without a signature', { signs: 'nothing' }],
    ['with an empty signature', { signs: 'nothing', afterwards: (query) => `${query}&Signature=` }],
    ['signed by another key', { otherKey: true }],
    ['signed by SHA-1', { algorithm: 'rsa-sha1' }],
    ['with another algorithm', { afterwards: (query) => query.replace('rsa-sha256', 'rsa-sha512') }],
    ['with another message', { afterwards: (query) => query.replace('SAMLResponse=', 'SAMLResponse=A') }],
    ['with two messages', { afterwards: (query) => `SAMLResponse=A&${query}` }],
    ['with a message after the signed one', { afterwards: (query) => `${query}&SAMLResponse=A` }],
    [
      'with a message under another spelling',
      { afterwards: (query) => `SAML%52esponse=A&${query.replace('SAMLResponse', 'SAML%52esponse')}` },
    ],
    ['of another request', { inResponseTo: '_another' }],
    ['of another issuer', { issuer: 'http://127.0.0.1:4300/other' }],
  ],
)('an address %s leads nowhere, and the right one leads back', async (_, said) => {
  const app = await startSignOut()
  const browser = openBrowser(app.server)
  const { location } = await app.signOut()
  const forged = await browser.get(app.upstream.signOutByRedirect(location, said))
  expect(forged.location).toBe('/error?error=sign_out_unconfirmed')
  const { location: again } = await app.signOut()
  expect((await browser.get(app.upstream.signOutByRedirect(again))).location).toBe(APPLICATION)
})

test('an answer is accepted once, and an answer to a sign-in is not one to a sign-out', async () => {
  const app = await startSignOut()
  const { location } = await app.signOut()
  expect(await app.answer(location)).toBe(APPLICATION)
  expect(await app.answer(location)).toBe('/error?error=sign_out_unconfirmed')
  const signIn = (await app.begin()).left as URL
  expect(await app.answer(signIn)).toBe('/error?error=sign_out_unconfirmed')
  const { location: again } = await app.signOut()
  expect(await app.post(await app.upstream.answer(again))).toBe('302')
  expect(await app.answer(again)).toBe(APPLICATION)
})

test('a sign-out that begins at the provider is refused, as in the service', async () => {
  const app = await startSignOut()
  const { user, location } = await app.signOut()
  const begun = await user.browser.get(`/saml2/logout${location.search}`)
  expect(begun.location).toBe('/error?error=sign_out_unconfirmed')
  await user.open(begun.location)
  expect(user.text()).toContain('You are signed out here.')
})

test('without IDPSignout, and after a sign-in with a password, a sign-out involves no provider', async () => {
  const app = await startSignOut({})
  expect((await app.signOut()).location.href).toBe(APPLICATION)
  const set = await startSignOut()
  const user = await set.begin()
  const native = openBrowser(set.server)
  expect((await native.get(set.logoutPath)).location).toBe(APPLICATION)
  expect(user.left?.pathname).toBe('/sso')
})

test('an unreachable provider does not keep a user from signing out', async () => {
  const app = await startSignOut()
  const user = await app.answered()
  await app.admin.updateIdentityProvider({
    UserPoolId: app.UserPoolId,
    ProviderName: 'Okta',
    ProviderDetails: { MetadataURL: 'http://127.0.0.1:9/metadata', IDPSignout: 'true' },
  })
  expect((await user.browser.get(app.logoutPath)).location).toBe(APPLICATION)
  await app.admin.updateIdentityProvider({
    UserPoolId: app.UserPoolId,
    ProviderName: 'Okta',
    ProviderDetails: {
      MetadataFile: app.upstream.metadata.replace(/<md:SingleLogoutService[^>]*>/, ''),
      IDPSignout: 'true',
    },
  })
  const again = await app.answered()
  expect((await again.browser.get(app.logoutPath)).location).toBe(APPLICATION)
})
