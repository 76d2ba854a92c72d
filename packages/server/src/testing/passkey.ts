import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { cbor } from './cbor.js'

/** What a passkey is made with. */
export interface PasskeyOptions {
  /** Where it is used: `http://localhost:5173`. */
  readonly origin: string
  /** The relying party's domain. Default: the host of `origin`. */
  readonly rpId?: string
  /** Default: `ES256`. */
  readonly algorithm?: PasskeyAlgorithm
  /** Whether it tells that it has made sure who the user is. Default: `true`. */
  readonly userVerified?: boolean
  /** Uses before this one. `null` for a passkey that does not count, as synchronized ones. Default: 0. */
  readonly signCount?: number | null
}

export type PasskeyAlgorithm = keyof typeof ALGORITHMS

/** The members of `PublicKeyCredentialCreationOptionsJSON` that are read. */
export interface CreationOptions {
  readonly challenge: string
  readonly rp: { readonly id?: string }
  readonly user: { readonly id: string }
}

/** The members of `PublicKeyCredentialRequestOptionsJSON` that are read. */
export interface RequestOptions {
  readonly challenge: string
  readonly rpId?: string
}

/**
 * A passkey in software, for tests in Node. It answers the server's options as the browser's `navigator.credentials`
 * does.
 */
export interface Passkey {
  /** Of the credential, in base64url. */
  readonly id: string
  readonly rpId: string
  /** Where it is used. A test may use it elsewhere. */
  origin: string
  /** The public key as the server keeps it: COSE, in base64url. */
  readonly publicKey: string
  /** The `sub` of its user, in base64url. It is known from the registration on. */
  userHandle: string | undefined
  /** How often it was used. */
  signCount: number
  /** A `RegistrationResponseJSON`, which `CompleteWebAuthnRegistration` takes. */
  create(options: CreationOptions): RegistrationResponse
  /** An `AuthenticationResponseJSON`, which a `WEB_AUTHN` challenge takes as `CREDENTIAL`, by `JSON.stringify`. */
  get(options: RequestOptions): AuthenticationResponse
  /** What `context.credentials.create(passkey.rpId, …)` of Playwright takes. Of passkeys with ES256. */
  forPlaywright(): {
    id: string
    userHandle: string
    privateKey: string
    publicKey: string
    signCount: number
  }
  /** The `credential` that the Chrome DevTools Protocol takes in `WebAuthn.addCredential`. Of passkeys with ES256. */
  forDevTools(): {
    credentialId: string
    isResidentCredential: true
    rpId: string
    privateKey: string
    userHandle: string
    signCount: number
  }
}

export interface RegistrationResponse {
  readonly id: string
  readonly rawId: string
  readonly type: 'public-key'
  readonly response: {
    readonly clientDataJSON: string
    readonly attestationObject: string
    readonly authenticatorData: string
    readonly publicKey: string
    readonly publicKeyAlgorithm: number
    readonly transports: string[]
  }
  readonly authenticatorAttachment: 'platform'
  readonly clientExtensionResults: Record<string, never>
}

export interface AuthenticationResponse {
  readonly id: string
  readonly rawId: string
  readonly type: 'public-key'
  readonly response: {
    readonly clientDataJSON: string
    readonly authenticatorData: string
    readonly signature: string
    readonly userHandle?: string
  }
  readonly authenticatorAttachment: 'platform'
  readonly clientExtensionResults: Record<string, never>
}

const base64url = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64url')
const sha256 = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest()

/** Members of a public key as JWK, in bytes. */
const member = (key: KeyObject, name: 'x' | 'y' | 'n' | 'e'): Buffer =>
  Buffer.from(key.export({ format: 'jwk' })[name] ?? '', 'base64url')

/** RFC 9053: how each kind of key is made, written and used. */
const ALGORITHMS = {
  ES256: {
    makeKeys: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    cose: (key: KeyObject) =>
      new Map<number, number | Buffer>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, member(key, 'x')],
        [-3, member(key, 'y')],
      ]),
    identifier: -7,
    hash: 'sha256',
  },
  RS256: {
    makeKeys: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
    cose: (key: KeyObject) =>
      new Map<number, number | Buffer>([
        [1, 3],
        [3, -257],
        [-1, member(key, 'n')],
        [-2, member(key, 'e')],
      ]),
    identifier: -257,
    hash: 'sha256',
  },
  EdDSA: {
    makeKeys: () => generateKeyPairSync('ed25519'),
    cose: (key: KeyObject) =>
      new Map<number, number | Buffer>([
        [1, 1],
        [3, -8],
        [-1, 6],
        [-2, member(key, 'x')],
      ]),
    identifier: -8,
    hash: null,
  },
} as const

