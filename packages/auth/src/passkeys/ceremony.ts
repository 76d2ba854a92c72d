import type { RequestContext } from '../context/deadline.js'
import { fromJson, type OptionsJson, toJson } from './codec.js'
import { errors, NOT_SUPPORTED, type Texts } from './texts.js'
import type { Tools } from './tools.js'

/** One of WebAuthn's two ceremonies. */
export interface Ceremony {
  method: 'create' | 'get'
  parse: 'parseCreationOptionsFromJSON' | 'parseRequestOptionsFromJSON'
  /** Member of the response, by which it is known. */
  member: 'attestationObject' | 'signature'
  /** An answer that is no such credential. */
  failed: Texts
  /** Errors of the platform that mean something else in the other ceremony. */
  errors: Record<string, Texts>
}

/** The one under way in this page. */
let current: AbortController | undefined

/** Has the platform ask the user for a passkey, and gives its credential as JSON. */
export const perform = async (
  tools: Tools,
  context: RequestContext,
  { method, parse, member, failed, errors: own }: Ceremony,
  options: OptionsJson,
  mediation?: 'conditional',
): Promise<object> => {
  if (!tools.isPasskeySupported()) throw tools.authError(...NOT_SUPPORTED)
  // A platform has one at a time, and one that waits among a form's suggestions gives way.
  current?.abort()
  const controller = new AbortController()
  current = controller
  const { timeout = 300_000 } = options
  // The requests that come before and after have their own time.
  context.endIn?.(timeout + 30_000)
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    const timedOut = () =>
      reject(tools.authError('TimeoutError', 'The passkey was not used in time.', undefined, undefined, true))
    timer = setTimeout(timedOut, timeout)
  })
  try {
    // Platforms report a timeout like a cancel, so the platform's timeout must not come first.
    const publicKey = { ...read(tools, parse, options), timeout: timeout + 10_000 }
    const { signal } = controller
    // The method and the options are of the same ceremony.
    const asked = navigator.credentials[method]({ publicKey, signal, mediation } as never).catch(
      (error: Error) => {
        const texts = { ...errors, ...own }[error.name]
        throw texts ? tools.authError(...texts, error) : error
      },
    )
    const credential = await Promise.race([context.interrupted, late, asked])
    // What else it is, the service finds out.
    const { response } = (credential ?? {}) as Partial<PublicKeyCredential>
    if (!response || !(member in response)) throw tools.authError(...failed)
    return write(tools, credential as PublicKeyCredential)
  } finally {
    clearTimeout(timer)
    controller.abort()
  }
}

// Where the platform lacks the method, or stumbles over what a password manager put in its place.

const read = (tools: Tools, parse: Ceremony['parse'], options: OptionsJson): object => {
  try {
    return PublicKeyCredential[parse](options as never)
  } catch {
    return fromJson(tools, options)
  }
}

const write = (tools: Tools, credential: PublicKeyCredential): object => {
  try {
    return credential.toJSON()
  } catch {
    return toJson(tools, credential)
  }
}
