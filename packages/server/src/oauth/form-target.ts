import { isPlainHost } from '../wire/host-name.js'

/**
 * What the policy of a page calls the place that an address is at: an origin, or the scheme of an app.
 *
 * @returns nothing where a policy has no word for it: the browser then does not follow
 */
export function formTarget(address: string): string | undefined {
  const { protocol, origin, hostname } = new URL(address)
  // A policy cannot name an address of IPv6, so it names the scheme: without either, browsers block the redirect.
  if (origin === 'null' || hostname.startsWith('[')) return protocol
  return isPlainHost(hostname) ? origin : undefined
}
