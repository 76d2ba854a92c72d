import type { ServerOptions } from '../create-server.js'
import { readConfig } from './read-config.js'

/**
 * What a server is told of a configuration file: its functions run in threads that load the file themselves.
 *
 * @throws {StartError}
 */
export async function configOptions(
  file: string | undefined,
): Promise<Pick<ServerOptions, 'functionsFile'> & Required<Pick<ServerOptions, 'config'>>> {
  if (file === undefined) return { config: {} }
  const { functions = {}, ...config } = await readConfig(file)
  return { config, ...(Object.keys(functions).length > 0 && { functionsFile: file }) }
}
