import type { AmuletServer, ListeningInfo, ListenOptions } from '../create-server.js'
import { PortError } from '../http/listen.js'

/** @throws {StartError} in the words of the command line */
export async function listen(
  server: AmuletServer,
  at: Pick<ListenOptions, 'tls' | 'tlsFolder'> & { port: number; host: string },
): Promise<ListeningInfo> {
  try {
    const { port, host, tls, tlsFolder } = at
    return await server.listen({ port, host, tls, tlsFolder })
  } catch (error) {
    throw error instanceof PortError ? error.forOption('--port') : error
  }
}
