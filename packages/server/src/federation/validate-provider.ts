import type { ProviderType } from '../db/schema.js'
import { errors } from '../errors.js'
import { schemaByName } from '../pools/schema.js'
import type { UserPool } from '../pools/user-pool.js'
import type { IdentityProvider } from './identity-provider.js'
import { parseSamlMetadata } from './saml-metadata.js'

interface DetailNames {
  readonly needed: readonly string[]
  /** How the service names what is needed, whichever of it is missing. */
  readonly neededAs: string
  readonly known: readonly string[]
}

/** What the service fills in, and tools write back. */
const READ_ONLY = ['attributes_url', 'attributes_url_add_attributes', 'authorize_url', 'token_url'] as const
export const DERIVED_SAML_DETAILS: readonly string[] = [
  ...['SSORedirectBindingURI', 'SLORedirectBindingURI', 'ActiveEncryptionCertificate'],
]
const OF_OAUTH = [...READ_ONLY, 'token_request_method', 'oidc_issuer', 'authorize_scopes'] as const

/** What says who a person is, by type. */
const SUBJECTS: { readonly [T in ProviderType]: string } = {
  Google: 'sub',
  Facebook: 'id',
  LoginWithAmazon: 'user_id',
  SignInWithApple: 'sub',
  OIDC: 'sub',
  SAML: 'NameID',
}

const SOCIAL = {
  needed: ['client_id', 'client_secret', 'authorize_scopes'],
  neededAs: 'clientId, clientSecret and authorizeScopes',
}

/** `ProviderDetails` by type. */
const DETAILS: { readonly [T in ProviderType]: DetailNames } = {
  Google: { ...SOCIAL, known: OF_OAUTH },
  Facebook: { ...SOCIAL, known: [...OF_OAUTH, 'api_version'] },
  LoginWithAmazon: { ...SOCIAL, known: OF_OAUTH },
  SignInWithApple: {
    needed: ['client_id', 'team_id', 'key_id', 'private_key', 'authorize_scopes'],
    neededAs: 'clientId, privateKey, teamId, and keyId',
    known: OF_OAUTH,
  },
  OIDC: {
    needed: ['client_id', 'attributes_request_method', 'oidc_issuer', 'authorize_scopes'],
    neededAs: 'clientId, authorizeScopes, oidcIssuer and attributesRequestMethod',
    known: [...OF_OAUTH, 'client_secret', 'jwks_uri'],
  },
  SAML: {
    needed: [],
    neededAs: '',
    known: [
      ...['MetadataURL', 'MetadataFile', 'IDPSignout', 'IDPInit', 'EncryptedResponses'],
      ...['RequestSigningAlgorithm', ...DERIVED_SAML_DETAILS],
    ],
  },
}

const ADDRESSES = ['oidc_issuer', 'authorize_url', 'token_url', 'attributes_url', 'jwks_uri', 'MetadataURL']

/**
 * Checks what a provider is made of, beyond the form of each member. Nothing is asked of the provider itself: it may not
 * be there yet.
 *
 * @throws InvalidParameterException
 */
export function validateProvider(
  pool: UserPool,
  { name, type, details, settings }: Pick<IdentityProvider, 'name' | 'type' | 'details' | 'settings'>,
): void {
  const hasOwnName = type === 'OIDC' || type === 'SAML'
  if (!hasOwnName && name !== type) throw errors.providerNameOfAnotherType(name, type)
  if (hasOwnName && (name in DETAILS || name === 'COGNITO' || name === 'Cognito') && name !== type)
    throw errors.providerNameOfAnotherType(name, type)
  if (settings.AcrMapping !== undefined && Object.keys(Object(settings.AcrMapping)).length > 0)
    throw errors.notSupportedYet('AcrMapping')
  validateDetails(type, details)
  for (const [attribute, claim] of Object.entries(settings.AttributeMapping ?? {})) {
    if (attribute === 'username') {
      // Users are found by it. What a person can change at the provider could be another's before.
      if (claim !== SUBJECTS[type]) throw errors.mappedUsername(SUBJECTS[type])
      continue
    }
    if (attribute === 'sub' || attribute === 'identities') throw errors.mappedAttributeReserved(attribute)
    if (!schemaByName(pool).has(attribute)) throw errors.mappedAttributeUnknown(attribute)
  }
}

function validateDetails(type: ProviderType, details: Readonly<Record<string, string>>): void {
  const { needed, neededAs, known } = DETAILS[type]
  if (needed.some((name) => !details[name])) throw errors.providerDetailsMissing(neededAs)
  const unknown = Object.keys(details).find((name) => !needed.includes(name) && !known.includes(name))
  if (unknown !== undefined) throw errors.providerDetailUnknown(unknown, type)
  if (type === 'OIDC' && !['GET', 'POST'].includes(details.attributes_request_method ?? ''))
    throw errors.providerDetailInvalid('attributes_request_method', 'must be GET or POST.')
  if (type === 'SAML') validateSaml(details)
  for (const address of ADDRESSES) {
    const value = details[address]
    if (value && !isAddress(value))
      throw errors.providerDetailInvalid(address, 'must be an address of https, or of this machine.')
  }
}

const SWITCHES = ['EncryptedResponses', 'IDPInit', 'IDPSignout'] as const

/** Whether a provider of SAML is set to do something. */
export const isOn = (
  { details }: Pick<IdentityProvider, 'details'>,
  name: (typeof SWITCHES)[number],
): boolean => details[name]?.toLowerCase() === 'true'

function validateSaml(details: Readonly<Record<string, string>>): void {
  if (!details.MetadataURL && !details.MetadataFile) throw errors.providerMetadataMissing()
  if (details.MetadataURL && details.MetadataFile) throw errors.providerMetadataTwice()
  // What is neither could be meant as either.
  const unclear = SWITCHES.find((name) => !/^(true|false|)$/i.test(details[name] ?? ''))
  if (unclear !== undefined) throw errors.providerDetailInvalid(unclear, 'must be true or false.')
  if (details.RequestSigningAlgorithm && details.RequestSigningAlgorithm !== 'rsa-sha256')
    throw errors.providerDetailInvalid('RequestSigningAlgorithm', 'must be rsa-sha256.')
  if (!details.MetadataFile) return
  try {
    parseSamlMetadata(details.MetadataFile)
  } catch (error) {
    throw errors.providerDetailInvalid('MetadataFile', `cannot be used. ${(error as Error).message}`)
  }
}

/** Another machine is asked over https only: what it answers says who a user is. */
function isAddress(value: string): boolean {
  if (!URL.canParse(value)) return false
  const { protocol, username, password } = new URL(value)
  return (protocol === 'https:' || isLocalHttp(value)) && username === '' && password === ''
}

/** A provider for tests and for developing is on this machine, without a certificate. */
export function isLocalHttp(address: string): boolean {
  const { protocol, hostname } = new URL(address)
  return protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}
