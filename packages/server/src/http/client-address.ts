import { isIP } from 'node:net'

/** What the Node server hands on with a request; a `Request` that never was on a network comes with nothing. */
export interface Connection {
  readonly incoming?: { readonly socket: { readonly remoteAddress?: string | undefined } }
}

/**
 * The address a request came from. A proxy appends the one it heard to `X-Forwarded-For`; everything before that
 * was sent by the client, who may have sent anything.
 */
export function clientAddress(
  request: Request,
  connection: Connection | undefined,
  trustProxy: boolean,
): string | undefined {
  const forwarded = trustProxy && request.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim()
  if (forwarded && isIP(forwarded)) return unmapped(forwarded)
  const address = connection?.incoming?.socket.remoteAddress
  return address && unmapped(address)
}

/** A socket for both IP versions shows IPv4 addresses as `::ffff:192.0.2.1`. */
const unmapped = (address: string) => address.replace(/^::ffff:(?=\d+\.)/i, '')
