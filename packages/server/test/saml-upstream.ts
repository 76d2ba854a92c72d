import 'reflect-metadata/lite'
import { createSign, generateKeyPairSync, webcrypto, X509Certificate } from 'node:crypto'
import { promisify } from 'node:util'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { X509CertificateGenerator } from '@peculiar/x509'
import { SignedXml } from 'xml-crypto'
import { type EncryptOptions, encrypt } from 'xml-encryption'

/** What a test has a provider of SAML say. Without any of it, its answer is right. */
export interface Said {
  readonly issuer?: string
  readonly audience?: string
  readonly recipient?: string
  /** `undefined` for none. */
  readonly inResponseTo?: string | undefined
  readonly nameId?: string
  readonly id?: string
  /** Seconds from now. */
  readonly issued?: number
  readonly method?: string
  readonly notBefore?: number
  /** Seconds from now at which the user signed in there; `null` where it does not say. */
  readonly authnInstant?: number | null
  /** Seconds from now. */
  readonly notOnOrAfter?: number
  readonly attributes?: Readonly<Record<string, readonly string[]>>
  /** Default: the assertion. */
  readonly signs?: 'Assertion' | 'Response' | 'nothing'
  /** Of another key than the metadata has. */
  readonly otherKey?: boolean
  /** The certificate of this server that the assertion is encrypted for, in base64. */
  readonly encryptedFor?: string
  readonly encryption?: Partial<EncryptOptions>
  /** Changes the document after it was signed. */
  readonly afterwards?: (xml: string) => string
}

/** What a test has a provider of SAML say to a request to sign a user out. */
export interface SaidOut extends Pick<Said, 'issuer' | 'inResponseTo' | 'otherKey' | 'afterwards'> {
  readonly destination?: string
  readonly status?: string
  readonly signs?: 'LogoutResponse' | 'nothing'
}

export interface SamlUpstream {
  readonly metadata: string
  readonly entityId: string
  /** What its page posts of its own accord. */
  unasked(
    userPoolId: string,
    relayState: string,
    said?: Said,
  ): Promise<{ SAMLResponse: string; RelayState: string }>
  /** What its page posts once a user is signed out. */
  signOut(location: URL, said?: SaidOut): { SAMLResponse: string; RelayState: string }
  /** The same as an address that the browser is sent to. */
  signOutByRedirect(location: URL, said?: SaidOut & { readonly algorithm?: string }): string
  /** What its page posts for a request. */
  answer(location: URL, said?: Said): Promise<{ SAMLResponse: string; RelayState: string }>
}

/** A provider of SAML: its metadata, and forms that it posts by hand of the browser. */
export async function makeSamlUpstream(origin = 'http://127.0.0.1:4300'): Promise<SamlUpstream> {
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) }
  const keys = await webcrypto.subtle.generateKey({ ...algorithm, hash: 'SHA-256' }, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=idp',
    keys,
    signingAlgorithm: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  })
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  const key = `-----BEGIN PRIVATE KEY-----\n${pkcs8.replace(/.{64}/g, '$&\n')}\n-----END PRIVATE KEY-----\n`
  const other = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey
  const entityId = `${origin}/entity`
  return {
    entityId,
    metadata: `<?xml version="1.0"?>
      <md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}">
        <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
          <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>
            <ds:X509Certificate>${Buffer.from(certificate.rawData).toString('base64')}</ds:X509Certificate>
          </ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
          <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${origin}/sso"/>
          <md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${origin}/slo"/>
        </md:IDPSSODescriptor>
      </md:EntityDescriptor>`,
    async answer(location, said = {}) {
      const request = inflateRawSync(
        Buffer.from(location.searchParams.get('SAMLRequest') ?? '', 'base64'),
      ).toString()
      const read = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(request)?.[1] ?? ''
      const whole = {
        issuer: entityId,
        audience: /<saml:Issuer[^>]*>([^<]*)</.exec(request)?.[1] ?? '',
        recipient: read('AssertionConsumerServiceURL'),
        inResponseTo: read('ID'),
        ...said,
      }
      return {
        SAMLResponse: await say(whole),
        RelayState: location.searchParams.get('RelayState') ?? '',
      }
    },
    async unasked(userPoolId, RelayState, said = {}) {
      const whole = {
        issuer: entityId,
        audience: `urn:amazon:cognito:sp:${userPoolId}`,
        recipient: 'http://localhost/saml2/idpresponse',
        inResponseTo: undefined,
        ...said,
      }
      return { SAMLResponse: await say(whole), RelayState }
    },
    signOut(location, said = {}) {
      const xml = signedOut(location, said)
      const { signs = 'LogoutResponse', otherKey = false, afterwards = (text: string) => text } = said
      const signed = signs === 'nothing' ? xml : sign(xml, signs, otherKey ? other : key)
      return {
        SAMLResponse: Buffer.from(afterwards(signed)).toString('base64'),
        RelayState: location.searchParams.get('RelayState') ?? '',
      }
    },
    signOutByRedirect(location, said = {}) {
      const { algorithm = 'rsa-sha256', signs, otherKey = false, afterwards = (text: string) => text } = said
      const query = new URLSearchParams({
        SAMLResponse: deflateRawSync(signedOut(location, said)).toString('base64'),
        RelayState: location.searchParams.get('RelayState') ?? '',
        SigAlg: `http://www.w3.org/2001/04/xmldsig-more#${algorithm}`,
      })
      const signature = createSign(algorithm.replace('rsa-', ''))
        .update(query.toString())
        .sign(otherKey ? other : key, 'base64')
      if (signs !== 'nothing') query.set('Signature', signature)
      return `/saml2/logout?${afterwards(query.toString())}`
    },
  }

  function signedOut(location: URL, said: SaidOut): string {
    const request = inflateRawSync(
      Buffer.from(location.searchParams.get('SAMLRequest') ?? '', 'base64'),
    ).toString()
    const id = / ID="([^"]*)"/.exec(request)?.[1] ?? ''
    const {
      issuer = entityId,
      inResponseTo = id,
      destination = 'http://localhost/saml2/logout',
      status = 'Success',
    } = said
    return `<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_signed-out" Version="2.0" IssueInstant="${new Date().toISOString()}" Destination="${destination}" InResponseTo="${inResponseTo}"><saml:Issuer>${issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${status}"/></samlp:Status></samlp:LogoutResponse>`
  }

  async function say(said: Omit<Said, 'inResponseTo'> & Addressed): Promise<string> {
    const xml = response({
      nameId: 'grace',
      id: '_assertion',
      issued: 0,
      method: 'bearer',
      notBefore: -60,
      notOnOrAfter: 300,
      authnInstant: 0,
      attributes: { email: ['grace@example.com'], groups: ['admin', 'staff'] },
      ...said,
    })
    const { signs = 'Assertion', otherKey = false, afterwards = (text: string) => text, encryptedFor } = said
    const signing = (text: string) => (signs === 'nothing' ? text : sign(text, signs, otherKey ? other : key))
    const hidden = async (text: string) =>
      encryptedFor === undefined ? text : await encrypted(text, encryptedFor, said.encryption)
    // A signature of the frame is over what was encrypted, and one of the assertion is encrypted with it.
    const signed = signs === 'Response' ? signing(await hidden(xml)) : await hidden(signing(xml))
    return Buffer.from(afterwards(signed)).toString('base64')
  }
}

