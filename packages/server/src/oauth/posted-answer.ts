import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { ServerContext } from '../context.js'
import type { Profile } from '../federation/profile.js'
import type { ProviderError } from '../federation/provider-error.js'

/** An answer that a provider's page has posted, on its way to where this server has its cookies. */
export type PostedAnswer =
  | UnaskedAnswer
  | ({ readonly state: string } & ({ readonly fields: string } | ReadAnswer))

/** An unsolicited answer of a SAML provider. */
export type UnaskedAnswer = {
  /** The authorization request that it is for, as a query. */
  readonly unasked: string
  readonly providerId: string
} & ReadAnswer

/** What was read of an answer where it came. */
type ReadAnswer =
  | { readonly profile: Profile }
  | { readonly failed: ProviderError['error']; readonly description: string }

/** Milliseconds. The browser follows at once. */
const LIFETIME = 60_000

/** Characters of a reference. Servers and proxies limit addresses to some more. */
const MAX_REFERENCE = 12_000

/** Bytes that a reference is unpacked to. */
const MAX_ANSWER = 262_144

/**
 * The answer as a reference that this server alone can make and read. The state in it, or the assertion, makes it good for one time.
 *
 * @returns nothing where it is too long for an address
 */
export function sealAnswer(
  { rootKey, clock }: ServerContext,
  path: string,
  answer: PostedAnswer,
): string | undefined {
  const content = JSON.stringify({ answer, expiresAt: clock.now() + LIFETIME })
  if (content.length > MAX_ANSWER) return undefined
  const sealed = rootKey.seal('provider-answer', path, deflateRawSync(content))
  const reference = Buffer.from(sealed).toString('base64url')
  return reference.length > MAX_REFERENCE ? undefined : reference
}

export function openAnswer(
  { rootKey, clock }: ServerContext,
  path: string,
  reference: string,
): PostedAnswer | undefined {
  const opened = rootKey.open('provider-answer', path, Buffer.from(reference, 'base64url'))
  if (!opened) return undefined
  // Authenticated: this server wrote it.
  const { answer, expiresAt } = JSON.parse(
    inflateRawSync(opened, { maxOutputLength: 2 * MAX_ANSWER }).toString(),
  ) as { answer: PostedAnswer; expiresAt: number }
  return expiresAt > clock.now() ? answer : undefined
}
