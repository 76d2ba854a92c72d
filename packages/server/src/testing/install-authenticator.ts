import { createPasskey, type Passkey } from './passkey.js'

/** What an authenticator is installed with. */
export interface AuthenticatorOptions {
  /** Of the page that the test stands for: `http://localhost:5173`. Passkeys are made for it. */
  readonly origin: string
  /** Passkeys that it has. Default: none. */
  readonly passkeys?: readonly Passkey[]
}

/** An authenticator in software, whose user says yes to everything. */
export interface Authenticator {
  /** Those that it was given, and those that were registered since. A test may add some, and take some away. */
  readonly passkeys: Passkey[]
  /** Takes it away, and leaves Node as it was. */
  uninstall(): void
}

/**
 * Gives Node what a browser has of WebAuthn: `navigator.credentials` with an authenticator in software. Clients that sign in
 * or register with passkeys run in a test as they do in a page. One is installed at a time.
 *
 * A passkey that is asked for and not there is a `NotAllowedError`, as if the user had cancelled, and one that is there
 * already an `InvalidStateError`. Where there is none to suggest (`mediation: 'conditional'`), the call waits until it is
 * aborted.
 *
 * @example
 * ```ts
 * import { createServer } from '@amulet/server'
 * import { addPasskey, createPasskey, installAuthenticator } from '@amulet/server/testing'
 *
 * const server = createServer()
 * const passkey = createPasskey({ origin: 'http://localhost:5173' })
 * await addPasskey(server, 'ada@example.com', passkey)
 * const authenticator = installAuthenticator({ origin: passkey.origin, passkeys: [passkey] })
 * // … signIn({ username, options: { authFlowType: 'USER_AUTH', preferredChallenge: 'WEB_AUTHN' } })
 * authenticator.uninstall()
 * ```
 */
export function installAuthenticator({ origin, passkeys = [] }: AuthenticatorOptions): Authenticator {
  const held = [...passkeys]
  const credentials = {
    create: async ({ publicKey, signal }: Asked<CreationOptions>) => {
      signal?.throwIfAborted()
      const { challenge, rp, user, excludeCredentials = [] } = publicKey
      const rpId = rp.id ?? new URL(origin).hostname
      const excluded = excludeCredentials.map(({ id }) => textOf(id))
      if (held.some((passkey) => passkey.rpId === rpId && excluded.includes(passkey.id)))
        throw new DOMException('The authenticator has such a passkey already.', 'InvalidStateError')
      const passkey = createPasskey({ origin, rpId })
      const made = passkey.create({
        challenge: textOf(challenge),
        rp: { id: rpId },
        user: { id: textOf(user.id) },
      })
      held.push(passkey)
      return new PublicKeyCredential(made, new AuthenticatorAttestationResponse(made.response))
    },

    get: async ({ publicKey, signal, mediation }: Asked<RequestOptions>) => {
      signal?.throwIfAborted()
      const { challenge, rpId = new URL(origin).hostname, allowCredentials = [] } = publicKey
      const allowed = allowCredentials.map(({ id }) => textOf(id))
      const passkey = held.find(
        ({ id, rpId: domain }) => domain === rpId && (allowed.length === 0 || allowed.includes(id)),
      )
      if (!passkey && mediation === 'conditional') await untilAborted(signal)
      if (!passkey) throw new DOMException('There is no such passkey.', 'NotAllowedError')
      const used = passkey.get({ challenge: textOf(challenge), rpId })
      return new PublicKeyCredential(used, new AuthenticatorAssertionResponse(used.response))
    },
  }
  // Node has one since version 21.
  const found: unknown = Reflect.get(globalThis, 'navigator')
  const navigator = typeof found === 'object' && found !== null ? found : {}
  const restorers = [
    ...Object.entries({
      isSecureContext: true,
      PublicKeyCredential,
      AuthenticatorAttestationResponse,
      AuthenticatorAssertionResponse,
      ...(navigator !== found && { navigator }),
    }).map(([name, value]) => replace(globalThis, name, value)),
    replace(navigator, 'credentials', credentials),
  ]
  return {
    passkeys: held,
    uninstall() {
      for (const restore of restorers.splice(0).reverse()) restore()
    },
  }
}

