import { expect } from 'vitest'
import { type OAuthStarted, startOAuth } from './oauth.js'
import { atSignIn, type PageUser } from './page-user.js'
import { makeSamlUpstream, type Said } from './saml-upstream.js'

/** A pool whose client signs users in with a password or at a provider of SAML. */
export async function startSaml(
  details: Readonly<Record<string, string>> = {},
  client: Parameters<OAuthStarted['createClient']>[0] = {},
  options: Parameters<typeof startOAuth>[0] = {},
) {
  const upstream = await makeSamlUpstream()
  const app = await startOAuth({
    ...options,
    pool: { Schema: [{ Name: 'groups', AttributeDataType: 'String', Mutable: true }] },
  })
  const { admin, UserPoolId } = app
  const provider = {
    UserPoolId,
    ProviderName: 'Okta',
    ProviderType: 'SAML' as const,
    ProviderDetails: { MetadataFile: upstream.metadata, ...details },
    AttributeMapping: { email: 'email', 'custom:groups': 'groups' },
  }
  const made = await admin.createIdentityProvider(provider)
  /** What the provider encrypts for, in base64. */
  const certificate = made.IdentityProvider?.ProviderDetails?.ActiveEncryptionCertificate ?? ''
  const { clientId } = await app.createClient({
    SupportedIdentityProviders: ['COGNITO', 'Okta'],
    ...client,
  })
  const begin = async (parameters: Readonly<Record<string, string>> = {}) =>
    await atSignIn({ ...app, clientId }, { identity_provider: 'Okta', ...parameters })
  /** The form of the provider's page: of another site, so it comes without cookies. */
  const post = async (form: Record<string, string>, path = '/saml2/idpresponse'): Promise<string> => {
    const response = await app.server.fetch(
      new Request(`http://localhost${path}`, {
        method: 'POST',
        body: new URLSearchParams(form),
        headers: { origin: 'http://127.0.0.1:4300', 'sec-fetch-site': 'cross-site' },
      }),
    )
    expect(response.headers.getSetCookie()).toEqual([])
    const location = response.headers.get('location') ?? ''
    const isTold = response.status === 303 || path !== '/saml2/idpresponse' || URL.canParse(location)
    return isTold ? location : String(response.status)
  }
  const answered = async (said?: Said, parameters?: Readonly<Record<string, string>>): Promise<PageUser> => {
    const user = await begin(parameters)
    await user.open(await post(await upstream.answer(user.left as URL, said)))
    return user
  }
  return { ...app, clientId, upstream, provider, certificate, begin, post, answered }
}

export const isSignedIn = (user: Pick<PageUser, 'left'>) => user.left?.searchParams.has('code') === true
export const problem = ({ left }: Pick<PageUser, 'left'>) => [
  left?.searchParams.get('error'),
  left?.searchParams.get('error_description'),
]

export const SIGNATURE = 'Invalid SAML response received: SAML Assertion signature is invalid.'

/** Puts an assertion of an attacker beside or around the one that was signed. */
export const evilOf = (xml: string) =>
  (/<saml:Assertion[\s\S]*<\/saml:Assertion>/.exec(xml)?.[0] ?? '')
    .replace(/<Signature[\s\S]*?<\/Signature>/, '')
    .replace('ID="_assertion"', 'ID="_evil"')
    .replace('>grace<', '>admin<')

/** Answers that the provider has not signed as they are, and what is told of them. */
export const FORGED: readonly [what: string, said: Said, told: string | RegExp][] = [
  ['that nothing has signed', { signs: 'nothing' }, SIGNATURE],
  ['signed by another key', { otherKey: true }, SIGNATURE],
  ['changed after it was signed', { afterwards: (xml) => xml.replace('>grace<', '>admin<') }, SIGNATURE],
  [
    'with another assertion before the signed one',
    { afterwards: (xml) => xml.replace('<saml:Assertion', `${evilOf(xml)}<saml:Assertion`) },
    SIGNATURE,
  ],
  [
    'whose signed assertion is wrapped into another one',
    {
      afterwards: (xml) =>
        xml.replace(/<saml:Assertion[\s\S]*<\/saml:Assertion>/, (signed) =>
          evilOf(xml).replace('<saml:Subject>', `<saml:Advice>${signed}</saml:Advice><saml:Subject>`),
        ),
    },
    /^Error in SAML response processing: |signature is invalid\.$/,
  ],
  [
    'whose signed assertion is moved into the signature of another one',
    {
      afterwards: (xml) =>
        xml.replace(/<saml:Assertion[\s\S]*<\/saml:Assertion>/, (signed) => {
          const [signature = ''] = /<Signature[\s\S]*?<\/Signature>/.exec(signed) ?? []
          const object = `<Object>${signed.replace(signature, '')}</Object></Signature>`
          return evilOf(xml).replace(
            '<saml:Subject>',
            `${signature.replace('</Signature>', object)}<saml:Subject>`,
          )
        }),
    },
    /^Error in SAML response processing: |signature is invalid\.$/,
  ],
]
