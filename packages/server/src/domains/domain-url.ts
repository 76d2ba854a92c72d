import type { ServerContext } from '../context.js'
import { type Domain, domainsOfPool, findDomain } from './domain.js'

/**
 * The domain of a host. Without a domain, the host is the server's own, and the client's id tells the pool of a request.
 *
 * @param hostname in lower case, without a port
 */
export async function findDomainOfHost(
  context: ServerContext,
  hostname: string,
): Promise<Domain | undefined> {
  const { db, domainSuffix } = context
  const end = `.${domainSuffix}`
  if (domainSuffix !== undefined && hostname.endsWith(end)) {
    const prefix = hostname.slice(0, -end.length)
    return prefix.includes('.') ? undefined : await findDomain(db, prefix)
  }
  // A name without a dot would be a prefix. An address has no letters at its end, or is in brackets.
  if (!/\.[a-z][a-z0-9-]*$/.test(hostname)) return undefined
  if (hostname === new URL(context.baseUrl()).hostname) return undefined
  return await findDomain(db, hostname)
}

/**
 * Where programs and browsers find the endpoints of a pool: on its domain, the custom one if there are two. The server's own
 * host works for all pools. It is used without a domain, and on a developer's machine, where programs can resolve no other.
 */
export async function oauthUrl(
  { db, domainSuffix, baseUrl }: Pick<ServerContext, 'db' | 'domainSuffix' | 'baseUrl'>,
  userPoolId: string,
): Promise<string> {
  if (domainSuffix === 'localhost') return baseUrl()
  const domains = await domainsOfPool(db, userPoolId)
  const custom = domains.find(({ kind }) => kind === 'custom')
  if (custom) return `https://${custom.domain}`
  const prefix = domains.find(({ kind }) => kind === 'prefix')
  if (!prefix || domainSuffix === undefined) return baseUrl()
  const own = new URL(baseUrl())
  const port = own.port === '' ? '' : `:${own.port}`
  return `${own.protocol}//${prefix.domain}.${domainSuffix}${port}`
}

/**
 * The server's own host, as a domain that all pools share. A loopback address is the same machine as `localhost`, for
 * which alone there are passkeys.
 */
export function ownDomain(baseUrl: string): string {
  const { host, hostname, port } = new URL(baseUrl)
  return ['127.0.0.1', '[::1]'].includes(hostname) ? `localhost${port && `:${port}`}` : host
}
