import { createPasskey, type Passkey } from '@amulet/server/testing'
import { vi } from 'vitest'

const ORIGIN = 'http://localhost:5173'

const bytes = (text: string): ArrayBuffer => Uint8Array.from(Buffer.from(text, 'base64url')).buffer

const text = (buffer: BufferSource): string =>
  Buffer.from(ArrayBuffer.isView(buffer) ? buffer.buffer : buffer).toString('base64url')

type Kind = 'create' | 'get'

/** Options as a page hands them to the platform. */
export type Asked = CredentialCreationOptions & CredentialRequestOptions

/** What the user does: uses the passkey, nothing, or what makes the platform reject. */
type Behaviour = 'uses it' | 'waits' | 'gets nothing' | Error

export interface Platform {
  /** The passkey that the user makes, and uses. */
  passkey: Passkey
  behaviour: Behaviour
  /** What the page asked for. */
  readonly asked: [Kind, Asked][]
  /** Lets a user who waits go on. */
  proceed(): void
}

/**
 * What a browser has of WebAuthn, with a passkey in software.
 *
 * @param json whether it knows WebAuthn's options and credentials as JSON
 */
export function stubPlatform(json: 'with JSON' | 'without JSON' | 'with JSON that throws'): Platform {
  class Response {
    constructor(members: Record<string, unknown>) {
      for (const [name, value] of Object.entries(members)) {
        Object.assign(this, { [name]: typeof value === 'string' ? bytes(value) : value })
      }
    }
  }
  class AuthenticatorAttestationResponse extends Response {
    getTransports = () => ['internal']
    getPublicKeyAlgorithm = () => -7
    getAuthenticatorData = () => bytes('AAAA')
    getPublicKey = () => bytes('-_8')
  }
  class AuthenticatorAssertionResponse extends Response {}
  const originals = new WeakMap<object, object>()
  class PublicKeyCredential {
    id: string
    type: string
    rawId: ArrayBuffer
    authenticatorAttachment: string | null
    response: Response
    constructor(credential: ReturnType<Passkey['create'] | Passkey['get']>, response: Response) {
      originals.set(this, credential)
      this.id = credential.id
      this.type = credential.type
      this.rawId = bytes(credential.rawId)
      this.authenticatorAttachment = credential.authenticatorAttachment
      this.response = response
    }
    getClientExtensionResults = () => ({})
  }
  const illegal = () => {
    throw new TypeError('Illegal invocation')
  }
  const throws = json === 'with JSON that throws'
  if (json !== 'without JSON') {
    const decoded = (options: Record<string, unknown>) => {
      const described = (list?: { id: string }[]) => list?.map((item) => ({ ...item, id: bytes(item.id) }))
      const user = options.user as { id: string } | undefined
      return {
        ...options,
        ...(user && { user: { ...user, id: bytes(user.id) } }),
        challenge: bytes(String(options.challenge)),
        allowCredentials: described(options.allowCredentials as { id: string }[] | undefined),
        excludeCredentials: described(options.excludeCredentials as { id: string }[] | undefined),
      }
    }
    Object.assign(PublicKeyCredential, {
      parseCreationOptionsFromJSON: throws ? illegal : decoded,
      parseRequestOptionsFromJSON: throws ? illegal : decoded,
      isConditionalMediationAvailable: () => Promise.resolve(true),
    })
    Object.assign(PublicKeyCredential.prototype, {
      toJSON(this: PublicKeyCredential) {
        return throws ? illegal() : { ...originals.get(this) }
      },
    })
  }
  const platform: Platform = {
    passkey: createPasskey({ origin: ORIGIN }),
    behaviour: 'uses it',
    asked: [],
    proceed() {},
  }
  const ask = async (kind: Kind, options: Asked): Promise<unknown> => {
    platform.asked.push([kind, options])
    const { behaviour, passkey } = platform
    if (behaviour instanceof Error) throw behaviour
    if (behaviour === 'gets nothing') return null
    if (behaviour === 'waits') {
      await new Promise<void>((resolve, reject) => {
        platform.proceed = resolve
        options.signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError')))
      })
    }
    if (kind === 'create') {
      const { challenge = bytes(''), user, rp = {} } = options.publicKey as PublicKeyCredentialCreationOptions
      const made = passkey.create({ challenge: text(challenge), user: { id: text(user.id) }, rp: { ...rp } })
      const { clientDataJSON, attestationObject } = made.response
      return new PublicKeyCredential(
        made,
        new AuthenticatorAttestationResponse({ clientDataJSON, attestationObject }),
      )
    }
    const { challenge, rpId = 'localhost' } = options.publicKey as PublicKeyCredentialRequestOptions
    const used = passkey.get({ challenge: text(challenge), rpId })
    return new PublicKeyCredential(used, new AuthenticatorAssertionResponse({ ...used.response }))
  }
  const globals = {
    isSecureContext: true,
    PublicKeyCredential,
    AuthenticatorAttestationResponse,
    AuthenticatorAssertionResponse,
    navigator: {
      credentials: {
        create: (options: Asked) => ask('create', options),
        get: (options: Asked) => ask('get', options),
      },
    },
  }
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value)
  return platform
}
