import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createJiti } from 'jiti'
import { StartError } from '../start-error.js'

/** What a configuration file is, and the files that were compiled for it; nothing in it has been checked yet. */
export interface LoadedModule {
  readonly config: unknown
  /** Those that Node.js loads by itself are not among them. */
  readonly compiled: readonly string[]
}

/**
 * Loads the default export of a TypeScript or JavaScript module, or the content of a JSON file.
 *
 * @param amulet what the configuration imports as `@amulet/server`, which need not be installed beside it
 * @throws what the module throws
 */
export async function loadModule(file: string, amulet: object): Promise<LoadedModule> {
  const path = resolve(file)
  if (!existsSync(path)) throw new StartError(`There is no configuration file ${file}.`)
  if (path.endsWith('.json')) return { config: JSON.parse(await readFile(path, 'utf8')), compiled: [path] }
  const jiti = createJiti(pathToFileURL(path).href, {
    fsCache: false,
    virtualModules: { '@amulet/server': amulet },
  })
  const config = await jiti.import(path, { default: true })
  return { config, compiled: Object.keys(jiti.cache) }
}
