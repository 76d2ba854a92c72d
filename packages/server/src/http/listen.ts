import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { StartError } from '../start-error.js'
import type { Connection } from './client-address.js'

type Fetch = (request: Request, connection: Connection) => Promise<Response>

export interface Listener {
  /** `http://127.0.0.1:9230` */
  readonly url: string
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
 * @throws {PortError} the port is taken or not allowed
 * @throws {StartError} there is no such host, or it is empty
 */
export async function listen(
  fetch: Fetch,
  { port, host }: { port: number; host: string },
): Promise<Listener> {
  // Node would listen on every address there is.
  if (!host)
    throw new StartError('The host to listen on is empty. 127.0.0.1 is this machine, 0.0.0.0 everybody.')
  const server = createServer(TIMEOUTS, getRequestListener(fetch, { hostname: host }))
  await bind(server, port, host)
  // Bound to a TCP port, so the address is an object.
  const address = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    async close(patience) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      const idle = setInterval(() => server.closeIdleConnections(), 50)
      const impatient = setTimeout(() => server.closeAllConnections(), patience)
      server.closeIdleConnections()
      await closed
      clearInterval(idle)
      clearTimeout(impatient)
    },
  }
}

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