type Bytes = ArrayBuffer | NodeJS.TypedArray | DataView

/** What `navigator.credentials` is called with. */
interface Asked<Options> {
  readonly publicKey: Options
  readonly signal?: AbortSignal
  readonly mediation?: string
}

/** The members of `PublicKeyCredentialCreationOptions` that are read. */
interface CreationOptions {
  readonly challenge: Bytes
  readonly rp: { readonly id?: string }
  readonly user: { readonly id: Bytes }
  readonly excludeCredentials?: readonly { readonly id: Bytes }[]
}

/** The members of `PublicKeyCredentialRequestOptions` that are read. */
interface RequestOptions {
  readonly challenge: Bytes
  readonly rpId?: string
  readonly allowCredentials?: readonly { readonly id: Bytes }[]
}

const bytesOf = (text: string): ArrayBuffer => Uint8Array.from(Buffer.from(text, 'base64url')).buffer

const textOf = (bytes: Bytes): string =>
  (ArrayBuffer.isView(bytes)
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : Buffer.from(bytes)
  ).toString('base64url')

/** Options with the bytes that they have as JSON. The id of the relying party is a domain. */
function fromJson({ rp, ...options }: { readonly rp?: unknown }): object {
  const decode = (key: string, value: unknown) =>
    key === 'challenge' || key === 'id' ? bytesOf(String(value)) : value
  return { ...JSON.parse(JSON.stringify(options), decode), ...(rp !== undefined && { rp }) }
}

class PublicKeyCredential {
  static parseCreationOptionsFromJSON = fromJson
  static parseRequestOptionsFromJSON = fromJson
  static isConditionalMediationAvailable = async () => true
  static isUserVerifyingPlatformAuthenticatorAvailable = async () => true

  readonly #json: ReturnType<Passkey['create'] | Passkey['get']>
  readonly id: string
  readonly type: string
  readonly rawId: ArrayBuffer
  readonly authenticatorAttachment: string
  readonly response: object

  constructor(json: ReturnType<Passkey['create'] | Passkey['get']>, response: object) {
    this.#json = json
    this.id = json.id
    this.type = json.type
    this.rawId = bytesOf(json.rawId)
    this.authenticatorAttachment = json.authenticatorAttachment
    this.response = response
  }

  getClientExtensionResults() {
    return {}
  }

  toJSON() {
    return structuredClone(this.#json)
  }
}

class AuthenticatorAttestationResponse {
  readonly #json: ReturnType<Passkey['create']>['response']
  readonly clientDataJSON: ArrayBuffer
  readonly attestationObject: ArrayBuffer

  constructor(json: ReturnType<Passkey['create']>['response']) {
    this.#json = json
    this.clientDataJSON = bytesOf(json.clientDataJSON)
    this.attestationObject = bytesOf(json.attestationObject)
  }

  getTransports() {
    return [...this.#json.transports]
  }

  getAuthenticatorData() {
    return bytesOf(this.#json.authenticatorData)
  }

  getPublicKey() {
    return bytesOf(this.#json.publicKey)
  }

  getPublicKeyAlgorithm() {
    return this.#json.publicKeyAlgorithm
  }
}

class AuthenticatorAssertionResponse {
  readonly clientDataJSON: ArrayBuffer
  readonly authenticatorData: ArrayBuffer
  readonly signature: ArrayBuffer
  readonly userHandle: ArrayBuffer | null

  constructor(json: ReturnType<Passkey['get']>['response']) {
    this.clientDataJSON = bytesOf(json.clientDataJSON)
    this.authenticatorData = bytesOf(json.authenticatorData)
    this.signature = bytesOf(json.signature)
    this.userHandle = json.userHandle === undefined ? null : bytesOf(json.userHandle)
  }
}

/** @throws the reason of the signal */
const untilAborted = (signal: AbortSignal | undefined) =>
  new Promise<never>((_, reject) =>
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true }),
  )

/**
 * Puts a value in the place of a member.
 *
 * @returns puts back what was there
 */
function replace(target: object, name: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(target, name)
  Object.defineProperty(target, name, { value, configurable: true, writable: true, enumerable: true })
  return () => {
    if (before) Object.defineProperty(target, name, before)
    else Reflect.deleteProperty(target, name)
  }
}
