import {
  SAML,
  type SamlOptions,
  type Profile as SamlProfile,
  ValidateInResponseTo,
} from '@node-saml/node-saml'
import type { ServerContext } from '../context.js'
import type { IdentityProvider } from './identity-provider.js'
import type { ProviderAsk } from './open-id-connect.js'
import type { Profile } from './profile.js'
import { ProviderError } from './provider-error.js'
import { samlKeyOf } from './saml-key.js'
import { type SamlMetadata, samlMetadataOf } from './saml-metadata.js'

/** Milliseconds that the clocks of the provider and of this server may differ. */
const SKEW = 30_000

/** What the pool is called at a provider: the audience of its assertions. */
const samlEntityId = (userPoolId: string): string => `urn:amazon:cognito:sp:${userPoolId}`

/** @returns where the browser is sent, and the id of the request that the assertion has to answer */
export async function askSamlProvider(
  context: ServerContext,
  provider: IdentityProvider,
  { redirectUri, state, prompts, maxAge }: ProviderAsk,
): Promise<{ readonly location: string; readonly requestId: string }> {
  const metadata = await samlMetadataOf(context, provider)
  const requestId = `_${context.randomBytes(20).toString('hex')}`
  const key = provider.details.RequestSigningAlgorithm
    ? await samlKeyOf(context, provider.userPoolId)
    : undefined
  const saml = serviceProvider(provider, metadata, redirectUri, requestId, {
    // SAML has no word for a sign-in that is not older than some time.
    forceAuthn: prompts.includes('login') || maxAge !== undefined,
    ...(key && { privateKey: key.privateKey, signatureAlgorithm: 'sha256' }),
  })
  return { location: await saml.getAuthorizeUrlAsync(state, undefined, {}), requestId }
}

/**
 * Reads a provider's answer, and checks it: signature, issuer, audience, times, and that it was made for this server and
 * for the request at hand. What is read is what was signed, and nothing around it.
 *
 * @throws {ProviderError}
 */
export async function readSamlAnswer(
  context: ServerContext,
  provider: IdentityProvider,
  { response, redirectUri, requestId }: { response: string; redirectUri: string; requestId: string },
): Promise<Profile> {
  const metadata = await samlMetadataOf(context, provider)
  const saml = serviceProvider(provider, metadata, redirectUri, requestId)
  const profile = await validate(saml, response)
  if (profile.issuer !== metadata.entityId) throw invalid('The assertion is of another issuer.')
  assertMadeFor(profile, redirectUri, requestId)
  if (!profile.nameID) throw invalid('The assertion names no subject.')
  const attributes = Object(profile.attributes) as Record<string, unknown>
  const claims: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== null) claims[name] = textOf(value)
  return {
    subject: profile.nameID,
    issuer: metadata.entityId,
    authTime: authTimeOf(profile),
    claims: { ...claims, NameID: profile.nameID },
    answer: { samlResponse: claims },
  }
}

function serviceProvider(
  { userPoolId }: IdentityProvider,
  { entityId, signInUrl, certificates }: SamlMetadata,
  callbackUrl: string,
  requestId: string,
  ofRequest: Partial<Pick<SamlOptions, 'forceAuthn' | 'privateKey' | 'signatureAlgorithm'>> = {},
): SAML {
  return new SAML({
    issuer: samlEntityId(userPoolId),
    audience: samlEntityId(userPoolId),
    callbackUrl,
    entryPoint: signInUrl,
    idpIssuer: entityId,
    idpCert: [...certificates],
    // One of the two is signed always, and what is not signed is not read.
    wantAssertionsSigned: false,
    wantAuthnResponseSigned: false,
    identifierFormat: null,
    disableRequestedAuthnContext: true,
    acceptedClockSkewMs: SKEW,
    ...ofRequest,
    generateUniqueId: () => requestId,
    validateInResponseTo: ValidateInResponseTo.always,
    // The request at hand is the only one that is known.
    cacheProvider: {
      saveAsync: async () => null,
      getAsync: async (key) => (key === requestId ? new Date().toISOString() : null),
      removeAsync: async () => null,
    },
  })
}

async function validate(saml: SAML, response: string): Promise<SamlProfile> {
  try {
    const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: response })
    if (profile) return profile
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    if (/signature/i.test(reason))
      throw new ProviderError('Invalid SAML response received: SAML Assertion signature is invalid.', {
        error: 'server_error',
        reason,
        cause,
      })
    throw invalid(reason)
  }
  throw invalid('There is no assertion.')
}

/** SAML 2.0 Profiles section 4.1.4.3. The library reads the id in the frame as well, which nothing may have signed. */
function assertMadeFor(profile: SamlProfile, recipient: string, requestId: string): void {
  const confirmations: unknown[] = list(list(parsed(profile).Subject)[0]?.SubjectConfirmation)
  const isOurs = confirmations.some((confirmation) => {
    const [data] = list(Object(confirmation).SubjectConfirmationData)
    const { Recipient, InResponseTo, NotOnOrAfter } = Object(Object(data).$) as Record<string, unknown>
    const end = typeof NotOnOrAfter === 'string' ? Date.parse(NotOnOrAfter) : Number.NaN
    return Recipient === recipient && InResponseTo === requestId && end + SKEW > Date.now()
  })
  if (!isOurs) throw invalid('The assertion was not made for this request.')
}

/** SAML 2.0 Core section 2.7.2. Of several statements, the one of the oldest proof counts. */
function authTimeOf(profile: SamlProfile): number | undefined {
  const times = list(parsed(profile).AuthnStatement).map((statement) => {
    const { AuthnInstant } = Object(statement.$) as Record<string, unknown>
    return typeof AuthnInstant === 'string' ? Date.parse(AuthnInstant) : Number.NaN
  })
  const oldest = Math.min(...times)
  return Number.isFinite(oldest) ? oldest : undefined
}

/** The assertion that was signed, as the library has parsed it. */
const parsed = (profile: SamlProfile): { readonly Subject?: unknown; readonly AuthnStatement?: unknown } =>
  Object(Object(profile.getAssertion?.()).Assertion) as { Subject?: unknown; AuthnStatement?: unknown }

// Each member is looked at before it is used.
const list = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? (value as Record<string, unknown>[]) : []

/** Several values of an attribute are one text, as the service writes them. */
const textOf = (value: unknown): string =>
  Array.isArray(value)
    ? `[${value.map(textOf).join(', ')}]`
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value)

const invalid = (reason: string): ProviderError =>
  new ProviderError(`Error in SAML response processing: ${reason}`, { error: 'server_error' })