/** A URL without a protocol can parse too: `localhost:` is one. */
function hostOf(origin: string): string {
  if (!URL.canParse(origin) || new URL(origin).origin !== origin)
    throw new Error(`The origin of a passkey is written like http://localhost:5173, not ${origin}`)
  return new URL(origin).hostname
}

/** WebAuthn §6.1. */
const FLAGS = { present: 0x01, verified: 0x04, attested: 0x40 }

/**
 * Makes a passkey in software.
 *
 * @example
 * ```ts
 * import { createPasskey } from '@amulet/server/testing'
 *
 * const passkey = createPasskey({ origin: 'http://localhost:5173' })
 * ```
 */
export function createPasskey(options: PasskeyOptions): Passkey {
  const { rpId = hostOf(options.origin), algorithm = 'ES256', userVerified = true } = options
  const { makeKeys, cose, identifier, hash } = ALGORITHMS[algorithm]
  const { privateKey, publicKey } = makeKeys()
  const credentialId = randomBytes(32)
  const id = base64url(credentialId)
  const coseKey = cbor(cose(publicKey))
  const counts = options.signCount !== null

  const clientData = (type: string, challenge: string) =>
    Buffer.from(JSON.stringify({ type, challenge, origin: passkey.origin, crossOrigin: false }))

  function authenticatorData(domain: string, flags: number, ...attested: Uint8Array[]): Buffer {
    const count = Buffer.alloc(4)
    count.writeUInt32BE(passkey.signCount)
    const all = flags | FLAGS.present | (userVerified ? FLAGS.verified : 0)
    return Buffer.concat([sha256(domain), Buffer.of(all), count, ...attested])
  }

  function known(): string {
    if (passkey.userHandle === undefined)
      throw new Error('The passkey is of no user yet. Register it first, or add it with addPasskey().')
    return passkey.userHandle
  }

  const passkey: Passkey = {
    id,
    rpId,
    origin: options.origin,
    publicKey: base64url(coseKey),
    userHandle: undefined,
    signCount: options.signCount ?? 0,

    create({ challenge, rp, user }) {
      passkey.userHandle = user.id
      const length = Buffer.of(credentialId.length >> 8, credentialId.length & 0xff)
      const authData = authenticatorData(
        rp.id ?? rpId,
        FLAGS.attested,
        // No AAGUID.
        Buffer.alloc(16),
        length,
        credentialId,
        coseKey,
      )
      const attestation = new Map<string, string | Uint8Array | Map<string, never>>([
        ['fmt', 'none'],
        ['attStmt', new Map<string, never>()],
        ['authData', authData],
      ])
      return {
        id,
        rawId: id,
        type: 'public-key',
        response: {
          clientDataJSON: base64url(clientData('webauthn.create', challenge)),
          attestationObject: base64url(cbor(attestation)),
          authenticatorData: base64url(authData),
          publicKey: base64url(publicKey.export({ format: 'der', type: 'spki' })),
          publicKeyAlgorithm: identifier,
          transports: ['internal'],
        },
        authenticatorAttachment: 'platform',
        clientExtensionResults: {},
      }
    },

    get({ challenge, rpId: asked = rpId }) {
      if (counts) passkey.signCount += 1
      const data = clientData('webauthn.get', challenge)
      const authData = authenticatorData(asked, 0)
      const signature = sign(hash, Buffer.concat([authData, sha256(data)]), privateKey)
      return {
        id,
        rawId: id,
        type: 'public-key',
        response: {
          clientDataJSON: base64url(data),
          authenticatorData: base64url(authData),
          signature: base64url(signature),
          ...(passkey.userHandle !== undefined && { userHandle: passkey.userHandle }),
        },
        authenticatorAttachment: 'platform',
        clientExtensionResults: {},
      }
    },

    forPlaywright: () => ({
      id,
      userHandle: known(),
      privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64url'),
      publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64url'),
      signCount: passkey.signCount,
    }),

    forDevTools: () => ({
      credentialId: credentialId.toString('base64'),
      isResidentCredential: true,
      rpId,
      privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
      userHandle: Buffer.from(known(), 'base64url').toString('base64'),
      signCount: passkey.signCount,
    }),
  }
  return passkey
}
