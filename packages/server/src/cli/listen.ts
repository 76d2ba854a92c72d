import type { AmuletServer, ListeningInfo } from '../create-server.js'
import { PortError } from '../http/listen.js'

/** @throws {StartError} in the words of the command line */
export async function listen(
  server: AmuletServer,
  at: { port: number; host: string },
): Promise<ListeningInfo> {
  try {
    return await server.listen(at)
  } catch (error) {
    throw error instanceof PortError ? error.forOption('--port') : error
  }
}
