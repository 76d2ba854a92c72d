import { X509Certificate } from 'node:crypto'
import { JSDOM } from 'jsdom'
import { expect, test } from 'vitest'
import { evilOf, isSignedIn, problem, SIGNATURE, startSaml } from './saml.js'
import type { Said } from './saml-upstream.js'

const ENCRYPTED = { EncryptedResponses: 'true' }
const XMLENC = 'http://www.w3.org/2001/04/xmlenc#'
const XMLENC_11 = 'http://www.w3.org/2009/xmlenc11#'

test('the certificate for encryption is returned with the provider, and is not the one that signs requests', async () => {
  const app = await startSaml(ENCRYPTED)
  const { admin, UserPoolId } = app
  const describe = async () =>
    (await admin.describeIdentityProvider({ UserPoolId, ProviderName: 'Okta' })).IdentityProvider
      ?.ProviderDetails
  expect(await describe()).toEqual({
    ...app.provider.ProviderDetails,
    ActiveEncryptionCertificate: app.certificate,
    SSORedirectBindingURI: 'http://127.0.0.1:4300/sso',
    SLORedirectBindingURI: 'http://127.0.0.1:4300/slo',
  })
  expect(new X509Certificate(Buffer.from(app.certificate, 'base64')).subject).toBe(`CN=${UserPoolId}`)
  expect((await admin.getSigningCertificate({ UserPoolId })).Certificate).not.toBe(app.certificate)
  // Tools write back what they have read.
  await admin.updateIdentityProvider({
    UserPoolId,
    ProviderName: 'Okta',
    ProviderDetails: { ...(await describe()), ActiveEncryptionCertificate: 'of another pool' },
  })
  expect((await describe())?.ActiveEncryptionCertificate).toBe(app.certificate)
})

test.each([
  [`${XMLENC}aes128-cbc`, 'Assertion'],
  [`${XMLENC}aes256-cbc`, 'Response'],
  [`${XMLENC_11}aes128-gcm`, 'Response'],
  [`${XMLENC_11}aes256-gcm`, 'Assertion'],
] as const)(
  'an assertion that is encrypted by %s signs its user in, with a signature of the %s',
  async (encryptionAlgorithm, signs) => {
    const app = await startSaml(ENCRYPTED)
    const user = await app.answered({
      encryptedFor: app.certificate,
      encryption: { encryptionAlgorithm },
      signs,
    })
    expect(problem(user)).toEqual([null, null])
    expect(isSignedIn(user)).toBe(true)
  },
)

test('an encrypted assertion with too many parts is not read', async () => {
  const app = await startSaml(ENCRYPTED)
  const answered = (parts: number) =>
    app.answered({ encryptedFor: app.certificate, attributes: { other: ['<a/>'.repeat(parts)] } })
  expect(problem(await answered(1000))).toEqual(['server_error', SIGNATURE])
  expect(isSignedIn(await answered(300))).toBe(true)
})

test('the metadata document has everything that a provider has to know about a pool', async () => {
  const app = await startSaml(ENCRYPTED)
  const { admin, UserPoolId } = app
  const read = async (id: string) =>
    await app.server.fetch(new Request(`http://localhost/${id}/saml2/metadata`))
  const response = await read(UserPoolId)
  expect(response.headers.get('content-type')).toBe('application/samlmetadata+xml')
  const { document } = new JSDOM(await response.text(), { contentType: 'application/xml' }).window
  const all = (name: string) => [...document.getElementsByTagNameNS('*', name)]
  const said = (name: string, attribute: string) => all(name).map((each) => each.getAttribute(attribute))
  expect(said('EntityDescriptor', 'entityID')).toEqual([`urn:amazon:cognito:sp:${UserPoolId}`])
  expect(said('AssertionConsumerService', 'Location')).toEqual([`${app.url}/saml2/idpresponse`])
  expect(said('SingleLogoutService', 'Location')).toEqual([`${app.url}/saml2/logout`])
  expect(said('KeyDescriptor', 'use')).toEqual(['signing', 'encryption'])
  expect(all('X509Certificate').map(({ textContent }) => textContent)).toEqual([
    (await admin.getSigningCertificate({ UserPoolId })).Certificate,
    app.certificate,
  ])
  expect((await read('us-east-1_Nowhere01')).status).toBe(404)
})

const PLAIN = 'Error in SAML response processing: The assertion is not encrypted.'
const encryptedOf = (xml: string) =>
  /<saml:EncryptedAssertion>[\s\S]*<\/saml:EncryptedAssertion>/.exec(xml)?.[0] ?? ''
const flipped = (text: string) => `${text.slice(0, 40)}${text[40] === 'A' ? 'B' : 'A'}${text.slice(41)}`

