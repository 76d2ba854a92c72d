import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createJiti } from 'jiti'
import * as amulet from '../index.js'
import { StartError } from '../start-error.js'

/**
 * The default export of a TypeScript or JavaScript module, or the content of a JSON file; nothing in it has been
 * checked yet.
 *
 * @throws {StartError} there is no such file, or it cannot be read or run
 */
export async function loadConfig(file: string): Promise<unknown> {
  const path = resolve(file)
  if (!existsSync(path)) throw new StartError(`There is no configuration file ${file}.`)
  try {
    if (path.endsWith('.json')) return JSON.parse(await readFile(path, 'utf8'))
    const jiti = createJiti(pathToFileURL(path).href, {
      fsCache: false,
      // The configuration need not have this package installed beside it to use `defineConfig`.
      virtualModules: { '@amulet/server': amulet },
    })
    return await jiti.import(path, { default: true })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new StartError(`The configuration file ${file} cannot be read: ${reason}`, { cause })
  }
}
