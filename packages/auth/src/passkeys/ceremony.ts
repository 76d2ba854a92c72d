import { orInterrupted, type RequestContext } from '../context/deadline.js'
import { authError } from '../errors.js'
import type { PasskeyException } from '../exceptions.js'
import { fromJson, type OptionsJson, toJson } from './codec.js'
import { isPasskeySupported } from './is-passkey-supported.js'
import { passkeyError } from './passkey-error.js'

/** One of WebAuthn's two ceremonies. */
export interface Ceremony {
  method: 'create' | 'get'
  parse: 'parseCreationOptionsFromJSON' | 'parseRequestOptionsFromJSON'
  /** Member of the response, by which it is known. */
  member: 'attestationObject' | 'signature'
  /** An answer that is no such credential. */
  failed: PasskeyException
  /** Errors of the platform that mean something else in the other ceremony. */
  errors: Record<string, PasskeyException>
}

/** The one under way in this page. */
let current: AbortController | undefined

/** Has the platform ask the user for a passkey, and gives its credential as JSON. */
export const perform = async (
  context: RequestContext,
  { method, parse, member, failed, errors }: Ceremony,
  options: OptionsJson,
  mediation?: 'conditional',
): Promise<object> => {
  if (!isPasskeySupported()) throw passkeyError('PasskeyNotSupported')
  // A platform has one at a time, and one that waits among a form's suggestions gives way.
  current?.abort()
  const own = new AbortController()
  current = own
  const { timeout = 300_000 } = options
  // The requests that come before and after have their own time.
  context.endIn?.(timeout + 30_000)
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    const timedOut = () =>
      reject(authError('TimeoutError', 'The passkey was not used in time.', undefined, undefined, true))
    timer = setTimeout(timedOut, timeout)
  })
  try {
    // A platform says of the end of its time what it says of a user who cancels: it must not come first.
    const publicKey = { ...read(parse, options), timeout: timeout + 10_000 }
    // The method and the options are of the same ceremony.
    const asked = navigator.credentials[method]({ publicKey, signal: own.signal, mediation } as never)
    const credential = await orInterrupted(context, Promise.race([late, asked]))
    // What else it is, the service finds out.
    const { response } = (credential ?? {}) as Partial<PublicKeyCredential>
    if (!response || !(member in response)) throw passkeyError(failed)
    return write(credential as PublicKeyCredential)
  } catch (error) {
    const shared = { AbortError: 'PasskeyOperationAborted', SecurityError: 'RelyingPartyMismatch' } as const
    // Those of this package have passed through here already, under other names.
    const name = error instanceof DOMException && { ...errors, ...shared }[error.name as keyof typeof shared]
    throw name ? passkeyError(name, error) : error
  } finally {
    clearTimeout(timer)
    own.abort()
  }
}

// Where the platform lacks the method, or stumbles over what a password manager put in its place.

const read = (parse: Ceremony['parse'], options: OptionsJson): object => {
  try {
    return PublicKeyCredential[parse](options as never)
  } catch {
    return fromJson(options)
  }
}

const write = (credential: PublicKeyCredential): object => {
  try {
    return credential.toJSON()
  } catch {
    return toJson(credential)
  }
}