test.each<[string, Said & { plain?: true }, string | RegExp]>([
  ['that is not encrypted', { plain: true }, PLAIN],
  ['that is not encrypted, in a signed frame', { plain: true, signs: 'Response' }, PLAIN],
  ['that nothing has signed', { signs: 'nothing' }, SIGNATURE],
  ['signed by another key', { otherKey: true }, SIGNATURE],
  [
    'whose ciphertext was changed',
    {
      encryption: { encryptionAlgorithm: `${XMLENC}aes256-cbc` },
      afterwards: (xml) =>
        xml.replace(
          /(<\/e:EncryptedKey>[\s\S]*?<xenc:CipherValue>)([^<]*)/,
          (_, before: string, text: string) => `${before}${flipped(text)}`,
        ),
    },
    SIGNATURE,
  ],
  [
    'whose ciphertext was cut off',
    {
      encryption: { encryptionAlgorithm: `${XMLENC}aes256-cbc` },
      afterwards: (xml) =>
        xml.replace(
          /(<\/e:EncryptedKey>[\s\S]*?<xenc:CipherValue>)([^<]*)/,
          (_, before: string, text: string) => `${before}${text.slice(0, 44)}`,
        ),
    },
    SIGNATURE,
  ],
  [
    'whose key is wrapped in a way that can be broken',
    { encryption: { keyEncryptionAlgorithm: `${XMLENC}rsa-1_5` } },
    /rsa-1_5 is not supported\.$/,
  ],
  [
    'whose key is wrapped in a way that can be broken, in an element of a made-up namespace',
    {
      encryption: { keyEncryptionAlgorithm: `${XMLENC}rsa-1_5`, warnInsecureAlgorithm: false },
      afterwards: (xml) =>
        xml
          .replace(/<e:EncryptionMethod([^>]*)>/, '<x:EncryptionMethod xmlns:x="urn:x"$1>')
          .replace('</e:EncryptionMethod>', '</x:EncryptionMethod>'),
    },
    /rsa-1_5 is not supported\.$/,
  ],
  [
    'that is encrypted in a way that can be broken, in an element of a made-up namespace',
    {
      encryption: { encryptionAlgorithm: `${XMLENC}tripledes-cbc`, warnInsecureAlgorithm: false },
      afterwards: (xml) =>
        xml
          .replaceAll('saml:EncryptedAssertion', 'x:EncryptedAssertion')
          .replace('<x:EncryptedAssertion', '<x:EncryptedAssertion xmlns:x="urn:x"'),
    },
    /tripledes-cbc is not supported\.$/,
  ],
  [
    'beside a plain one',
    {
      afterwards: (xml) =>
        xml.replace('<saml:EncryptedAssertion', `${evilOf(PLAIN_ASSERTION)}<saml:EncryptedAssertion`),
    },
    PLAIN,
  ],
  [
    'beside another one',
    { afterwards: (xml) => xml.replace(encryptedOf(xml), (one) => `${one}${one}`) },
    SIGNATURE,
  ],
  [
    'in a signed frame that was wrapped into another one',
    {
      signs: 'Response',
      afterwards: (xml) =>
        xml
          .replace('ID="_response"', 'ID="_evil"')
          .replace('<samlp:Status>', () => `<samlp:Extensions>${xml}</samlp:Extensions><samlp:Status>`),
    },
    /./,
  ],
  ['for another audience', { audience: 'urn:amazon:cognito:sp:us-east-1_Another01' }, /audience/i],
  ['of another issuer', { issuer: 'http://127.0.0.1:4300/other' }, /The assertion is of another issuer\./],
  ['that has expired', { notOnOrAfter: -60 }, /subject confirmation|expired/],
  ['of another request', { inResponseTo: '_another' }, /InResponseTo|signature/],
])(
  'with encryption, an assertion %s signs no user in, and the right one does',
  async (_, { plain, ...said }, description) => {
    const app = await startSaml(ENCRYPTED)
    const right = { encryptedFor: app.certificate }
    const forged = await app.answered({ ...(!plain && right), ...said })
    expect(isSignedIn(forged)).toBe(false)
    const [error, told] = problem(forged)
    expect(error).toBe('server_error')
    expect(told).toMatch(description)
    expect(forged.browser.jar.has('cognito')).toBe(false)
    expect(isSignedIn(await app.answered(right))).toBe(true)
  },
)

const PLAIN_ASSERTION = '<saml:Assertion ID="_assertion"><saml:Subject>grace</saml:Subject></saml:Assertion>'

test('an assertion that is encrypted for another pool signs no user in', async () => {
  const app = await startSaml(ENCRYPTED)
  const other = await startSaml(ENCRYPTED)
  const user = await app.answered({ encryptedFor: other.certificate })
  expect(problem(user)).toEqual(['server_error', SIGNATURE])
  expect(isSignedIn(await other.answered({ encryptedFor: other.certificate }))).toBe(true)
})

test('encrypted assertions of a provider without encryption are refused, and its plain ones are read', async () => {
  const app = await startSaml()
  expect(isSignedIn(await app.answered({ encryptedFor: app.certificate }))).toBe(false)
  expect(isSignedIn(await app.answered())).toBe(true)
})
