import { verify } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import { SAML, type Profile as SamlProfile, ValidateInResponseTo } from '@node-saml/node-saml'
import type { ServerContext } from '../context.js'
import type { IdentityProvider } from './identity-provider.js'
import { childrenOf, parseMessage, parseXml } from './parse-xml.js'
import type { ProviderSession } from './profile.js'
import { ProviderError } from './provider-error.js'
import { newRequestId, optionsOf, signingWith } from './saml.js'
import { samlKeysOf } from './saml-key.js'
import { type SamlMetadata, samlMetadataOf } from './saml-metadata.js'

const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol'
const ASSERTION = 'urn:oasis:names:tc:SAML:2.0:assertion'

/** Bytes that a message is unpacked to. The longest has a certificate and a signature. */
const MAX_MESSAGE = 65_536

/**
 * Asks a provider to end the sign-in that a user has there: SAML 2.0 Profiles section 4.4.
 *
 * @param answerUrl this server's own address that the provider answers to
 * @returns where the browser is sent; nothing where the provider takes no sign-outs
 * @throws {ProviderError}
 */
export async function askSignOut(
  context: ServerContext,
  provider: IdentityProvider,
  session: ProviderSession,
  { answerUrl, state }: { answerUrl: string; state: string },
): Promise<{ readonly location: string; readonly requestId: string } | undefined> {
  const metadata = await samlMetadataOf(context, provider)
  if (metadata.signOutUrl === undefined) return undefined
  const requestId = newRequestId(context)
  const [key] = await samlKeysOf(context, provider.userPoolId, 'signing')
  const saml = new SAML({
    ...optionsOf(provider, metadata, answerUrl),
    // Providers refuse sign-outs that anyone could have asked for.
    ...signingWith(key),
    logoutUrl: metadata.signOutUrl,
    generateUniqueId: () => requestId,
  })
  const { nameId, format, qualifier, spQualifier, index } = session
  const subject: SamlProfile = {
    issuer: metadata.entityId,
    nameID: nameId,
    nameIDFormat: format ?? 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
    ...(qualifier !== undefined && { nameQualifier: qualifier }),
    ...(spQualifier !== undefined && { spNameQualifier: spQualifier }),
    ...(index !== undefined && { sessionIndex: index }),
  }
  return { location: await saml.getLogoutUrlAsync(subject, state, {}), requestId }
}

/** How a provider's answer came: SAML 2.0 Bindings sections 3.4 and 3.5. */
export type SignOutMessage =
  | { readonly binding: 'POST'; readonly response: string }
  | { readonly binding: 'Redirect'; readonly query: string }

/**
 * Checks that a provider has answered the request to sign a user out: signature, issuer, and that it is for this server
 * and for the request at hand.
 *
 * @returns whether the user is signed out there
 * @throws {ProviderError}
 */
export async function readSignOutAnswer(
  context: ServerContext,
  provider: IdentityProvider,
  { requestId, answerUrl }: { requestId: string; answerUrl: string },
  message: SignOutMessage,
): Promise<boolean> {
  const metadata = await samlMetadataOf(context, provider)
  const xml =
    message.binding === 'POST'
      ? await signedByElement(provider, metadata, answerUrl, message.response)
      : signedByQuery(metadata, message.query)
  const root = rootOf(xml)
  if (root.namespaceURI !== PROTOCOL || root.localName !== 'LogoutResponse')
    throw invalid('The message is not a LogoutResponse.')
  // What is read are attributes and children of the element that was signed as a whole.
  const issuers = childrenOf(root, ASSERTION, 'Issuer').map(({ textContent }) => textContent?.trim())
  if (issuers.length !== 1 || issuers[0] !== metadata.entityId)
    throw invalid('The message is of another issuer.')
  if (root.getAttribute('InResponseTo') !== requestId) throw invalid('The message answers another request.')
  if (root.getAttribute('Destination') !== answerUrl) throw invalid('The message is for another server.')
  const [status] = childrenOf(root, PROTOCOL, 'Status').flatMap((each) =>
    childrenOf(each, PROTOCOL, 'StatusCode'),
  )
  return status?.getAttribute('Value') === 'urn:oasis:names:tc:SAML:2.0:status:Success'
}

async function signedByElement(
  provider: IdentityProvider,
  metadata: SamlMetadata,
  answerUrl: string,
  response: string,
): Promise<string> {
  const saml = new SAML({
    ...optionsOf(provider, metadata, answerUrl),
    wantAuthnResponseSigned: true,
    validateInResponseTo: ValidateInResponseTo.never,
  })
  try {
    parseMessage(Buffer.from(response, 'base64').toString())
    await saml.validatePostResponseAsync({ SAMLResponse: response })
  } catch (cause) {
    throw invalid(cause instanceof Error ? cause.message : String(cause))
  }
  return Buffer.from(response, 'base64').toString()
}

const HASHES: ReadonlyMap<string, string> = new Map([
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', 'sha256'],
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha384', 'sha384'],
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha512', 'sha512'],
])

/** SAML 2.0 Bindings section 3.4.4.1: the parameters are signed as they were sent, in this order. */
function signedByQuery({ certificates }: SamlMetadata, query: string): string {
  const parts = query.split('&')
  // By the names as they were sent: another spelling of one must not pass for what was signed.
  const partOf = (name: string) => {
    const [part, ...others] = parts.filter((each) => each.startsWith(`${name}=`))
    if (others.length > 0) throw invalid(`${name} is given more than once.`)
    return part
  }
  const decoded = (name: string) => new URLSearchParams(partOf(name)).get(name) ?? ''
  const signed = ['SAMLResponse', 'RelayState', 'SigAlg'].flatMap((name) => partOf(name) ?? []).join('&')
  const algorithm = HASHES.get(decoded('SigAlg'))
  const signature = Buffer.from(decoded('Signature'), 'base64')
  const isSigned =
    algorithm !== undefined &&
    certificates.some((certificate) => verify(algorithm, Buffer.from(signed), pemOf(certificate), signature))
  if (!isSigned) throw invalid('The signature is invalid.')
  try {
    const message = Buffer.from(decoded('SAMLResponse'), 'base64')
    return inflateRawSync(message, { maxOutputLength: MAX_MESSAGE }).toString()
  } catch {
    throw invalid('The message cannot be unpacked.')
  }
}

const pemOf = (certificate: string): string =>
  `-----BEGIN CERTIFICATE-----\n${certificate.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`

function rootOf(xml: string): Element {
  try {
    return parseXml(xml).documentElement
  } catch {
    throw invalid('The message is not an XML document.')
  }
}

const invalid = (reason: string): ProviderError =>
  new ProviderError(`Error in SAML response processing: ${reason}`, { error: 'server_error' })
