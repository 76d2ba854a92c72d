import { isIP } from 'node:net'

/**
 * Whether a server for development answers to the host that a request names. Any page can have a name of its own lead
 * to this machine (DNS rebinding) and then is of one origin with the server, so that a browser lets it read everything.
 * An address, or a name that only this machine or its network gives out, is no page's own.
 *
 * @param header `Host`: a name or an address, with a port or without
 * @param named names that the server was told to answer to, in small letters
 */
export function isAllowedHost(header: string, named: () => readonly string[]): boolean {
  const name = hostName(header)
  return (
    isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0 ||
    // A name without a dot: `localhost`, or that of a container or a machine.
    /^[\w-]+$/.test(name) ||
    name.endsWith('.localhost') ||
    name === 'host.docker.internal' ||
    named().includes(name)
  )
}

/** The name or address in a `Host` header. The colons of an IPv6 address are in brackets. */
export const hostName = (header: string): string => header.replace(/:\d*$/, '').toLowerCase()

/** What can be said to be a host of this server: a name, without a port. */
export const isHostName = (text: string): boolean => /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(text)
