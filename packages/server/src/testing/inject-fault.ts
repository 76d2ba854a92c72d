import { type DevelopmentServer, sendToDevelopment } from './development-server.js'

export interface FaultOptions {
  /** Default: a sentence. */
  readonly message?: string
  /** Of HTTP. Default: 500 for `InternalErrorException`, 400 otherwise. */
  readonly status?: number
  /** How many calls fail. Clients repeat calls after some errors, such as `TooManyRequestsException`. Default: all. */
  readonly times?: number
}

/** Makes an operation work again. */
export interface Fault {
  remove(): Promise<void>
}

/**
 * Has calls of an operation fail, before they have done anything. Of several faults of one operation the latest is met.
 *
 * @param operation as on the wire: `InitiateAuth`
 * @param error the name of the error that is answered: `TooManyRequestsException`
 * @throws {Error} there is no such operation, or the server is not for development
 *
 * @example
 * ```ts
 * import { createServer } from '@amulet/server'
 * import { injectFault } from '@amulet/server/testing'
 *
 * const server = createServer()
 * const fault = await injectFault(server, 'ForgotPassword', 'LimitExceededException')
 * // … the page says that it is to be tried later
 * await fault.remove()
 * ```
 */
export async function injectFault(
  server: DevelopmentServer,
  operation: string,
  error: string,
  options: FaultOptions = {},
): Promise<Fault> {
  const body = { ...options, operation, error }
  // What the server for development answers.
  const { id } = (await sendToDevelopment(server, '/faults', { body }, 'There is no fault.')) as {
    id: string
  }
  return {
    async remove() {
      await sendToDevelopment(server, `/faults?id=${id}`, { method: 'DELETE' }, 'The fault is there still.')
    },
  }
}
