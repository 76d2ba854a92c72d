import type { Passkey } from './passkey.js'

/** A server of `createServer()`, or the URL of `amulet dev`. */
export type DevelopmentServer = string | { fetch(request: Request): Promise<Response> }

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
  const body = JSON.stringify({ ...options, username, id, rpId, publicKey, signCount })
  const base = typeof server === 'string' ? server : 'http://localhost'
  const request = new Request(`${base.replace(/\/$/, '')}/_amulet/passkeys`, { method: 'POST', body })
  const response = await (typeof server === 'string' ? fetch(request) : server.fetch(request))
  if (response.status === 404) throw new Error('The server is not one for development.')
  // What the server for development answers, with either member.
  const answer = (await response.json()) as { userHandle?: string; message?: string }
  if (answer.userHandle === undefined) throw new Error(`The passkey was not added. ${answer.message}`)
  passkey.userHandle = answer.userHandle
}
