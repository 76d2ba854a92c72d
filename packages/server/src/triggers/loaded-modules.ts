import { register } from 'node:module'
import { fileURLToPath } from 'node:url'
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'

/** Runs on the thread of Node.js that loads modules: sends the address of each. */
const HOOKS = `
  let port
  export const initialize = (data) => { port = data.port }
  export const load = (url, context, next) => { port.postMessage(url); return next(url, context) }
`

/**
 * From here on, remembers the files that Node.js loads as modules of this thread.
 *
 * @returns a function that says which
 */
export function watchModules(): () => string[] {
  const { port1, port2 } = new MessageChannel()
  register(`data:text/javascript,${encodeURIComponent(HOOKS)}`, {
    data: { port: port2 },
    transferList: [port2],
  })
  const files: string[] = []
  return () => {
    for (let said = receiveMessageOnPort(port1); said; said = receiveMessageOnPort(port1)) {
      const url = String(said.message)
      if (url.startsWith('file:')) files.push(fileURLToPath(url))
    }
    return files
  }
}
