import type { PasskeyPlace } from '../pools/relying-party.js'
import { PasskeyId } from '../wire/constraints.js'
import { parse } from '../wire/parse.js'
import { type Parsed, required, string, structure } from '../wire/shape.js'

/** What the browser or the app says of a use of a passkey. The passkey signs a hash of it. */
export interface PasskeyClientData extends PasskeyPlace {
  readonly type?: unknown
  readonly challenge?: unknown
}

/** Reads `clientDataJSON`; `undefined` for text that is not a JSON object. */
export function readClientData(base64url: string): PasskeyClientData | undefined {
  try {
    const read: unknown = JSON.parse(Buffer.from(base64url, 'base64url').toString())
    return typeof read === 'object' && read !== null ? read : undefined
  } catch {
    return undefined
  }
}

/** `RegistrationResponseJSON` of WebAuthn Level 3, as far as it is read. */
export interface PasskeyRegistration {
  readonly id: string
  readonly rawId: string
  readonly type: string
  readonly response: {
    readonly clientDataJSON: string
    readonly attestationObject: string
    readonly transports?: string[]
  }
  readonly authenticatorAttachment?: string
}

/** What a use of a passkey is compared with. The challenge and the origin were found to be right before. */
export interface ExpectedPasskey {
  readonly challenge: string
  readonly origin: string
  readonly relyingPartyId: string
  /** Whether the authenticator has to have made sure who the user is. */
  readonly verified: boolean
}

/** A passkey as its authenticator tells of it. */
export interface NewPasskey {
  readonly id: string
  readonly publicKey: Uint8Array
  readonly signCount: number
  readonly aaguid: string
}

/** ES256 and RS256, as the service has them. */
export const PASSKEY_ALGORITHMS = [-7, -257]

// Loaded by the first passkey: a start does not wait for it.
const loadWebAuthn = () => import('@simplewebauthn/server')
const loadHelpers = () => import('@simplewebauthn/server/helpers')

/** Checks of the library that have an answer of their own. */
export class OtherRelyingParty extends Error {}

/**
 * The passkey that a registration brings (WebAuthn §7.1).
 *
 * @throws {OtherRelyingParty} it was made for another domain
 * @throws {Error} the reason why it cannot be used
 */
export async function verifyPasskeyRegistration(
  { id, rawId, type, response }: PasskeyRegistration,
  { challenge, origin, relyingPartyId, verified }: ExpectedPasskey,
): Promise<NewPasskey> {
  const { verifyRegistrationResponse } = await loadWebAuthn()
  if (type !== 'public-key') throw new Error(`The credential is a ${type}.`)
  const { clientDataJSON } = response
  const attestationObject = await withoutOnlineAttestation(response.attestationObject)
  const { registrationInfo } = await verifyRegistrationResponse({
    response: {
      id,
      rawId,
      type,
      response: { clientDataJSON, attestationObject },
      clientExtensionResults: {},
    },
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: relyingPartyId,
    requireUserVerification: verified,
    supportedAlgorithmIDs: PASSKEY_ALGORITHMS,
  }).catch(otherRelyingParty)
  if (!registrationInfo) throw new Error('The attestation is wrong.')
  const { credential, aaguid } = registrationInfo
  if (credential.id !== id) throw new Error('The authenticator tells of another credential.')
  return { id, publicKey: credential.publicKey, signCount: credential.counter, aaguid }
}

/** Formats for which the library has trusted certificates, and asks the addresses in them which were revoked. */
const ONLINE = ['apple', 'android-key', 'android-safetynet']

/**
 * Leaves out an attestation that would be checked over the network. None was asked for, and anyone may register any
 * authenticator.
 */
async function withoutOnlineAttestation(attestationObject: string): Promise<string> {
  const { decodeAttestationObject, isoBase64URL, isoCBOR } = await loadHelpers()
  const decoded = decodeAttestationObject(isoBase64URL.toBuffer(attestationObject))
  if (!ONLINE.includes(decoded.get('fmt'))) return attestationObject
  return isoBase64URL.fromBuffer(
    isoCBOR.encode(
      new Map<string, string | Uint8Array | Map<string, never>>([
        ['fmt', 'none'],
        ['attStmt', new Map<string, never>()],
        ['authData', decoded.get('authData')],
      ]),
    ),
  )
}

function otherRelyingParty(error: unknown): never {
  // The library does not export its class.
  if (error instanceof Error && error.name === 'UnexpectedRPIDHash') throw new OtherRelyingParty()
  throw error
}

const Base64url = string({ max: 8192, pattern: '[A-Za-z0-9_-]+' })

/** `AuthenticationResponseJSON` of WebAuthn Level 3, as far as it is read. */
const Assertion = structure({
  id: required(PasskeyId),
  rawId: required(PasskeyId),
  type: required(string()),
  response: required(
    structure({
      clientDataJSON: required(Base64url),
      authenticatorData: required(Base64url),
      signature: required(Base64url),
      userHandle: string({ max: 128 }),
    }),
  ),
})
export type PasskeyAssertion = Parsed<typeof Assertion>

/** Reads JSON of an assertion; `undefined` for text that is not JSON. */
export function readAssertion(json: string): PasskeyAssertion | undefined {
  try {
    return parse(Assertion, JSON.parse(json))
  } catch {
    return undefined
  }
}

/**
 * The public key that stands in for a passkey that does not exist: the base point of P-256. What it verifies is good for
 * nothing, for there is no such passkey.
 */
const STAND_IN = new Uint8Array(
  Buffer.from(
    'a5010203262001215820' +
      '6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296' +
      '225820' +
      '4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
    'hex',
  ),
)

/**
 * What a use of a passkey comes to (WebAuthn §7.2).
 *
 * @param passkey absent for one that does not exist
 */
export async function verifyPasskeyAssertion(
  assertion: PasskeyAssertion,
  passkey: { readonly publicKey: Uint8Array; readonly signCount: number } | undefined,
  { challenge, origin, relyingPartyId, verified }: ExpectedPasskey,
): Promise<{ readonly signCount: number; readonly verified: boolean } | { readonly reason: string }> {
  const { verifyAuthenticationResponse } = await loadWebAuthn()
  const { id, rawId, type, response } = assertion
  if (type !== 'public-key') return { reason: `The credential is a ${type}.` }
  const { publicKey, signCount: counter } = passkey ?? { publicKey: STAND_IN, signCount: 0 }
  try {
    const { verified: isRight, authenticationInfo } = await verifyAuthenticationResponse({
      response: { id, rawId, type, response, clientExtensionResults: {} },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: relyingPartyId,
      // The origins of the frames were found to be right before.
      expectedTopOrigin: topOriginsOf(response.clientDataJSON),
      credential: { id, publicKey: new Uint8Array(publicKey), counter },
      requireUserVerification: verified,
    })
    return isRight
      ? { signCount: authenticationInfo.newCounter, verified: authenticationInfo.userVerified }
      : { reason: 'The signature is wrong.' }
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) }
  }
}

function topOriginsOf(clientDataJSON: string): string[] {
  const topOrigin = readClientData(clientDataJSON)?.topOrigin
  return typeof topOrigin === 'string' ? [topOrigin] : []
}
