import { type DevelopmentServer, sendToDevelopment } from './development-server.js'
import type { Passkey } from './passkey.js'

/**
 * Gives a user a passkey, without a registration. Of servers for development.
 *
 * @example
 * ```ts
 * import { createServer } from '@amulet/server'
 * import { addPasskey, createPasskey } from '@amulet/server/testing'
 *
 * const server = createServer()
 * const passkey = createPasskey({ origin: 'http://localhost:5173' })
 * await addPasskey(server, 'ada@example.com', passkey)
 * ```
 *
 * @param options.userPoolId Default: the pool that the server has from the start.
 * @throws {Error} there is no such user, or the server is not for development
 */
export async function addPasskey(
  server: DevelopmentServer,
  username: string,
  passkey: Passkey,
  options: { readonly userPoolId?: string } = {},
): Promise<void> {
  const { id, rpId, publicKey, signCount } = passkey
  const body = { ...options, username, id, rpId, publicKey, signCount }
  // What the server for development answers.
  const { userHandle } = (await sendToDevelopment(
    server,
    '/passkeys',
    { body },
    'The passkey was not added.',
  )) as { userHandle: string }
  passkey.userHandle = userHandle
}
