import { type ParsedConfig, parseConfig } from '../config/parse-config.js'

/** @throws {StartError} */
export async function readConfig(file: string): Promise<ParsedConfig> {
  // The loader compiles TypeScript; a start without a configuration does not wait for it.
  const { loadConfig } = await import('./load-config.js')
  return parseConfig(await loadConfig(file), file)
}
