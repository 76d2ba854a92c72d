import { isPlainHost } from '../wire/host-name.js'

/**
 * What the policy of a page calls the place that an address is at: an origin, or the scheme of an app.
 *
 * @returns nothing where a policy has no word for it: the browser then does not follow
 */
export function formTarget(address: string): string | undefined {
  const { protocol, origin, hostname } = new URL(address)
  if (origin === 'null') return protocol
  return isPlainHost(hostname) ? origin : undefined
}
