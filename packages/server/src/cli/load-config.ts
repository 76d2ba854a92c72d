import { loadModule } from '../config/load-module.js'
import * as amulet from '../index.js'
import { StartError } from '../start-error.js'

/**
 * What a configuration file declares; nothing in it has been checked yet.
 *
 * @throws {StartError} there is no such file, or it cannot be read or run
 */
export async function loadConfig(file: string): Promise<unknown> {
  try {
    const { config } = await loadModule(file, amulet)
    return config
  } catch (cause) {
    if (cause instanceof StartError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new StartError(`The configuration file ${file} cannot be read: ${reason}`, { cause })
  }
}
