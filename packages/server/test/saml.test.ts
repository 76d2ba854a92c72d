import { verify, X509Certificate } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { attributesOf, refusal } from './admin.js'
import { tokensOf } from './federation.js'
import { atSignIn } from './page-user.js'
import { FORGED, isSignedIn, problem, startSaml } from './saml.js'
import type { Said } from './saml-upstream.js'

test('a user signs in at a SAML provider, whose form is answered by a redirect that the browser follows with its cookies', async () => {
  const app = await startSaml()
  const user = await app.answered()
  expect(isSignedIn(user)).toBe(true)
  const attributes = await attributesOf(app.admin, app.UserPoolId, 'Okta_grace')
  expect(attributes).toMatchObject({ email: 'grace@example.com', 'custom:groups': '[admin, staff]' })
  expect(JSON.parse(attributes.identities ?? '')).toMatchObject([
    {
      userId: 'grace',
      providerName: 'Okta',
      providerType: 'SAML',
      issuer: app.upstream.entityId,
      primary: true,
    },
  ])
  expect(isSignedIn(await app.answered({ signs: 'Response' }))).toBe(true)
})

test('what a provider of SAML calls an attribute makes no subject of it', async () => {
  const app = await startSaml()
  await app.admin.adminLinkProviderForUser({
    UserPoolId: app.UserPoolId,
    DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: 'ada' },
    SourceUser: {
      ProviderName: 'Okta',
      ProviderAttributeName: 'Cognito_Subject',
      ProviderAttributeValue: 'lovelace',
    },
  })
  const attributes = { Cognito_Subject: ['lovelace'] }
  const { id } = await tokensOf(app, await app.answered({ nameId: 'mallory', attributes }))
  expect(id['cognito:username']).toBe('Okta_mallory')
})

test('the button of the page leads to the provider, under a policy that names its origin', async () => {
  const app = await startSaml()
  const user = await atSignIn(app)
  expect(user.page.headers.get('content-security-policy')).toContain('http://127.0.0.1:4300')
  await user.submit('Continue with Okta')
  expect(user.left?.href).toMatch(/^http:\/\/127\.0\.0\.1:4300\/sso\?SAMLRequest=/)
})

const NOT_FOR_US = 'Error in SAML response processing: The assertion was not made for this request.'

test.each<[string, Said, string | RegExp]>([
  ...FORGED,
  ['for another audience', { audience: 'urn:amazon:cognito:sp:us-east-1_Another01' }, /audience/i],
  ['of another issuer', { issuer: 'http://127.0.0.1:4300/other' }, /The assertion is of another issuer\./],
  ['that has expired', { notOnOrAfter: -60 }, /./],
  ['that is good only later', { notBefore: 600 }, /./],
  ['made for another server', { recipient: 'https://other.example.com/saml2/idpresponse' }, NOT_FOR_US],
  ['of another request', { inResponseTo: '_another' }, /InResponseTo/],
  ['whose bearer would have to hold a key', { method: 'holder-of-key' }, NOT_FOR_US],
])('an assertion %s signs no user in, and the right one does', async (_, said, description) => {
  const app = await startSaml()
  const forged = await app.answered(said)
  expect(isSignedIn(forged)).toBe(false)
  const [error, told] = problem(forged)
  expect(error).toBe('server_error')
  expect(told).toMatch(description)
  expect(forged.browser.jar.has('cognito')).toBe(false)
  expect(isSignedIn(await app.answered())).toBe(true)
})

test('a message with too many parts is not read, and one with hundreds of groups is', async () => {
  const app = await startSaml()
  const parts = '<a/>'.repeat(1000)
  const afterwards = (xml: string) => xml.replace('</samlp:Response>', `${parts}</samlp:Response>`)
  expect(problem(await app.answered({ afterwards }))).toEqual([
    'server_error',
    'Error in SAML response processing: The document has too many elements.',
  ])
  const groups = Array.from({ length: 300 }, (_, index) => `g${index}`)
  expect(isSignedIn(await app.answered({ attributes: { groups } }))).toBe(true)
  const attributes = await attributesOf(app.admin, app.UserPoolId, 'Okta_grace')
  expect(attributes['custom:groups']).toBe(`[${groups.join(', ')}]`)
})

test('an assertion in an unsigned response that was changed to name the present request is refused', async () => {
  const app = await startSaml()
  const stolen = await app.upstream.answer((await app.begin()).left as URL)
  const user = await app.begin()
  const request = await app.upstream.answer(user.left as URL)
  const idOf = (answer: { SAMLResponse: string }) =>
    /<samlp:Response[^>]* InResponseTo="([^"]*)"/.exec(
      Buffer.from(answer.SAMLResponse, 'base64').toString(),
    )?.[1]
  const xml = Buffer.from(stolen.SAMLResponse, 'base64')
    .toString()
    .replace(`InResponseTo="${idOf(stolen)}"`, `InResponseTo="${idOf(request)}"`)
  await user.open(
    await app.post({ SAMLResponse: Buffer.from(xml).toString('base64'), RelayState: request.RelayState }),
  )
  expect(isSignedIn(user)).toBe(false)
  expect(problem(user)[0]).toBe('server_error')
})

test('an answer is accepted once: neither its form nor its reference can be sent again or used in another browser', async () => {
  const app = await startSaml()
  const user = await app.begin()
  const form = await app.upstream.answer(user.left as URL)
  const reference = await app.post(form)
  const other = await app.begin()
  await other.open(reference)
  expect(other.page.status).toBe(400)
  await user.open(reference)
  expect(isSignedIn(user)).toBe(true)
  await user.open(reference)
  expect(user.page.status).toBe(400)
  expect(await app.post(form)).toBe('302')
  const again = await app.begin()
  await again.open(
    await app.post({ ...form, RelayState: new URL(again.left as URL).searchParams.get('RelayState') ?? '' }),
  )
  expect(isSignedIn(again)).toBe(false)
})

