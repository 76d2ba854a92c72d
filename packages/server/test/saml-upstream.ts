import 'reflect-metadata/lite'
import { generateKeyPairSync, webcrypto } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import { X509CertificateGenerator } from '@peculiar/x509'
import { SignedXml } from 'xml-crypto'

/** What a test has a provider of SAML say. Without any of it, its answer is right. */
export interface Said {
  readonly issuer?: string
  readonly audience?: string
  readonly recipient?: string
  readonly inResponseTo?: string
  readonly nameId?: string
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
  /** Changes the document after it was signed. */
  readonly afterwards?: (xml: string) => string
}

export interface SamlUpstream {
  readonly metadata: string
  readonly entityId: string
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
        </md:IDPSSODescriptor>
      </md:EntityDescriptor>`,
    async answer(location, said = {}) {
      const request = inflateRawSync(
        Buffer.from(location.searchParams.get('SAMLRequest') ?? '', 'base64'),
      ).toString()
      const read = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(request)?.[1] ?? ''
      const xml = response({
        issuer: entityId,
        audience: /<saml:Issuer[^>]*>([^<]*)</.exec(request)?.[1] ?? '',
        recipient: read('AssertionConsumerServiceURL'),
        inResponseTo: read('ID'),
        nameId: 'grace',
        notBefore: -60,
        notOnOrAfter: 300,
        authnInstant: 0,
        attributes: { email: ['grace@example.com'], groups: ['admin', 'staff'] },
        ...said,
      })
      const { signs = 'Assertion', otherKey = false, afterwards = (text: string) => text } = said
      const signed = signs === 'nothing' ? xml : sign(xml, signs, otherKey ? other : key)
      return {
        SAMLResponse: Buffer.from(afterwards(signed)).toString('base64'),
        RelayState: location.searchParams.get('RelayState') ?? '',
      }
    },
  }
}

type Whole = Required<Omit<Said, 'signs' | 'otherKey' | 'afterwards'>>

function response(said: Whole): string {
  const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString()
  const attributes = Object.entries(said.attributes).map(
    ([name, values]) =>
      `<saml:Attribute Name="${name}">${values.map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`).join('')}</saml:Attribute>`,
  )
  return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_response" Version="2.0" IssueInstant="${at(0)}" Destination="${said.recipient}" InResponseTo="${said.inResponseTo}"><saml:Issuer>${said.issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status><saml:Assertion ID="_assertion" Version="2.0" IssueInstant="${at(0)}"><saml:Issuer>${said.issuer}</saml:Issuer><saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">${said.nameId}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="${at(said.notOnOrAfter)}" Recipient="${said.recipient}" InResponseTo="${said.inResponseTo}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="${at(said.notBefore)}" NotOnOrAfter="${at(said.notOnOrAfter)}"><saml:AudienceRestriction><saml:Audience>${said.audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>${said.authnInstant === null ? '' : `<saml:AuthnStatement AuthnInstant="${at(said.authnInstant)}"/>`}<saml:AttributeStatement>${attributes.join('')}</saml:AttributeStatement></saml:Assertion></samlp:Response>`
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
