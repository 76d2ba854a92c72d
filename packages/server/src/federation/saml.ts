import {
  SAML,
  type SamlConfig,
  type SamlOptions,
  type Profile as SamlProfile,
  ValidateInResponseTo,
} from '@node-saml/node-saml'
import type { ServerContext } from '../context.js'
import { assertEncrypted, decrypted } from './encrypted-assertion.js'
import type { IdentityProvider } from './identity-provider.js'
import type { ProviderAsk } from './open-id-connect.js'
import { parseMessage } from './parse-xml.js'
import type { Profile, ProviderSession } from './profile.js'
import { ProviderError } from './provider-error.js'
import { type SamlKey, samlKeysOf } from './saml-key.js'
import { type SamlMetadata, samlMetadataOf } from './saml-metadata.js'
import { isOn } from './validate-provider.js'

/** Milliseconds that the clocks of the provider and of this server may differ. */
export const SKEW = 30_000

/** Milliseconds after which an assertion that nothing was asked for is too old, as in the service. */
export const UNASKED_LIFETIME = 360_000

/** What the pool is called at a provider: the audience of its assertions. */
export const samlEntityId = (userPoolId: string): string => `urn:amazon:cognito:sp:${userPoolId}`

/** @returns where the browser is sent, and the id of the request that the assertion has to answer */
export async function askSamlProvider(
  context: ServerContext,
  provider: IdentityProvider,
  { redirectUri, state, prompts, maxAge }: ProviderAsk,
): Promise<{ readonly location: string; readonly requestId: string }> {
  const metadata = await samlMetadataOf(context, provider)
  const requestId = newRequestId(context)
  const [key] = provider.details.RequestSigningAlgorithm
    ? await samlKeysOf(context, provider.userPoolId, 'signing')
    : []
  const saml = new SAML({
    ...optionsOf(provider, metadata, redirectUri),
    // SAML has no word for a sign-in that is not older than some time.
    forceAuthn: prompts.includes('login') || maxAge !== undefined,
    ...(key && signingWith(key)),
    generateUniqueId: () => requestId,
  })
  return { location: await saml.getAuthorizeUrlAsync(state, undefined, {}), requestId }
}

export const newRequestId = ({ randomBytes }: Pick<ServerContext, 'randomBytes'>): string =>
  `_${randomBytes(20).toString('hex')}`

export const signingWith = ({ privateKey }: SamlKey) =>
  ({ privateKey, signatureAlgorithm: 'sha256' }) satisfies Partial<SamlOptions>

export interface SamlAnswer {
  readonly response: string
  readonly redirectUri: string
  /** Of the request that it has to answer; nothing for an unsolicited answer. */
  readonly requestId: string | undefined
}

/**
 * Reads a provider's answer, and checks it: signature, issuer, audience, times, and that it was made for this server and
 * for this request, or for none. Only the signed parts are read.
 *
 * @throws {ProviderError}
 */
export async function readSamlAnswer(
  context: ServerContext,
  provider: IdentityProvider,
  answer: SamlAnswer,
): Promise<Profile> {
  const metadata = await samlMetadataOf(context, provider)
  const profile = isOn(provider, 'EncryptedResponses')
    ? await validateEncrypted(context, provider, metadata, answer)
    : await validate(new AnswerReader(optionsOf(provider, metadata, answer.redirectUri), answer), answer)
  return profileOf(profile, metadata, answer)
}

/**
 * The same for one that was made for another party than a user pool.
 *
 * @throws {ProviderError}
 */
export async function readAssertion(
  metadata: SamlMetadata,
  audience: string,
  answer: SamlAnswer,
): Promise<Profile> {
  const options = optionsFor(audience, metadata, answer.redirectUri)
  return profileOf(await validate(new AnswerReader(options, answer), answer), metadata, answer)
}

/** @throws {ProviderError} */
function profileOf(profile: SamlProfile, metadata: SamlMetadata, answer: SamlAnswer): Profile {
  if (profile.issuer !== metadata.entityId) throw invalid('The assertion is of another issuer.')
  assertMadeFor(profile, answer)
  if (!profile.nameID) throw invalid('The assertion names no subject.')
  const { ID: id } = Object(parsed(profile).$) as { ID?: unknown }
  if (typeof id !== 'string' || id === '') throw invalid('The assertion has no ID.')
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
    session: sessionOf(profile),
    assertion: { id },
  }
}

/** What all that is said to a provider, and heard of it, has in common. */
export const optionsOf = ({ userPoolId }: IdentityProvider, metadata: SamlMetadata, callbackUrl: string) =>
  optionsFor(samlEntityId(userPoolId), metadata, callbackUrl)

const optionsFor = (
  audience: string,
  { entityId, signInUrl, certificates }: SamlMetadata,
  callbackUrl: string,
) =>
  ({
    issuer: audience,
    audience,
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
  }) satisfies SamlConfig

/** Reads one answer, and knows how far it came. */
class AnswerReader extends SAML {
  /** Whether what is read was signed by the provider. */
  isSigned = false

