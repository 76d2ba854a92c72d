import { resolve } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { defineConfig } from './config/config.js'
import { loadModule } from './config/load-module.js'
import type { FunctionHandler } from './functions.js'
import { fileVersion } from './triggers/file-version.js'
import { functionName } from './triggers/function-name.js'
import { watchModules } from './triggers/loaded-modules.js'
import { runHandler } from './triggers/run-handler.js'
import { type RunMessage, sendError, type ThreadData, type ThreadMessage } from './triggers/thread-message.js'

// The thread that runs the functions of a configuration file: it loads the file itself, for functions do not travel
// between threads.

// The server starts this thread, and sends nothing else.
const { file, listsFiles } = workerData as ThreadData
const say = (message: ThreadMessage) => parentPort?.postMessage(message)

const handlers = new Map<string, FunctionHandler>()
const loadedByNode = listsFiles ? watchModules() : () => []
const versions = (compiled: readonly string[]) =>
  [...new Set([resolve(file), ...compiled, ...loadedByNode()])]
    .filter((path) => !path.includes('node_modules'))
    .map((path) => ({ path, version: fileVersion(path) }))

try {
  const { config, compiled } = await loadModule(file, { defineConfig })
  for (const [name, handler] of Object.entries(functionsOf(config)))
    if (typeof handler === 'function') handlers.set(name, handler)
  say({ is: 'loaded', names: [...handlers.keys()], files: versions(compiled) })
} catch (error) {
  say({ is: 'not loaded', error: sendError(error) })
}

parentPort?.on('message', async ({ arn, event }: RunMessage) => {
  const handler = handlers.get(functionName(arn))
  // The server asks for names that it was told.
  if (!handler) return
  const invocation = await runHandler(handler, arn, event)
  if (invocation.is !== 'threw') return say({ is: 'ran', invocation })
  const { cause, ...sent } = invocation
  say({ is: 'ran', invocation: sent, ...(cause instanceof Error && { error: sendError(cause) }) })
})

/** The server has checked the file before, and reads it again only to run what is in it. */
function functionsOf(config: unknown): Record<string, FunctionHandler> {
  const { functions = {} } = (config ?? {}) as { functions?: Record<string, FunctionHandler> }
  return functions
}