type Addressed = Required<Pick<Said, 'issuer' | 'audience' | 'recipient'>> & {
  readonly inResponseTo: string | undefined
}

async function encrypted(xml: string, certificate: string, options: Partial<EncryptOptions> = {}) {
  const [assertion = ''] = /<saml:Assertion[\s\S]*<\/saml:Assertion>/.exec(xml) ?? []
  const { publicKey } = new X509Certificate(Buffer.from(certificate, 'base64'))
  const data = await promisify(encrypt)(
    assertion.replace(
      '<saml:Assertion ',
      '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ',
    ),
    {
      rsa_pub: publicKey.export({ type: 'spki', format: 'pem' }),
      pem: `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----`,
      encryptionAlgorithm: 'http://www.w3.org/2009/xmlenc11#aes256-gcm',
      keyEncryptionAlgorithm: 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
      ...options,
    },
  )
  return xml.replace(assertion, () => `<saml:EncryptedAssertion>${data}</saml:EncryptedAssertion>`)
}

type Whole = Addressed &
  Required<
    Pick<
      Said,
      'nameId' | 'id' | 'issued' | 'method' | 'notBefore' | 'notOnOrAfter' | 'authnInstant' | 'attributes'
    >
  >

function response(said: Whole): string {
  const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString()
  const attributes = Object.entries(said.attributes).map(
    ([name, values]) =>
      `<saml:Attribute Name="${name}">${values.map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`).join('')}</saml:Attribute>`,
  )
  const inResponseTo = said.inResponseTo === undefined ? '' : ` InResponseTo="${said.inResponseTo}"`
  return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_response" Version="2.0" IssueInstant="${at(0)}" Destination="${said.recipient}"${inResponseTo}><saml:Issuer>${said.issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status><saml:Assertion ID="${said.id}" Version="2.0" IssueInstant="${at(said.issued)}"><saml:Issuer>${said.issuer}</saml:Issuer><saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">${said.nameId}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:${said.method}"><saml:SubjectConfirmationData NotOnOrAfter="${at(said.notOnOrAfter)}" Recipient="${said.recipient}"${inResponseTo}/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="${at(said.notBefore)}" NotOnOrAfter="${at(said.notOnOrAfter)}"><saml:AudienceRestriction><saml:Audience>${said.audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>${said.authnInstant === null ? '' : `<saml:AuthnStatement AuthnInstant="${at(said.authnInstant)}" SessionIndex="_session"/>`}<saml:AttributeStatement>${attributes.join('')}</saml:AttributeStatement></saml:Assertion></samlp:Response>`
}

function sign(xml: string, element: string, privateKey: string): string {
  const signature = new SignedXml({
    privateKey,
    signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    canonicalizationAlgorithm: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  })
  const xpath = `//*[local-name(.)='${element}']`
  signature.addReference({
    xpath,
    digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
    transforms: [
      'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
      'http://www.w3.org/2001/10/xml-exc-c14n#',
    ],
  })
  signature.computeSignature(xml, {
    location: { reference: `${xpath}/*[local-name(.)='Issuer']`, action: 'after' },
  })
  return signature.getSignedXml()
}
