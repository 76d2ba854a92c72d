import type { ServerContext } from '../context.js'
import { boundedFetch } from '../wire/bounded-fetch.js'
import type { IdentityProvider } from './identity-provider.js'
import { elementsOf, parseXml } from './parse-xml.js'
import { createProviderAnswers } from './provider-answers.js'
import { ProviderError } from './provider-error.js'

/** What a provider of SAML says about itself: SAML 2.0 Metadata section 2.4.3. */
export interface SamlMetadata {
  readonly entityId: string
  /** Where browsers are sent, with a request in the query. */
  readonly signInUrl: string
  /** The same for sign-outs, if it takes them. */
  readonly signOutUrl: string | undefined
  /** What its answers are signed with. In base64. */
  readonly certificates: readonly string[]
}

const METADATA = 'urn:oasis:names:tc:SAML:2.0:metadata'
const SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#'
const REDIRECT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'

/** Milliseconds that a provider has to answer. */
const PATIENCE = 10_000

const answers = createProviderAnswers<SamlMetadata>()

/** @throws {ProviderError} */
export const samlMetadataOf = (context: ServerContext, provider: IdentityProvider): Promise<SamlMetadata> =>
  answers.get(context, provider.id, String(provider.updatedAt), () => readMetadata(provider))

/** What is known of a provider without asking it. */
export const knownSamlMetadata = (
  context: ServerContext,
  { id, updatedAt, details }: IdentityProvider,
): SamlMetadata | undefined =>
  details.MetadataFile
    ? parseSamlMetadata(details.MetadataFile)
    : answers.known(context, id, String(updatedAt))

async function readMetadata({ name, details }: IdentityProvider): Promise<SamlMetadata> {
  try {
    return parseSamlMetadata(details.MetadataFile || (await fetchMetadata(details.MetadataURL ?? '')))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : undefined
    throw new ProviderError(`The metadata of ${name} cannot be used.`, {
      error: 'server_error',
      ...(reason !== undefined && { reason }),
      cause,
    })
  }
}

async function fetchMetadata(url: string): Promise<string> {
  const response = await boundedFetch(url, { redirect: 'error', signal: AbortSignal.timeout(PATIENCE) })
  if (!response.ok) throw new Error(`The provider answered ${response.status}.`)
  return await response.text()
}

/** @throws {Error} saying what is missing */
export function parseSamlMetadata(xml: string): SamlMetadata {
  const document = parseXml(xml)
  const entity = elementsOf(document, METADATA, 'EntityDescriptor').find(
    (each) => elementsOf(each, METADATA, 'IDPSSODescriptor').length > 0,
  )
  if (!entity) throw new Error('The metadata describes no identity provider.')
  const [descriptor] = elementsOf(entity, METADATA, 'IDPSSODescriptor')
  const entityId = entity.getAttribute('entityID')
  const addressOf = (service: string) =>
    (descriptor ? elementsOf(descriptor, METADATA, service) : [])
      .find((each) => each.getAttribute('Binding') === REDIRECT)
      ?.getAttribute('Location')
  const signInUrl = addressOf('SingleSignOnService')
  const signOutUrl = addressOf('SingleLogoutService')
  const certificates = (descriptor ? elementsOf(descriptor, METADATA, 'KeyDescriptor') : [])
    .filter((key) => key.getAttribute('use') !== 'encryption')
    .flatMap((key) => elementsOf(key, SIGNATURE, 'X509Certificate'))
    .map((certificate) => (certificate.textContent ?? '').replace(/\s/g, ''))
    .filter((certificate) => certificate !== '')
  if (!entityId) throw new Error('The metadata has no entityID.')
  if (!signInUrl || !URL.canParse(signInUrl)) throw new Error('The metadata has no address of HTTP-Redirect.')
  if (certificates.length === 0) throw new Error('The metadata has no certificate for signatures.')
  return {
    entityId,
    signInUrl,
    signOutUrl: signOutUrl && URL.canParse(signOutUrl) ? signOutUrl : undefined,
    certificates,
  }
}