test('a reference that this server did not issue, or of another address, is refused', async () => {
  const app = await startSaml()
  const user = await app.begin()
  const reference = await app.post(await app.upstream.answer(user.left as URL))
  for (const path of [
    `${reference.slice(0, -2)}AA`,
    reference.replace('/saml2/', '/oauth2/'),
    '/saml2/idpresponse?answer=',
    '/saml2/idpresponse',
  ]) {
    await user.open(path)
    expect(user.page.status).toBe(400)
  }
  await user.open(reference)
  expect(isSignedIn(user)).toBe(true)
})

test('incomplete metadata, or metadata with a document type, is refused when the provider is created', async () => {
  const app = await startSaml()
  const create = (MetadataFile: string, details = {}) =>
    app.admin.createIdentityProvider({
      ...app.provider,
      ProviderName: 'Other',
      ProviderDetails: { MetadataFile, ...details },
    })
  const { metadata } = app.upstream
  for (const [file, says] of [
    ['<a/>', 'The metadata describes no identity provider.'],
    [`<!DOCTYPE a [<!ENTITY b "c">]>${metadata}`, 'The document declares a type of document.'],
    [metadata.replace(/ entityID="[^"]*"/, ''), 'The metadata has no entityID.'],
    [metadata.replace('HTTP-Redirect', 'SOAP'), 'The metadata has no address of HTTP-Redirect.'],
    [metadata.replaceAll('X509Certificate', 'X509Crl'), 'The metadata has no certificate for signatures.'],
  ] as const)
    await expect(create(file)).rejects.toMatchObject(
      refusal('InvalidParameterException', `ProviderDetails.MetadataFile cannot be used. ${says}`),
    )
  await expect(create(metadata, { EncryptedResponses: 'yes' })).rejects.toMatchObject(
    refusal('InvalidParameterException', 'ProviderDetails.EncryptedResponses must be true or false.'),
  )
  await create(metadata, { IDPSignout: 'false' })
})

test('requests are signed where the provider is set so, with the certificate that the pool returns', async () => {
  const app = await startSaml()
  const { admin, UserPoolId } = app
  const unsigned = await app.begin()
  expect(unsigned.left?.searchParams.has('Signature')).toBe(false)
  await admin.updateIdentityProvider({
    UserPoolId,
    ProviderName: 'Okta',
    ProviderDetails: { ...app.provider.ProviderDetails, RequestSigningAlgorithm: 'rsa-sha256' },
  })
  const user = await app.begin()
  const { Certificate = '' } = await admin.getSigningCertificate({ UserPoolId })
  expect((await admin.getSigningCertificate({ UserPoolId })).Certificate).toBe(Certificate)
  const { publicKey } = new X509Certificate(Buffer.from(Certificate, 'base64'))
  const [signed = '', signature = ''] = (user.left?.search.slice(1) ?? '').split('&Signature=')
  const bytes = Buffer.from(decodeURIComponent(signature), 'base64')
  expect(verify('sha256', Buffer.from(signed), publicKey, bytes)).toBe(true)
  expect(
    verify('sha256', Buffer.from(signed.replace('SAMLRequest=', 'SAMLRequest=a')), publicKey, bytes),
  ).toBe(false)
  await user.open(await app.post(await app.upstream.answer(user.left as URL)))
  expect(isSignedIn(user)).toBe(true)
})

test('a provider is asked for a new sign-in where the application wants one, or one that is not old', async () => {
  const app = await startSaml()
  const isForced = async (parameters: Readonly<Record<string, string>>) => {
    const { left } = await atSignIn(app, { identity_provider: 'Okta', ...parameters })
    const request = inflateRawSync(Buffer.from(left?.searchParams.get('SAMLRequest') ?? '', 'base64'))
    return request.toString().includes('ForceAuthn="true"')
  }
  expect(await isForced({})).toBe(false)
  expect(await isForced({ prompt: 'login' })).toBe(true)
  expect(await isForced({ max_age: '60' })).toBe(true)
})

test('the tokens have the time of the sign-in at a SAML provider, and one too long ago for the application is refused', async () => {
  const app = await startSaml()
  const now = Math.floor(Date.now() / 1000)
  const { id } = await tokensOf(app, await app.answered({ authnInstant: -1000 }))
  expect(Number(id.auth_time) - now).toBeLessThanOrEqual(-995)
  expect(Number(id.auth_time) - now).toBeGreaterThanOrEqual(-1001)

  const old = ['login_required', 'The sign-in at Okta is too old.']
  expect(isSignedIn(await app.answered({ authnInstant: -1000 }, { max_age: '1200' }))).toBe(true)
  expect(problem(await app.answered({ authnInstant: -1000 }, { max_age: '600' }))).toEqual(old)
  expect(problem(await app.answered({ authnInstant: -1000 }, { prompt: 'login' }))).toEqual(old)
  expect(isSignedIn(await app.answered({}, { prompt: 'login', max_age: '0' }))).toBe(true)
  expect(problem(await app.answered({ authnInstant: null }, { max_age: '600' }))).toEqual([
    'login_required',
    'Okta does not say when the user signed in.',
  ])
  expect(isSignedIn(await app.answered({ authnInstant: null }))).toBe(true)
})
