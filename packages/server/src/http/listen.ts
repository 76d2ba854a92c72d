import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { getRequestListener } from '@hono/node-server'
import { StartError } from '../start-error.js'
import { answerTls } from '../tls/answer-tls.js'
import type { Certificates } from '../tls/certificates.js'
import type { Connection } from './client-address.js'

type Fetch = (request: Request, connection: Connection) => Promise<Response>

/** How connections of TLS are answered, and whether others are. */
export interface Tls {
  readonly certificates: Certificates
  readonly plainToo: boolean
}

export interface Listener {
  /** `http://127.0.0.1:9230`; `https` where nothing else is answered. */
  readonly url: string
  /** How other machines reach it, where it listens on every address there is: `http://192.168.0.10:9230`, … */
  readonly addresses: readonly string[]
  /**
   * Takes no new connections, and resolves when the last one is closed: each as soon as it is idle.
   *
   * @param patience milliseconds after which connections are closed whatever is under way
   */
  close(patience: number): Promise<void>
}

/** The port is taken or not allowed. Code chooses another by `listen({ port })`, who runs a command by an option. */
export class PortError extends StartError {
  readonly #sentence: (port: string) => string

  constructor(sentence: (port: string) => string, cause: Error) {
    super(sentence('`listen({ port })`'), { cause })
    this.#sentence = sentence
  }

  /** The same, for who chooses the port by `option`. */
  forOption(option: string): StartError {
    return new StartError(this.#sentence(option), { cause: this.cause })
  }
}

/** What a slow or silent client cannot hold on to for longer, in milliseconds. */
const TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  // Longer than load balancers keep an idle connection (60 s is usual): the side that closes first loses no request.
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5000,
}

/**
 * Milliseconds after which a client that takes nothing of its answer is cut off: what it does not take is kept here. Longer
 * than the head of a request may take until it is noticed, so that a client that is too slow with it is told so.
 */
const UNREAD = 20_000

/** Ends connections on which an answer waits that nothing is taken of. An answer that is still being made has no end in time. */
function endUnread(server: Server): void {
  server.timeout = UNREAD
  server.on('request', (_, response) =>
    response.on('timeout', (socket) => {
      if (socket.writableLength > 0) socket.destroy()
    }),
  )
}

/**
 * @throws {PortError} the port is taken or not allowed
 * @throws {StartError} there is no such host, or it is empty
 */
export async function listen(
  fetch: Fetch,
  { port, host, tls }: { port: number; host: string; tls?: Tls | undefined },
): Promise<Listener> {
  // Node would listen on every address there is.
  if (!host)
    throw new StartError(
      'The host to listen on is empty. 127.0.0.1 is this machine, 0.0.0.0 is every network.',
    )
  const server = createServer(TIMEOUTS, getRequestListener(fetch, { hostname: host }))
  endUnread(server)
  const endSilent = tls && answerTls(server, tls.certificates, tls)
  await bind(server, port, host)
  // Bound to a TCP port, so the address is an object.
  const address = server.address() as AddressInfo
  const scheme = tls && !tls.plainToo ? 'https' : 'http'
  const url = (name: string) => `${scheme}://${name.includes(':') ? `[${name}]` : name}:${address.port}`
  return {
    url: url(host),
    addresses: isEverywhere(host) ? addressesOfThisMachine(host).map(url) : [],
    async close(patience) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      const idle = setInterval(() => server.closeIdleConnections(), 50)
      const impatient = setTimeout(() => server.closeAllConnections(), patience)
      endSilent?.()
      server.closeIdleConnections()
      await closed
      clearInterval(idle)
      clearTimeout(impatient)
    },
  }
}

/** Whether to listen on a host is to listen on every address that the machine has. */
export const isEverywhere = (host: string): boolean => ['0.0.0.0', '::'].includes(host)

/** The addresses of the machine that others can use; of IPv6 only where that is listened on. */
const addressesOfThisMachine = (host: string): string[] =>
  Object.values(networkInterfaces())
    .flatMap((addresses = []) => addresses)
    // An address of one link is incomplete without the name of the link.
    .filter(({ internal, scopeid }) => !internal && !scopeid)
    .filter(({ family }) => family === 'IPv4' || host !== '0.0.0.0')
    .sort((a, b) => a.family.localeCompare(b.family))
    .map(({ address }) => address)

function bind(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        reject(
          new PortError(
            (chosen) =>
              `Port ${port} on ${host} is in use. Stop what runs there, or choose another with ${chosen}.`,
            error,
          ),
        )
      else if (error.code === 'EACCES')
        reject(
          new PortError(
            (chosen) => `Not allowed to listen on port ${port}. Choose one above 1023 with ${chosen}.`,
            error,
          ),
        )
      else reject(new StartError(`Cannot listen on ${host}: ${error.message}.`, { cause: error }))
    })
    server.listen(port, host, resolve)
  })
}
