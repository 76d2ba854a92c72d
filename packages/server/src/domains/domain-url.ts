import type { ServerContext } from '../context.js'
import type { Domain } from './domain.js'
import { findDomain } from './domain.js'

/**
 * The domain that a host stands for. Without one, the host is the server's own: there the client's id says which pool a
 * request is about.
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
 * Where a domain's endpoints are.
 *
 * @returns nothing for a prefix, where the server has no name that prefixes could stand before
 */
export function domainUrl(
  { domainSuffix, baseUrl }: ServerContext,
  { kind, domain }: Domain,
): string | undefined {
  if (kind === 'prefix' && domainSuffix === undefined) return undefined
  const own = new URL(baseUrl())
  const port = own.port === '' ? '' : `:${own.port}`
  return kind === 'custom' ? `https://${domain}` : `${own.protocol}//${domain}.${domainSuffix}${port}`
}