  constructor(options: SamlConfig, { requestId }: SamlAnswer) {
    super({
      ...options,
      validateInResponseTo:
        requestId === undefined ? ValidateInResponseTo.never : ValidateInResponseTo.always,
      ...(requestId === undefined && { maxAssertionAgeMs: UNASKED_LIFETIME }),
      // This request is the only known one.
      cacheProvider: {
        saveAsync: async () => null,
        getAsync: async (key) => (key === requestId ? new Date().toISOString() : null),
        removeAsync: async () => null,
      },
    })
  }

  protected override async processValidlySignedAssertionAsync(
    ...assertion: Parameters<SAML['processValidlySignedAssertionAsync']>
  ) {
    this.isSigned = true
    return await super.processValidlySignedAssertionAsync(...assertion)
  }
}

/**
 * The same for a provider that encrypts its assertions, with one of the pool's keys.
 *
 * Until a signature has been verified, all errors have the same words. An attacker can change a ciphertext of CBC without
 * reading it, and different errors would reveal its content bit by bit.
 */
async function validateEncrypted(
  context: ServerContext,
  provider: IdentityProvider,
  metadata: SamlMetadata,
  answer: SamlAnswer,
): Promise<SamlProfile> {
  assertEncrypted(answer.response)
  const keys = await samlKeysOf(context, provider.userPoolId, 'encryption')
  for (const { privateKey } of keys) {
    const options = optionsOf(provider, metadata, answer.redirectUri)
    const reader = new AnswerReader({ ...options, decryptionPvk: privateKey }, answer)
    try {
      // Anyone can encrypt for the pool, so what is in there is looked at in the same way as what is around it.
      parseMessage(await decrypted(answer.response, privateKey))
      return await validate(reader, answer)
    } catch (error) {
      if (reader.isSigned) throw error
    }
  }
  throw new ProviderError(NOT_SIGNED, {
    error: 'server_error',
    reason: 'The encrypted assertion cannot be read, or is not signed by the provider.',
  })
}

const NOT_SIGNED = 'Invalid SAML response received: SAML Assertion signature is invalid.'

async function validate(saml: SAML, { response }: SamlAnswer): Promise<SamlProfile> {
  try {
    parseMessage(Buffer.from(response, 'base64').toString())
    const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: response })
    if (profile) return profile
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    if (/signature/i.test(reason))
      throw new ProviderError(NOT_SIGNED, { error: 'server_error', reason, cause })
    throw invalid(reason)
  }
  throw invalid('There is no assertion.')
}

/** SAML 2.0 Profiles section 4.1.4.3. The library reads the id in the frame as well, which nothing may have signed. */
function assertMadeFor(profile: SamlProfile, { redirectUri, requestId }: SamlAnswer): void {
  const all: unknown[] = list(list(parsed(profile).Subject)[0]?.SubjectConfirmation)
  const confirmations = all.map((confirmation) => {
    const { $, SubjectConfirmationData } = Object(confirmation) as Record<string, unknown>
    const [data] = list(SubjectConfirmationData)
    return { ...Object(Object(data).$), ...Object($) } as Record<string, unknown>
  })
  const isOurs = confirmations.some(({ Method, Recipient, InResponseTo, NotOnOrAfter }) => {
    const end = typeof NotOnOrAfter === 'string' ? Date.parse(NotOnOrAfter) : Number.NaN
    return (
      Method === BEARER && Recipient === redirectUri && InResponseTo === requestId && end + SKEW > Date.now()
    )
  })
  if (!isOurs) throw invalid('The assertion was not made for this request.')
  if (requestId !== undefined) return
  // An answer to a request of another browser must not pass for one that was not asked for.
  const isAnswer =
    typeof profile.inResponseTo === 'string' ||
    confirmations.some(({ InResponseTo }) => InResponseTo !== undefined)
  if (isAnswer) throw invalid('The assertion answers a request.')
  const { IssueInstant } = Object(parsed(profile).$) as { IssueInstant?: unknown }
  const issued = typeof IssueInstant === 'string' ? Date.parse(IssueInstant) : Number.NaN
  const age = Date.now() - issued
  if (!(age >= -SKEW && age <= UNASKED_LIFETIME + SKEW)) throw invalid('The assertion is too old.')
}
const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'

function sessionOf({
  nameID: nameId,
  nameIDFormat: format,
  nameQualifier: qualifier,
  spNameQualifier: spQualifier,
  sessionIndex: index,
}: SamlProfile): ProviderSession {
  return {
    nameId,
    ...(format && { format }),
    ...(qualifier && { qualifier }),
    ...(spQualifier && { spQualifier }),
    ...(index && { index }),
  }
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
interface Parsed {
  readonly Subject?: unknown
  readonly AuthnStatement?: unknown
  readonly $?: unknown
}

const parsed = (profile: SamlProfile): Parsed => Object(Object(profile.getAssertion?.()).Assertion) as Parsed

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
